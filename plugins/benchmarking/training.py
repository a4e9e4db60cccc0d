"""Stock MMOCR and this pipeline side by side: page by page, worker by worker, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.runner import set_random_seed
from mmengine.utils.dl_utils import set_multi_processing

from plugins.cli import progress
from plugins.engine.launch import config_errors
from plugins.functional.errors import UserError

from ..cli import cores
from .loading import supply
from .machine import describe_machine
from .padding import measure_padding
from .pages import choose_pages, open_pages
from .sides import Load, Side, check_config, make_sides
from .stages import MAIN, PipelineTimer, time_pipelines
from .steps import WAITING, StepTimes, Training

_ROUNDS = 3
_PADDED_BATCHES = (4, 8, 16)
_BY_SHAPE = dict(type='ReceiptBatchSampler')


@dataclass(frozen=True)
class Options:
    """How much is measured; ``model`` is ``'stock'`` or ``'config'``, whose network is trained."""

    pages: int
    repeat: int
    steps: int
    batch_size: int
    workers: int
    input_size: int
    model: str


def options(config: Config, given: Mapping[str, object]) -> Options:
    """Return how much to measure: what is ``given``, and for what is None what suits the machine.

    Raises:
        UserError: see :func:`.sides.check_config`.
    """
    check_config(config)
    loader, gpu = config.train_dataloader, torch.cuda.is_available()
    suitable = {
        'steps': 60 if gpu else 4,
        'batch_size': loader.batch_size if gpu else 2,
        'workers': min(loader.get('num_workers', 0), cores()),
        'input_size': loader.dataset.get('input_size', 960),
    }
    names = [field.name for field in fields(Options)]
    values = {name: given[name] for name in names}
    return Options(**{k: suitable[k] if v is None else v for k, v in values.items()})


def measure(config: Config, stock: Config, amount: Options) -> dict:
    """Measure everything and return it, ready for JSON.

    Raises:
        UserError: the config is not one of a training on receipts, or there are too few pages.
    """
    machine = describe_machine()
    set_random_seed(0)
    set_multi_processing(**config.get('env_cfg', {}).get('mp_cfg', {}))
    setup = _setup(config, amount)
    with config_errors(config.filename):
        dataset = open_pages(config, amount.input_size)
        indices, words = choose_pages(dataset, amount.pages)
        if len(indices) < amount.batch_size:
            raise UserError(
                f'{dataset.ann_file}: {len(indices)} pages are to be used, which is no batch of '
                f'{amount.batch_size}; give more --pages or a smaller --batch-size'
            )
        load = Load(indices, amount.input_size, amount.batch_size, amount.workers, amount.model)
        sides = make_sides(config, stock, load)
        timers = [PipelineTimer(side) for side in sides[:2]]
        trainings = [Training(side, torch.device(setup['device'])) for side in sides]
    stages = measure_stages(timers, amount.repeat)
    return {
        'machine': machine,
        'setup': {**setup, 'pages': len(indices), 'words_per_page': words},
        'stages': stages,
        'supply': measure_supply(sides[:2], 2 * len(indices) // amount.batch_size, stages),
        'steps': measure_steps(trainings, amount),
        'padding': measure_batches(config, dataset),
    }


def measure_stages(timers: Sequence[PipelineTimer], repeat: int) -> dict[str, dict]:
    """Return each side's stages and their totals, see :mod:`.stages`."""
    visits = repeat * len(timers[0].dataset)
    for _ in progress(time_pipelines(timers, repeat), 'pipelines, pages', visits):
        pass
    return {
        timer.name: {
            'stages': [asdict(stage) for stage in timer.stages()],
            'totals': [asdict(stage) for stage in timer.totals()],
        }
        for timer in timers
    }


def measure_supply(sides: Sequence[Side], batches: int, stages: dict) -> dict[str, dict]:
    """Return what the workers supply, and how fast a GPU could be fed with it.

    What the main process computes of a page before the GPU can go on is an upper bound of its own.
    """
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for side in progress([*sides] * _ROUNDS, 'data workers, rounds'):
        rates[side.name].append(supply(side, batches))
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


def measure_steps(trainings: Sequence[Training], amount: Options) -> dict[str, dict]:
    """Return each side's training steps, see :class:`.steps.Training`; sides take turns."""
    rounds = min(2, amount.steps)
    counts = [amount.steps // rounds + (i < amount.steps % rounds) for i in range(rounds)]
    gpu = trainings[0].device.type == 'cuda'
    # On a GPU every worker's first batch is one to wait for; on a CPU the network is.
    warm_up = 1 + amount.workers if gpu else 1
    total = len(trainings) * (1 + gpu) * (amount.steps + rounds * warm_up)

    def run() -> Iterator[None]:
        for steps in counts:
            for training in trainings:
                yield from training.run(steps, warm_up)

    for _ in progress(run(), 'training steps', total):
        pass
    return {training.side.name: summary(training) for training in trainings}


def measure_batches(config: Config, dataset: BaseDataset) -> list[dict]:
    """Return what part of a batch is padding, see :mod:`.padding`."""
    batch_sampler = config.train_dataloader.get('batch_sampler') or _BY_SHAPE
    divisor = config.model.data_preprocessor.get('pad_size_divisor', 1)
    rows = measure_padding(dataset, batch_sampler, _PADDED_BATCHES, divisor)
    return [{**asdict(row), 'saved': row.saved} for row in rows]


def summary(training: Training) -> dict:
    """Return the figures of a side: those of whole steps, and the parts of steps taken apart."""
    whole, apart = training.whole, training.apart
    return {
        'steps': whole.steps,
        'pages_per_second': whole.pages / whole.total,
        'ms_per_step': 1e3 * whole.total / whole.steps,
        'waiting_share': whole.seconds[WAITING] / whole.total,
        'pixels_per_page': whole.pixels / whole.pages,
        'parts_ms': _parts(apart),
    }


def _setup(config: Config, amount: Options) -> dict:
    return {
        'config': Path(config.filename).name,
        **asdict(amount),
        'device': 'cuda' if torch.cuda.is_available() else 'cpu',
        'amp': config.optim_wrapper.get('type') == 'AmpOptimWrapper',
    }


def _parts(times: StepTimes) -> dict[str, float]:
    return {part: 1e3 * seconds / times.steps for part, seconds in times.seconds.items()}
