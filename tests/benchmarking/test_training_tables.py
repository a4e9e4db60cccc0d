"""The tables of a training benchmark, from figures that a reader can follow."""

import pytest

from plugins.benchmarking.compared_trainings import OURS, SQUARE, STOCK
from plugins.benchmarking.training_tables import training_tables


def stage(name, where, mean):
    return dict(name=name, where=where, cpu_median=mean, wall_median=mean, cpu_mean=mean)


def pipeline(worker, main):
    totals = [stage('together', 'in a worker', worker), stage('together', 'in main', main)]
    return {'stages': [stage('load', 'in a worker', worker)], 'totals': totals}


def training(rate):
    return {
        'steps': 3,
        'pages_per_second': rate,
        'ms_per_step': 1000 / rate,
        'waiting_share': 0.25,
        'pixels_per_page': 2e6,
        'parts_ms': {'forward': 600 / rate, 'backward': 400 / rate},
    }


def printed(capsys, **setup):
    supply = {'pages_per_second': 8, 'main_process_ms': 20, 'pages_per_second_at_most': 8}
    padding = {'batch_size': 4, 'square': 0.5, 'shuffled': 0.25, 'by_shape': 0.0, 'saved': 0.25}
    figures = {
        'setup': {
            **dict(input_size=640, pages=2, words_per_page=3.4, repeat=5, workers=1, batch_size=4),
            **dict(model='stock', amp=False, device='cpu', **setup),
        },
        'stages': {STOCK: pipeline(80, 20), OURS: pipeline(25, 0)},
        'supply': {STOCK: supply, OURS: supply},
        'steps': {STOCK: training(2), OURS: training(3), SQUARE: training(4)},
        'padding': [padding],
    }
    for table in training_tables(figures):
        table.print(markdown=True)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    'line',
    [
        '**A page at 640 px, ms: 2 pages of 3 words, passes: 5, one thread**',
        '|   load | 80.0 | 80.0 | 80.0 |',
        '| together, in main | 20.0 | 20.0 | 20.0 |',
        'stock MMOCR takes 4.0 times the CPU time.',
        '| stock MMOCR | 8.0 | 20.0 | 8.0 |',
        '| MMReceipt | 3.00 | 1.50 | 333 | 25.0% | 2.00 |',
        '| forward | 300.0 | 200.0 | 150.0 |',
        '| all | 500.0 | 333.3 | 250.0 |',
        '| 4 | 50.0% | 25.0% | 0.0% | 25.0% |',
    ],
)
def test_every_figure_has_its_place(capsys, line):
    assert line in printed(capsys)


def test_where_nothing_runs_there_is_no_row(capsys):
    assert printed(capsys).count('together, in main') == 1
