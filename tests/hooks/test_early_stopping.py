"""Patience that outlives the process."""

from types import SimpleNamespace

import pytest

from plugins.hooks.early_stopping import ResumableEarlyStoppingHook


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
