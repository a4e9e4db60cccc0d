"""Stock MMOCR and this pipeline side by side: page by page, worker by worker, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

import torch
from mmengine.config import Config
from mmengine.runner import set_random_seed
from mmengine.utils.dl_utils import set_multi_processing

from plugins.cli import progress
from plugins.functional.errors import UserError

from .loading import supply
from .machine import cores, describe_machine
from .padding import measure_padding
from .pages import choose_pages, open_pages
from .sides import Load, Side, check_config, make_sides
from .stages import MAIN, PipelineTimer, time_pipelines
from .steps import WAITING, StepTimes, Training

_ROUNDS = 3
_PADDED_BATCHES = (4, 8, 16)


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
    dataset = open_pages(config, amount.input_size)
    indices, words = choose_pages(dataset, amount.pages)
    if len(indices) < amount.batch_size:
        raise UserError(
            f'{dataset.ann_file}: {len(indices)} pages are to be used, which is no batch of '
            f'{amount.batch_size}; give more --pages or a smaller --batch-size'
        )
    load = Load(indices, amount.input_size, amount.batch_size, amount.workers, amount.model)
    sides = make_sides(config, stock, load)
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    setup = {
        'config': Path(config.filename).name,
        **asdict(amount),
        'pages': len(indices),
        'words_per_page': words,
    }
    setup |= {'device': device.type, 'amp': config.optim_wrapper.type == 'AmpOptimWrapper'}
    stages = measure_stages(sides[:2], amount.repeat)
    return {
        'machine': machine,
        'setup': setup,
        'stages': stages,
        'supply': measure_supply(sides[:2], 2 * len(indices) // amount.batch_size, stages),
        'steps': measure_steps(sides, amount, device),
        'padding': [
            {**asdict(padding), 'saved': padding.saved}
            for padding in measure_padding(
                dataset,
                config.train_dataloader.get('batch_sampler') or dict(type='ReceiptBatchSampler'),
                _PADDED_BATCHES,
                config.model.data_preprocessor.get('pad_size_divisor', 1),
            )
        ],
    }


def measure_stages(sides: Sequence[Side], repeat: int) -> dict[str, dict]:
    """Return each side's stages and their totals, see :mod:`.stages`."""
    timers = [PipelineTimer(side) for side in sides]
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


def measure_steps(sides: Sequence[Side], amount: Options, device: torch.device) -> dict[str, dict]:
    """Return each side's training steps, see :class:`.steps.Training`; sides take turns."""
    trainings = [Training(side, device) for side in sides]
    rounds = min(2, amount.steps)
    counts = [amount.steps // rounds + (i < amount.steps % rounds) for i in range(rounds)]
    # On a GPU every worker's first batch is one to wait for; on a CPU the network is.
    warm_up = 1 + amount.workers if device.type == 'cuda' else 1
    kinds = 2 if device.type == 'cuda' else 1
    total = len(sides) * kinds * (amount.steps + rounds * warm_up)

    def run() -> Iterator[None]:
        for steps in counts:
            for training in trainings:
                yield from training.run(steps, warm_up)

    for _ in progress(run(), 'training steps', total):
        pass
    return {training.side.name: summary(training) for training in trainings}


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


def _parts(times: StepTimes) -> dict[str, float]:
    return {part: 1e3 * seconds / times.steps for part, seconds in times.seconds.items()}
