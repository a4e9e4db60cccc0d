"""A line for each epoch, whatever validates it."""

from types import SimpleNamespace

import pytest
from mmengine.logging import MessageHub
from mmengine.runner import EpochBasedTrainLoop

from plugins.hooks import epoch_lines
from plugins.hooks.epoch_lines import EpochLinesHook
from plugins.hooks.progressive_resolution import ProgressiveResolutionHook


class Loop(EpochBasedTrainLoop):
    """The counting of a loop alone."""

    def __init__(self, epochs: int) -> None:
        self._epoch, self._max_epochs = 0, epochs


SCORES = {'val/hmean': 0.8204, 'val/precision': 0.8, 'val/recall': 0.84, 'val/num_pages': 10.0}


@pytest.fixture
def train(monkeypatch):
    """Return a function that calls the hook as a training does, and gives the lines it told.

    An epoch takes 100 seconds on small pages and 400 on large ones, its validation 10.
    """
    said, now = [], [0.0]
    monkeypatch.setattr(epoch_lines, 'tell', said.append)
    monkeypatch.setattr(epoch_lines, 'time', SimpleNamespace(monotonic=lambda: now[0]))

    def run(metrics: list[dict | None], stages=((0, 100), (2, 200))) -> list[str]:
        loop, hub = Loop(len(metrics)), MessageHub('a hub of this test')
        hub.update_scalar('train/loss', 99.0)  # of an epoch before a resumption
        sized = ProgressiveResolutionHook(stages)
        runner = SimpleNamespace(
            *(), train_loop=loop, message_hub=hub, hooks=[sized],
            train_dataloader=[0] * 2, val_dataloader=[0] * 3,
        )  # fmt: skip
        hook = EpochLinesHook()
        hook.before_train(runner)
        for epoch, scores in enumerate(metrics):
            runner.epoch = epoch
            hook.before_train_epoch(runner)
            for loss in (epoch + 1.0, epoch + 2.0):
                hub.update_scalar('train/loss', loss)
                hook.after_train_iter(runner, 0)
            now[0] += 100 if epoch < 2 else 400
            hook.after_train_epoch(runner)
            loop._epoch = runner.epoch = epoch + 1
            if scores is not None:
                hook.before_val_epoch(runner)
                hook.after_val_iter(runner, 0)
                now[0] += 10
                if scores.get('val/hmean') == 0.8204:
                    hub.update_info('best_checkpoints', [[epoch + 1, 0.8204, epoch + 1]])
                hook.after_val_epoch(runner, scores)
        hook.after_train(runner)
        return said

    return run


def test_an_epoch_has_one_line(train) -> None:
    lower = {**SCORES, 'val/hmean': 0.7}
    assert train([lower, SCORES, None, {}]) == [
        '    epoch     loss       H      P      R      time      left',
        '      1/4    1.500   0.700  0.800  0.840   0:01:50   0:15:30',
        '      2/4    2.500   0.820  0.800  0.840   0:01:50   0:13:40  best',
        '      3/4    3.500       -      -      -   0:06:40   0:06:40',
        '      4/4    4.500       -      -      -   0:06:50   0:00:00',
    ]


def test_a_polygon_over_most_words_is_told_beside_the_score(train) -> None:
    *_, line, warning = train([{**SCORES, 'val/num_swallowed': 7.0}])
    assert '0.820' in line
    assert 'on 7 of 10 pages' in warning and len(warning) <= 80
