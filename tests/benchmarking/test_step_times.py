"""Training steps taken apart."""

import pytest
import torch

from plugins.benchmarking.compared_trainings import OURS, STOCK
from plugins.benchmarking.step_times import PARTS, TARGETS, WAITING, TimedTraining, TrainingStep


@pytest.fixture(scope='module', params=[STOCK, OURS])
def timed(trainings, request) -> TimedTraining:
    """Two steps after one that does not count."""
    timed = TimedTraining(trainings[request.param], torch.device('cpu'))
    assert len(list(timed.run(steps=2, warm_up=1))) == 1 + 2
    return timed


def test_only_counted_steps_count(timed: TimedTraining):
    assert [(step.pages, step.pixels) for step in timed.apart] == [(2, 2 * 96 * 96)] * 2
    assert not timed.whole, 'without a GPU there is no difference'


def test_stock_draws_targets_within_a_step_and_ours_come_with_the_data(timed: TimedTraining):
    drawn = {TARGETS} if timed.training.name == STOCK else set()
    assert all(set(step.seconds) == {*PARTS} - {TARGETS} | drawn for step in timed.apart)


def test_a_training_learns_while_it_is_timed(timed: TimedTraining):
    untouched = TimedTraining(timed.training, torch.device('cpu')).model.state_dict()
    trained = timed.model.state_dict()
    assert any(not torch.equal(untouched[name], trained[name]) for name in untouched)


def test_figures_are_of_whole_steps_and_parts_of_those_taken_apart(timed: TimedTraining):
    # 2 s for each of two steps of two pages, 1.2 s of them waiting.
    timed.whole = [TrainingStep(2, 20, dict.fromkeys(PARTS, 0.2) | {WAITING: 1.2})] * 2
    timed.apart = [TrainingStep(2, 20, dict.fromkeys(PARTS, 0.5))] * 4
    assert timed.figures() == {
        'steps': 2,
        'pages_per_second': pytest.approx(4 / 4),
        'ms_per_step': pytest.approx(2000),
        'waiting_share': pytest.approx(2.4 / 4),
        'pixels_per_page': 40 / 4,
        'parts_ms': dict.fromkeys(PARTS, 500),
    }
