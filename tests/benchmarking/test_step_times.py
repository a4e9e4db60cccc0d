"""Training steps taken apart."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import init_default_scope
from tiny_receipts import make_data_root

from plugins.benchmarking.compared_trainings import Workload, compared_trainings
from plugins.benchmarking.step_times import (
    FORWARD,
    INPUT,
    PARTS,
    TARGETS,
    WAITING,
    StepTimes,
    TimedTraining,
)
from plugins.engine import read_config


@pytest.fixture(scope='module')
def trainings(repo_root: Path, tmp_path_factory) -> tuple[TimedTraining, ...]:
    """Stock's and ours of a tiny network, two steps each, as if whole and apart were different."""
    init_default_scope('mmocr')
    root = make_data_root(tmp_path_factory.mktemp('data'))
    config, stock = (
        read_config(repo_root / 'configs' / name)
        for name in ('dbnet_mobilenetv3_small_640.py', 'stock_dbnet_resnet18.py')
    )
    config.train_dataloader.dataset.data_root = str(root)
    config.model.backbone.model_name = 'mobilenetv3_small_050'
    config.model.neck.update(inner_channels=8, out_channels_per_level=4)
    workload = Workload(2, 1, 2, batch_size=2, workers=0, input_size=96, model='config')
    compared = compared_trainings(config, stock, (0, 1), workload)[:2]
    made = tuple(TimedTraining(training, torch.device('cpu')) for training in compared)
    for training in made:
        training.whole = StepTimes()
        # Two kinds of steps, one warm-up step of each.
        assert len(list(training.run(steps=2, warm_up=1))) == 2 * (1 + 2)
    return made


def test_only_counted_steps_count(trainings):
    for training in trainings:
        for times in (training.whole, training.apart):
            assert (times.steps, times.pages, times.pixels) == (2, 4, 4 * 96 * 96)


def test_targets_are_drawn_within_a_step_or_come_with_the_data(trainings):
    stock, ours = (training.apart.seconds for training in trainings)
    assert tuple(stock) == tuple(ours) == PARTS
    assert all(seconds > 0 for seconds in stock.values())
    assert ours[TARGETS] == 0 and min(ours[FORWARD], ours[INPUT]) > 0


def test_figures_are_of_whole_steps_and_parts_of_those_taken_apart(trainings):
    training = trainings[0]
    training.whole = StepTimes(2, 4, 40, dict.fromkeys(PARTS, 0.4) | {WAITING: 2.4})
    figures = training.figures()
    # 4 s for two steps of two pages, 2.4 s of them waiting.
    assert figures.pop('parts_ms') == {
        part: 1e3 * seconds / 2 for part, seconds in training.apart.seconds.items()
    }
    assert figures == {
        'steps': 2,
        'pages_per_second': pytest.approx(4 / 4),
        'ms_per_step': pytest.approx(2000),
        'waiting_share': pytest.approx(2.4 / 4),
        'pixels_per_page': 10,
    }


def test_without_a_gpu_a_step_taken_apart_is_a_whole_one(trainings):
    training = TimedTraining(trainings[1].training, torch.device('cpu'))
    assert training.whole is training.apart
    # And it learns while it is timed.
    untouched, trained = (t.model.state_dict() for t in (training, trainings[1]))
    assert any(not torch.equal(untouched[name], trained[name]) for name in untouched)
