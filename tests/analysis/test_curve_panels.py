"""What the panels of curves show, and from where to where."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from plugins.analysis.curve_panels import Line, draw_noisy, draw_scores, smoothed
from plugins.functional.training import Run


def line(scores=(), losses=()) -> Line:
    val = [{'val/hmean': score, 'step': step} for step, score in enumerate(scores, 1)]
    train = [
        {'loss': loss, 'epoch': step, 'iter': step, 'step': step}
        for step, loss in enumerate(losses, 1)
    ]
    return Line(Run('net', tuple(train), tuple(val)), 'blue', '-')


@pytest.fixture
def panel():
    return Figure().subplots()


@pytest.mark.parametrize(
    ('scores', 'text'),
    [
        pytest.param([0.95, 0.97], 'axis 0.948 to 0.974', id='all'),
        pytest.param(
            [0.2, 0.3, 0.95, 0.97], 'axis 0.948 to 0.974; 2 scores below, the lowest 0.200',
            id='some',
        ),
        pytest.param([0.97, 0.971], 'axis 0.949 to 0.975', id='little'),
    ],
)  # fmt: skip
def test_scores_say_their_range(panel, scores, text) -> None:
    draw_scores(panel, 'val/hmean', [line(scores)])
    assert panel.get_title(loc='right') == text
    assert panel.get_yscale() == 'linear'


@pytest.mark.parametrize(('losses', 'scale'), [([1, 2, 3], 'linear'), ([1, 3, 9], 'log')])
def test_losses_say_their_range_and_their_scale(panel, losses, scale) -> None:
    draw_noisy(panel, 'loss', [line(losses=losses)])
    text = panel.get_title(loc='right')
    assert text.startswith('axis ')
    assert text.endswith('logarithmic') == (scale == 'log')
    assert panel.get_yscale() == scale


def test_smoothing_is_a_centred_mean_that_leaves_out_what_is_not_finite() -> None:
    step = np.repeat([0.0, 1.0], 100)
    curve = smoothed(step)
    np.testing.assert_allclose(curve + curve[::-1], 1)  # centred
    np.testing.assert_allclose(smoothed(np.full(50, 3.0)), 3)  # up to the ends
    assert (np.diff(curve) >= 0).all() and 0.1 < curve[99] < 0.5
    step[[20, 99]] = np.nan, np.inf
    holes = smoothed(step)
    assert np.isnan(holes[[20, 99]]).all()
    np.testing.assert_allclose(np.delete(holes, [20, 99]), np.delete(curve, [20, 99]), atol=0.1)
    assert len(smoothed(np.array([]))) == 0
