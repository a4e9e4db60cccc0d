"""The tables of a training benchmark, from what ``training.measure`` returns."""

from .sheets import Sheet
from .sides import OURS, STOCK

_NO_GPU = (
    'Without a GPU the network takes nearly all of a step, and data workers compete with it for '
    'the cores; what a GPU would wait for is in the table of data workers.'
)
_COLUMNS = (
    'Ratio to stock; share of a step spent waiting for data; pixels of a page in the network.'
)


def report(results: dict) -> list[Sheet]:
    """Return one table a question, with the network's input size and batch in the titles."""
    return [
        stages_sheet(results),
        supply_sheet(results),
        steps_sheet(results),
        parts_sheet(results),
        padding_sheet(results),
    ]


def stages_sheet(results: dict) -> Sheet:
    """What a page takes in each stage of each pipeline."""
    setup, rows = results['setup'], []
    for name, side in results['stages'].items():
        rows += [(), (name, '', '', '')]
        rows += [_stage_row(f'  {stage["name"]}', stage) for stage in side['stages']]
        rows += [
            _stage_row(f'together, {total["where"]}', total)
            for total in side['totals']
            if total['cpu_mean']
        ]
    ratio = _cpu(results, STOCK) / _cpu(results, OURS)
    return Sheet(
        f'A page at {setup["input_size"]} px, ms: {setup["pages"]} pages of '
        f'{setup["words_per_page"]:.0f} words, passes: {setup["repeat"]}, one thread',
        ('', 'CPU, median', 'wall, median', 'CPU, mean'),
        rows[1:],
        f'{STOCK} takes {ratio:.1f} times the CPU time. Means add up and hold what dropped pages '
        'cost; medians do not.',
    )


def supply_sheet(results: dict) -> Sheet:
    """What data workers supply, and how fast a GPU could be fed."""
    keys = ('pages_per_second', 'main_process_ms', 'pages_per_second_at_most')
    rows = [
        (name, *(f'{side[key]:.1f}' for key in keys)) for name, side in results['supply'].items()
    ]
    return Sheet(
        f'How fast a GPU could be fed, data workers: {results["setup"]["workers"]}',
        ('', 'workers, pages/s', 'main process, ms/page', 'at most, pages/s'),
        rows,
        'The main process draws the targets of one page after another, however many workers there '
        'are.',
    )


def steps_sheet(results: dict) -> Sheet:
    """How fast a training is, and what share of it is waiting."""
    setup, sides = results['setup'], results['steps']
    stock = sides[STOCK]['pages_per_second']
    rows = [
        (
            name,
            f'{side["pages_per_second"]:.2f}',
            f'{side["pages_per_second"] / stock:.2f}',
            f'{side["ms_per_step"]:.0f}',
            f'{side["waiting_share"]:.1%}',
            f'{side["pixels_per_page"] / 1e6:.2f}',
        )
        for name, side in sides.items()
    ]
    network = "stock's network" if setup['model'] == 'stock' else "the config's network"
    precision = 'mixed precision' if setup['amp'] else 'single precision'
    return Sheet(
        f'Training {network} on the {setup["device"].upper()}, {precision}, batch '
        f'{setup["batch_size"]}, steps: {sides[STOCK]["steps"]} of each',
        ('', 'pages/s', 'ratio', 'step, ms', 'waiting', 'Mpixels'),
        rows,
        _COLUMNS if setup['device'] == 'cuda' else f'{_COLUMNS} {_NO_GPU}',
    )


def parts_sheet(results: dict) -> Sheet:
    """What a training step is spent on."""
    sides = results['steps']
    parts = list(sides[STOCK]['parts_ms'])
    rows = [(part, *(f'{side["parts_ms"][part]:.1f}' for side in sides.values())) for part in parts]
    totals = [sum(side['parts_ms'].values()) for side in sides.values()]
    apart = 'Other steps than above: GPU and host wait for one another between parts.'
    return Sheet(
        'A training step taken apart, ms',
        ('', *sides),
        [*rows, (), ('all', *(f'{total:.1f}' for total in totals))],
        apart if results['setup']['device'] == 'cuda' else '',
    )


def padding_sheet(results: dict) -> Sheet:
    """What batches of like shape save."""
    keys = ('square', 'shuffled', 'by_shape', 'saved')
    rows = [
        (str(row['batch_size']), *(f'{row[key]:.1%}' for key in keys)) for row in results['padding']
    ]
    return Sheet(
        f'Padding, share of the pixels of a batch at {results["setup"]["input_size"]} px, whole '
        'data set',
        ('batch', 'square canvas', 'shuffled', 'by shape', 'saved'),
        rows,
        'Saved: by shape, of the pixels of a shuffled batch, to which the time of a step is in '
        'proportion.',
    )


def _cpu(results: dict, side: str) -> float:
    return sum(total['cpu_mean'] for total in results['stages'][side]['totals'])


def _stage_row(title: str, stage: dict) -> tuple[str, ...]:
    figures = (f'{stage[key]:.1f}' for key in ('cpu_median', 'wall_median', 'cpu_mean'))
    return title, *figures
