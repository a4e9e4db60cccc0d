"""Training steps taken apart."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import init_default_scope
from tiny_receipts import make_data_root

from plugins.benchmarking.sides import Load, make_sides
from plugins.benchmarking.steps import FORWARD, INPUT, PARTS, TARGETS, StepTimes, Training
from plugins.engine.launch import read_config


@pytest.fixture(scope='module')
def trainings(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Training, Training]:
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
    load = Load(indices=(0, 1), input_size=96, batch_size=2, workers=0, model='config')
    made = tuple(
        Training(side, torch.device('cpu')) for side in make_sides(config, stock, load)[:2]
    )
    for training in made:
        training.whole = StepTimes()
        # Two kinds of steps, one warm-up step of each.
        assert len(list(training.run(steps=2, warm_up=1))) == 2 * (1 + 2)
    return made


def test_only_counted_steps_count(trainings: tuple[Training, Training]) -> None:
    for training in trainings:
        for times in (training.whole, training.apart):
            assert (times.steps, times.pages) == (2, 4)
            assert times.pixels == 4 * 96 * 96


def test_parts_make_up_the_steps(trainings: tuple[Training, Training]) -> None:
    stock, ours = (training.apart for training in trainings)
    assert tuple(stock.seconds) == tuple(ours.seconds) == PARTS
    assert stock.total == sum(stock.seconds.values())
    assert all(seconds > 0 for seconds in stock.seconds.values())
    # Ours come with the data.
    assert ours.seconds[TARGETS] == 0


def test_without_a_gpu_a_step_taken_apart_is_a_whole_one(
    trainings: tuple[Training, Training],
) -> None:
    training = Training(trainings[1].side, torch.device('cpu'))
    assert training.whole is training.apart


def test_a_side_learns_while_it_is_timed(trainings: tuple[Training, Training]) -> None:
    untouched = Training(trainings[1].side, torch.device('cpu')).model.state_dict()
    trained = trainings[1].model.state_dict()
    assert any(not torch.equal(untouched[name], trained[name]) for name in untouched)
    assert trainings[1].apart.seconds[FORWARD] > 0 < trainings[1].apart.seconds[INPUT]
