"""Stock MMOCR and this pipeline side by side: page by page, worker by worker, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from mmengine.utils.dl_utils import set_multi_processing
from mmocr.registry import DATASETS

from plugins.cli import cores, progress
from plugins.engine import check_fold_files, config_errors
from plugins.functional.drawing import evenly_spaced
from plugins.functional.errors import UserError
from plugins.functional.images import read_image
from plugins.synthetic import PageOptions, find_faces, generate

from .batch_padding import measure_padding
from .compared_trainings import ComparedTraining, compared_trainings
from .data_workers import pages_per_second
from .machine import describe_machine
from .pipeline_times import MAIN, TimedPipeline, time_pipelines
from .step_times import TimedTraining

RENDERED = 'jsons/train.json'
_ROUNDS = 3
_PADDED_BATCHES = (4, 8, 16)


@contextmanager
def rendered_pages(number: int) -> Iterator[str]:
    """Yield a data folder of rendered receipts, annotated in ``RENDERED``; it is removed again."""
    with TemporaryDirectory(prefix='mmreceipt-') as folder:
        options = PageOptions(seed=0, faces=find_faces([]))
        for _ in progress(generate(options, Path(folder), number), 'rendering pages', number):
            pass
        yield folder


def measure(config: Config, stock: Config, asked: Mapping[str, Any]) -> dict:
    """Measure everything and return it, ready for JSON.

    ``asked`` for are so many ``pages``, passes of them (``repeat``), ``steps``, a ``batch_size``,
    ``workers`` and an ``input_size``; what is None is to suit the machine. ``model`` says whose
    backbone and neck are trained, ``'stock'`` or ``'config'``.

    Raises:
        UserError: the config is not one of a training on receipts, or there are too few pages.
    """
    machine, setup = describe_machine(), _setup(config, asked)
    set_random_seed(0)
    set_multi_processing(**config.get('env_cfg', {}).get('mp_cfg', {}))
    size, batch_size, repeat = (setup[key] for key in ('input_size', 'batch_size', 'repeat'))
    with config_errors(config.filename, config):
        dataset = _open_pages(config, size)
        indices, words = _choose_pages(dataset, setup['pages'], batch_size)
        trainings = compared_trainings(
            config,
            stock,
            indices,
            input_size=size,
            batch_size=batch_size,
            workers=setup['workers'],
            network=config if setup['model'] == 'config' else stock,
        )
        pipelines = [TimedPipeline(training) for training in trainings[:2]]
        timed = [TimedTraining(training, torch.device(setup['device'])) for training in trainings]
    passes = time_pipelines(pipelines, repeat)
    for _ in progress(passes, 'pipelines, pages', repeat * len(indices)):
        pass
    stages = {pipeline.name: pipeline.figures() for pipeline in pipelines}
    return {
        'machine': machine,
        'setup': {**setup, 'pages': len(indices), 'words_per_page': words},
        'stages': stages,
        'supply': _measure_supply(trainings[:2], 2 * len(indices) // batch_size, stages),
        'steps': _measure_steps(timed, setup['steps'], setup['workers']),
        'padding': measure_padding(
            dataset,
            config.train_dataloader.get('batch_sampler') or dict(type='ReceiptBatchSampler'),
            _PADDED_BATCHES,
            config.model.data_preprocessor.get('pad_size_divisor', 1),
        ),
    }


def _setup(config: Config, asked: Mapping[str, Any]) -> dict[str, Any]:
    loader = config.get('train_dataloader') or {}
    if (loader.get('dataset') or {}).get('type') != 'ReceiptDataset':
        raise UserError(
            f'{config.filename}: train_dataloader.dataset is no ReceiptDataset; use one'
        )
    for key in ('model', 'optim_wrapper'):
        if not config.get(key):
            raise UserError(f'{config.filename}: has no {key}; name the config of a training')
    gpu = torch.cuda.is_available()
    suitable = {
        'steps': 60 if gpu else 4,
        'batch_size': loader.batch_size if gpu else 2,
        'workers': min(loader.get('num_workers', 0), cores()),
        'input_size': loader.dataset.get('input_size', 960),
    }
    return {
        **{key: asked[key] for key in ('pages', 'repeat', 'model')},
        **{key: suitable[key] if asked[key] is None else asked[key] for key in suitable},
        'config': Path(config.filename).name,
        'device': 'cuda' if gpu else 'cpu',
        'amp': config.optim_wrapper.get('type') == 'AmpOptimWrapper',
    }


def _open_pages(config: Config, input_size: int) -> BaseDataset:
    """Return the training pages of a config, without its pipeline.

    Raises:
        UserError: they cannot be read, or not one of them has a word.
    """
    check_fold_files(config.train_dataloader)
    init_default_scope('mmocr')
    options = {**config.train_dataloader.dataset, 'pipeline': [], 'input_size': input_size}
    dataset = DATASETS.build(options)
    if not any(dataset.get_data_info(i)['instances'] for i in range(len(dataset))):
        raise UserError(f'{dataset.ann_file}: no page has a word; give pages with words')
    return dataset


def _choose_pages(dataset: BaseDataset, number: int, least: int) -> tuple[list[int], float]:
    """Return the indices of pages spread over a data set, and how many words they have on average.

    Each is read once, so that a broken one shows at once and all come from the system's cache.

    Raises:
        UserError: they are fewer than ``least``, which is a batch, or an image cannot be read.
    """
    indices = evenly_spaced(range(len(dataset)), number)
    if len(indices) < least:
        raise UserError(
            f'{dataset.ann_file}: {len(indices)} pages are to be used, which is no batch of '
            f'{least}; give more --pages or a smaller --batch-size'
        )
    infos = [dataset.get_data_info(index) for index in indices]
    for info in progress(infos, 'reading pages'):
        read_image(info['img_path'])
    return indices, sum(len(info['instances']) for info in infos) / len(infos)


def _measure_supply(
    trainings: Sequence[ComparedTraining], batches: int, stages: dict
) -> dict[str, dict]:
    """Return what the workers supply, and how fast a GPU could be fed with it.

    What the main process computes of a page before the GPU can go on is an upper bound of its own.
    """
    rates: dict[str, list[float]] = {training.name: [] for training in trainings}
    for training in progress([*trainings] * _ROUNDS, 'data workers, rounds'):
        rates[training.name].append(pages_per_second(training, batches))
    result = {}
    for name, measured in rates.items():
        rate = median(measured)
        main = sum(s['cpu_mean'] for s in stages[name]['totals'] if s['where'] == MAIN)
        result[name] = {
            'pages_per_second': rate,
            'main_process_ms': main,
            'pages_per_second_at_most': min(rate, 1e3 / main) if main else rate,
        }
    return result


def _measure_steps(trainings: Sequence[TimedTraining], steps: int, workers: int) -> dict[str, dict]:
    """Return the figures of each training's steps, which they take in turns."""
    rounds = min(2, steps)
    counts = [steps // rounds + (i < steps % rounds) for i in range(rounds)]
    gpu = trainings[0].device.type == 'cuda'
    # On a GPU every worker's first batch is one to wait for; on a CPU the network is.
    warm_up = 1 + workers if gpu else 1
    taken = (step for n in counts for training in trainings for step in training.run(n, warm_up))
    total = len(trainings) * (1 + gpu) * (steps + rounds * warm_up)
    for _ in progress(taken, 'training steps', total):
        pass
    return {timed.training.name: timed.figures() for timed in trainings}
