"""The size that reaches the worker processes, epoch by epoch."""

from types import SimpleNamespace

import pytest

from plugins import register  # noqa: F401
from plugins.functional.errors import UserError
from plugins.hooks.progressive_resolution import ProgressiveResolutionHook

torch = pytest.importorskip('torch')
from mmengine.logging import MessageHub, MMLogger  # noqa: E402
from torch.utils.data import ConcatDataset, DataLoader, Dataset  # noqa: E402

STAGES = [(0, 64), (2, 96), (3, 128)]


class Sizes(Dataset):
    """Each item is the input size that the worker's copy of the dataset has."""

    input_size = 32

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return self.input_size


def sizes_by_epoch(loader, epochs):
    hook = ProgressiveResolutionHook(STAGES)
    seen = []
    for epoch in epochs:
        runner = SimpleNamespace(
            epoch=epoch,
            train_dataloader=loader,
            message_hub=MessageHub.get_instance('sizes'),
            logger=MMLogger.get_instance('sizes'),
        )
        hook.before_train_epoch(runner)
        seen.append({int(size) for batch in loader for size in batch})
    return seen


@pytest.mark.parametrize(
    'workers',
    [
        {'num_workers': 0},
        {'num_workers': 2},
        {'num_workers': 2, 'persistent_workers': True},
    ],
    ids=['main process', 'fresh workers', 'persistent workers'],
)
def test_every_page_of_an_epoch_has_its_size(workers):
    loader = DataLoader(Sizes(), batch_size=2, **workers)
    assert sizes_by_epoch(loader, range(5)) == [{64}, {64}, {96}, {128}, {128}]


@pytest.mark.parametrize(('epoch', 'size'), [(1, 64), (2, 96), (7, 128)])
def test_a_resumed_training_is_in_the_stage_of_its_epoch(epoch, size):
    loader = DataLoader(Sizes(), num_workers=1, persistent_workers=True)
    assert sizes_by_epoch(loader, [epoch]) == [{size}]


def test_datasets_inside_a_wrapper_are_reached():
    loader = DataLoader(ConcatDataset([Sizes(), Sizes()]))
    assert sizes_by_epoch(loader, [2]) == [{96}]


def test_a_dataset_without_a_size_is_refused():
    with pytest.raises(UserError, match='use ReceiptDataset'):
        sizes_by_epoch(DataLoader(ConcatDataset([torch.zeros(2)])), [0])
