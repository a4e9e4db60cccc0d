"""Which panels, lines and labels the figure of some runs has."""

import pytest

from plugins.analysis.curve_figure import DEFAULT_KEYS, draw_curves, write_curves
from plugins.functional.errors import UserError
from plugins.functional.training import Run


def run(name: str, epochs: int = 3, size: int = 640) -> Run:
    train = [
        {'loss': 9.0 / e, 'lr': 1e-3, 'input_size': size, 'epoch': e, 'iter': e, 'step': e}
        for e in range(1, epochs + 1)
    ]
    val = [{'val/hmean': 0.3 * e, 'step': e} for e in range(1, epochs + 1)]
    return Run(name, tuple(train), tuple(val))


def texts(figure) -> set[str]:
    return {text.get_text() for part in figure.subfigs for axes in part.axes for text in axes.texts}


def test_a_panel_a_key_that_was_logged_training_left_scores_right() -> None:
    left, right = draw_curves([run('net')], DEFAULT_KEYS).subfigs
    assert [axes.get_title() for axes in left.axes] == [
        'training loss',
        'learning rate',
        'longest side of the training pages (pixels)',
    ]
    assert [axes.get_title() for axes in right.axes] == ['validation H-mean']


def test_the_best_of_one_run_is_written_beside_it() -> None:
    figure = draw_curves([run('net')], DEFAULT_KEYS)
    assert texts(figure) == {'0.9000, epoch 3'}
    assert figure.get_suptitle() == 'net'


def test_runs_are_named_by_what_tells_them_apart() -> None:
    figure = draw_curves([run('net_fold0'), run('net_fold1', epochs=2)], DEFAULT_KEYS)
    assert figure.get_suptitle() == 'net'
    assert {'fold0  0.9000, epoch 3', 'fold1  0.6000, epoch 2'} <= texts(figure)
    assert 'all runs' in texts(figure)  # one schedule, one line


def test_runs_of_different_sizes_have_lines_of_their_own() -> None:
    figure = draw_curves([run('a'), run('b', size=960)], ['input_size'])
    (panel,) = figure.axes
    assert len(panel.lines) == 2


def test_keys_that_nobody_logged(tmp_path) -> None:
    with pytest.raises(UserError, match='speed'):
        draw_curves([run('net')], ['speed'])


@pytest.mark.parametrize('suffix', ['.png', '.PDF', '.svg'])
def test_pictures_of_every_kind(tmp_path, suffix) -> None:
    write_curves(tmp_path / f'a{suffix}', [run('net')], ['loss'])
    assert (tmp_path / f'a{suffix}').stat().st_size > 1000
    with pytest.raises(UserError, match=r'a\.xls: .*\.png'):
        write_curves(tmp_path / 'a.xls', [run('net')], ['loss'])
