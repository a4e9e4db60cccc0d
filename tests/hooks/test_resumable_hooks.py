"""Early stopping, seeds and checkpoints of a training, hook by hook."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from plugins.functional.errors import UserError
from plugins.hooks.checkpoint_saving import AtomicCheckpointHook
from plugins.hooks.early_stopping import ResumableEarlyStoppingHook
from plugins.hooks.epoch_seed import EpochSeedHook


class Hub:
    """The part of mmengine's message hub that hooks use."""

    def __init__(self, **info: object) -> None:
        self.runtime_info = info

    def update_info(self, key: str, value: object) -> None:
        self.runtime_info[key] = value


def make_runner(hub: Hub, resume: bool = False, **fields: object) -> SimpleNamespace:
    loop = SimpleNamespace(stop_training=False)
    logger = SimpleNamespace(info=print, warning=print)
    return SimpleNamespace(
        message_hub=hub, _resume=resume, train_loop=loop, logger=logger, **fields
    )


def stopping(patience: int) -> ResumableEarlyStoppingHook:
    return ResumableEarlyStoppingHook(
        monitor='val/hmean', rule='greater', min_delta=0.1, patience=patience
    )


@pytest.mark.parametrize(
    ('scores', 'patience', 'stops'),
    [
        pytest.param([0.5, 0.5], 2, False, id='one without progress'),
        pytest.param([0.5, 0.55, 0.55], 2, True, id='less than min_delta is no progress'),
        pytest.param([0.5, 0.4, 0.7, 0.7], 2, False, id='progress starts the count anew'),
        pytest.param([0.5, 0.4, None], 2, False, id='no score does not count'),
    ],
)
def test_a_stop_does_not_depend_on_interruptions(scores, patience, stops) -> None:
    hub = Hub()
    for score in scores:  # a new process for each validation
        runner, hook = make_runner(hub, resume=True), stopping(patience)
        hook.before_train(runner)
        assert not runner.train_loop.stop_training
        hook.after_val_epoch(runner, {} if score is None else {'val/hmean': score})
    assert runner.train_loop.stop_training is stops


def test_a_training_that_had_stopped_stops_at_once_unless_patience_was_raised() -> None:
    hub = Hub(early_stopping=dict(best_score=0.5, wait_count=2))
    for patience, stops in ((2, True), (3, False)):
        runner = make_runner(hub, resume=True)
        stopping(patience).before_train(runner)
        assert runner.train_loop.stop_training is stops


def draws(seed: int, epoch: int, rank: int) -> tuple[float, ...]:
    EpochSeedHook().before_train_iter(SimpleNamespace(seed=seed, epoch=epoch, rank=rank), 0)
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_randomness_follows_from_seed_epoch_and_rank() -> None:
    state = random.getstate(), np.random.get_state(), torch.get_rng_state()
    places = [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1)]
    first = [draws(*place) for place in places]
    assert first == [draws(*place) for place in places]
    # Each of the three generators differs from place to place.
    assert all(len(set(values)) == len(places) for values in zip(*first, strict=True))
    random.setstate(state[0])
    np.random.set_state(state[1])
    torch.set_rng_state(state[2])


def test_only_the_first_batch_is_seeded() -> None:
    before = torch.get_rng_state()
    EpochSeedHook().before_train_iter(SimpleNamespace(seed=1, epoch=0, rank=0), 1)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize('nested', [False, True], ids=['sampler', 'sampler of a batch sampler'])
def test_the_order_of_pages_follows_the_seed_of_the_checkpoint(nested) -> None:
    sampler = SimpleNamespace(seed=1)
    loader = SimpleNamespace(sampler=None, batch_sampler=SimpleNamespace(sampler=sampler))
    if not nested:
        loader = SimpleNamespace(sampler=sampler, batch_sampler=None)
    EpochSeedHook().before_train(SimpleNamespace(train_dataloader=loader, seed=42))
    assert sampler.seed == 42


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        pytest.param({'rule': 'more'}, "rule is 'more'", id='rule'),
        pytest.param({'keep_best': 0}, 'keep_best is 0', id='none to keep'),
        pytest.param({'keep_best': '3'}, "keep_best is '3'", id='text'),
    ],
)
def test_options_that_cannot_be(option, message) -> None:
    with pytest.raises(UserError, match=message):
        AtomicCheckpointHook(save_best='val/hmean', **option)


def test_a_metric_that_no_validation_gives(tmp_path) -> None:
    hook = AtomicCheckpointHook(save_best='val/hmaen')
    hook.best = []
    runner = make_runner(Hub(), epoch=1, iter=1)
    with pytest.raises(UserError, match=r"'val/hmaen', but a validation gives val/hmean"):
        hook.after_val_epoch(runner, {'val/hmean': 0.5})


def test_a_validation_without_a_training_writes_nothing() -> None:
    AtomicCheckpointHook(save_best='val/hmean').after_val_epoch(None, {'val/hmean': 0.5})
