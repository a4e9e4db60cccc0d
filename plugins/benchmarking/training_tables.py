"""The tables of a training benchmark, from what ``measure_training.measure`` returns."""

from .compared_trainings import OURS, STOCK
from .tables import FigureTable

_NO_GPU = (
    'Without a GPU the network takes nearly all of a step, and data workers compete with it for '
    'the cores; what a GPU would wait for is in the table of data workers.'
)
_COLUMNS = (
    'Ratio to stock; share of a step spent waiting for data; pixels of a page in the network.'
)


def training_tables(figures: dict) -> list[FigureTable]:
    """Return one table a question, with the network's input size and batch in the titles."""
    return [
        _stages(figures),
        _supply(figures),
        _steps(figures),
        _parts(figures),
        _padding(figures),
    ]


def _stages(figures: dict) -> FigureTable:
    setup, records = figures['setup'], []
    for name, pipeline in figures['stages'].items():
        records += [None, name]
        records += [{**stage, 'title': f'  {stage["name"]}'} for stage in pipeline['stages']]
        records += [
            {**total, 'title': f'together, {total["where"]}'}
            for total in pipeline['totals']
            if total['cpu_mean']
        ]
    stock, ours = (
        sum(total['cpu_mean'] for total in figures['stages'][name]['totals'])
        for name in (STOCK, OURS)
    )
    return FigureTable(
        f'A page at {setup["input_size"]} px, ms: {setup["pages"]} pages of '
        f'{setup["words_per_page"]:.0f} words, passes: {setup["repeat"]}, one thread',
        {
            '': '{title}',
            'CPU, median': '{cpu_median:.1f}',
            'wall, median': '{wall_median:.1f}',
            'CPU, mean': '{cpu_mean:.1f}',
        },
        records[1:],
        f'{STOCK} takes {stock / ours:.1f} times the CPU time. Means add up and hold what dropped '
        'pages cost; medians do not.',
    )


def _supply(figures: dict) -> FigureTable:
    return FigureTable(
        f'How fast a GPU could be fed, data workers: {figures["setup"]["workers"]}',
        {
            '': '{name}',
            'workers, pages/s': '{pages_per_second:.1f}',
            'main process, ms/page': '{main_process_ms:.1f}',
            'at most, pages/s': '{pages_per_second_at_most:.1f}',
        },
        [{'name': name, **supply} for name, supply in figures['supply'].items()],
        'The main process draws the targets of one page after another, however many workers there '
        'are.',
    )


def _steps(figures: dict) -> FigureTable:
    setup, steps = figures['setup'], figures['steps']
    stock = steps[STOCK]['pages_per_second']
    network = "stock's network" if setup['model'] == 'stock' else "the config's network"
    precision = 'mixed precision' if setup['amp'] else 'single precision'
    return FigureTable(
        f'Training {network} on the {setup["device"].upper()}, {precision}, batch '
        f'{setup["batch_size"]}, steps: {steps[STOCK]["steps"]} of each',
        {
            '': '{name}',
            'pages/s': '{pages_per_second:.2f}',
            'ratio': '{ratio:.2f}',
            'step, ms': '{ms_per_step:.0f}',
            'waiting': '{waiting_share:.1%}',
            'Mpixels': '{megapixels:.2f}',
        },
        [
            {
                'name': name,
                'ratio': training['pages_per_second'] / stock,
                'megapixels': training['pixels_per_page'] / 1e6,
                **training,
            }
            for name, training in steps.items()
        ],
        _COLUMNS if setup['device'] == 'cuda' else f'{_COLUMNS} {_NO_GPU}',
    )


def _parts(figures: dict) -> FigureTable:
    parts = {name: training['parts_ms'] for name, training in figures['steps'].items()}
    records = [
        {'part': part, 'ms': [times[part] for times in parts.values()]} for part in parts[STOCK]
    ]
    total = {'part': 'all', 'ms': [sum(times.values()) for times in parts.values()]}
    apart = 'Other steps than above: GPU and host wait for one another between parts.'
    return FigureTable(
        'A training step taken apart, ms',
        {'': '{part}', **{name: f'{{ms[{i}]:.1f}}' for i, name in enumerate(parts)}},
        [*records, None, total],
        apart if figures['setup']['device'] == 'cuda' else '',
    )


def _padding(figures: dict) -> FigureTable:
    return FigureTable(
        f'Padding, share of the pixels of a batch at {figures["setup"]["input_size"]} px, whole '
        'data set',
        {
            'batch': '{batch_size}',
            'square canvas': '{square:.1%}',
            'shuffled': '{shuffled:.1%}',
            'by shape': '{by_shape:.1%}',
            'saved': '{saved:.1%}',
        },
        figures['padding'],
        'Saved: by shape, of the pixels of a shuffled batch, to which the time of a step is in '
        'proportion.',
    )
