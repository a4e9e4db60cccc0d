"""A checkpoint says on which pages, and by which optimizers, it was trained."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.logging import MessageHub
from mmengine.optim import OptimWrapper

from plugins.engine.checkpoint_loading import Checkpoint
from plugins.engine.training_facts import FACTS, check_pages, facts_of, note_facts
from plugins.functional.errors import UserError


class Pages(torch.utils.data.Dataset):
    def __init__(self, *paths: str) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def get_data_info(self, index: int) -> dict:
        return dict(img_path=self.paths[index])


def training(train: Pages, val: Pages | None = None) -> SimpleNamespace:
    """Return what of a Runner is looked at."""
    loops = [
        pages and SimpleNamespace(dataloader=SimpleNamespace(dataset=pages))
        for pages in (train, val)
    ]
    weight = torch.nn.Parameter(torch.ones(1))
    runner = SimpleNamespace(
        train_loop=loops[0],
        val_loop=loops[1],
        optim_wrapper=OptimWrapper(torch.optim.SGD([weight], lr=1)),
        message_hub=MessageHub('facts'),
    )
    note_facts(runner)
    return runner


def left_by(runner: SimpleNamespace) -> Checkpoint:
    info = {FACTS: runner.message_hub.get_info(FACTS)}
    return Checkpoint('x.pth', {'message_hub': {'runtime_info': info}}, {})


def test_optimizers_and_pages_are_noted() -> None:
    facts = facts_of(left_by(training(Pages('a/1.png', 'a/2.png'), Pages('a/3.png'))))
    assert facts['optimizer'] == ['SGD']
    assert (facts['train']['pages'], facts['val']['pages']) == (2, 1)


def test_pages_may_have_moved_and_be_in_another_order() -> None:
    before = left_by(training(Pages('a/1.png', 'a/2.png'), Pages('a/3.png')))
    check_pages(training(Pages('b/2.png', 'b/1.png'), Pages('b/3.png')), before)
    # Without a validation nothing is compared.
    check_pages(training(Pages('b/2.png', 'b/1.png')), before)


@pytest.mark.parametrize(
    ('train', 'val', 'said'),
    [
        (('1.png', '4.png'), ('3.png',), 'x.pth: was trained on 2 pages'),
        (('1.png', '2.png'), ('4.png',), 'x.pth: was validated on 1 page '),
    ],
)
def test_other_pages_are_refused(train, val, said) -> None:
    before = left_by(training(Pages('1.png', '2.png'), Pages('3.png')))
    with pytest.raises(UserError, match=said):
        check_pages(training(Pages(*train), Pages(*val)), before)


def test_a_checkpoint_that_says_nothing_is_no_hindrance() -> None:
    silent = Checkpoint('x.pth', {'message_hub': {'runtime_info': {FACTS: 'odd'}}}, {})
    assert facts_of(silent) == {}
    check_pages(training(Pages('1.png')), silent)
