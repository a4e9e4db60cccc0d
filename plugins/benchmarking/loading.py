"""Endless batches from a side's data workers, and how many pages a second they supply."""

import time
from collections.abc import Iterator
from itertools import count, islice

from mmengine.runner import Runner
from torch.utils.data import DataLoader, Sampler

from .sides import Side


class EndlessBatches(Sampler):
    """A batch sampler's full batches, epoch after epoch from ``first`` on.

    An epoch's end would drain the workers' queue, which a benchmark of few pages would see often.
    """

    def __init__(self, batches: Sampler, first: int = 0) -> None:
        self.batches = batches
        self.first = first

    def __iter__(self) -> Iterator[list]:
        for epoch in count(self.first):
            self.batches.sampler.set_epoch(epoch)
            for batch in self.batches:
                if len(batch) == self.batches.batch_size:
                    yield batch


def open_loader(side: Side, epoch: int = 0) -> DataLoader:
    """Return the training loader of a side as mmengine builds it, from an epoch on without end."""
    built = Runner.build_dataloader(side.loader, seed=0)
    return DataLoader(
        built.dataset,
        batch_sampler=EndlessBatches(built.batch_sampler, epoch),
        num_workers=built.num_workers,
        collate_fn=built.collate_fn,
        worker_init_fn=built.worker_init_fn,
        pin_memory=built.pin_memory,
    )


def supply(side: Side, batches: int) -> float:
    """Return how many pages a second come out of the data workers while nothing else is done.

    The first batch of every worker is not counted; the number of those that are is rounded up to a
    multiple of the workers, because theirs come in waves.
    """
    loader = open_loader(side)
    wave = max(1, loader.num_workers)
    counted = -(-batches // wave) * wave
    stream = iter(loader)
    for _ in islice(stream, wave):
        pass
    start = time.perf_counter()
    pages = sum(len(batch['inputs']) for batch in islice(stream, counted))
    return pages / (time.perf_counter() - start)
