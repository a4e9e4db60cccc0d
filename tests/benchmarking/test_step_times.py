"""Training steps taken apart."""

import pytest
import torch

from plugins.benchmarking.compared_trainings import OURS, STOCK
from plugins.benchmarking.step_times import PARTS, TARGETS, WAITING, StepTimes, TimedTraining


@pytest.fixture(scope='module', params=[STOCK, OURS])
def timed(trainings, request) -> TimedTraining:
    """Two steps each, as if whole steps and those taken apart were different."""
    timed = TimedTraining(trainings[request.param], torch.device('cpu'))
    assert timed.whole is timed.apart, 'without a GPU they are one'
    timed.whole = StepTimes()
    # Two kinds of steps, one warm-up step of each.
    assert len(list(timed.run(steps=2, warm_up=1))) == 2 * (1 + 2)
    return timed


def test_only_counted_steps_count(timed: TimedTraining):
    for times in (timed.whole, timed.apart):
        assert (times.steps, times.pages, times.pixels) == (2, 4, 4 * 96 * 96)


def test_stock_draws_targets_within_a_step_and_ours_come_with_the_data(timed: TimedTraining):
    seconds = timed.apart.seconds
    assert tuple(seconds) == PARTS
    idle = [part for part in PARTS if seconds[part] == 0]
    assert idle == ([] if timed.training.name == STOCK else [TARGETS])


def test_a_training_learns_while_it_is_timed(timed: TimedTraining):
    untouched = TimedTraining(timed.training, torch.device('cpu')).model.state_dict()
    trained = timed.model.state_dict()
    assert any(not torch.equal(untouched[name], trained[name]) for name in untouched)


def test_figures_are_of_whole_steps_and_parts_of_those_taken_apart(timed: TimedTraining):
    # 4 s for two steps of two pages, 2.4 s of them waiting.
    timed.whole = StepTimes(2, 4, 40, dict.fromkeys(PARTS, 0.4) | {WAITING: 2.4})
    timed.apart = StepTimes(4, 8, 80, dict.fromkeys(PARTS, 2.0))
    assert timed.figures() == {
        'steps': 2,
        'pages_per_second': pytest.approx(4 / 4),
        'ms_per_step': pytest.approx(4000 / 2),
        'waiting_share': pytest.approx(2.4 / 4),
        'pixels_per_page': 40 / 4,
        'parts_ms': dict.fromkeys(PARTS, 2000 / 4),
    }
