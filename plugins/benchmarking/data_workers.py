"""Batches from a training's data workers, and how many pages a second they supply."""

import time
from itertools import islice

import numpy as np
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from .compared_trainings import ComparedTraining


def open_loader(training: ComparedTraining, batches: int, seed: int = 0) -> DataLoader:
    """Return a training's loader as mmengine builds it, with so many full batches and more.

    Its pages are repeated: at an epoch's end the workers' queue would drain, which a benchmark of
    few pages would see often.
    """
    loader, dataset = training.loader, training.loader['dataset']
    # What is in the queue when the last batch is taken was computed beside it.
    batches += 4 * max(1, loader['num_workers'])
    indices = np.resize(dataset['indices'], batches * loader['batch_size']).tolist()
    return Runner.build_dataloader(
        {**loader, 'dataset': {**dataset, 'indices': indices}}, seed=seed
    )


def pages_per_second(training: ComparedTraining, batches: int) -> float:
    """Return how many pages a second come out of the data workers while nothing else is done.

    The first batch of every worker is not counted; the number of those that are is rounded up to a
    multiple of the workers, because theirs come in waves.
    """
    wave = max(1, training.loader['num_workers'])
    counted = -(-batches // wave) * wave
    stream = iter(open_loader(training, wave + counted))
    for _ in islice(stream, wave):
        pass
    start = time.perf_counter()
    pages = sum(len(batch['inputs']) for batch in islice(stream, counted))
    return pages / (time.perf_counter() - start)
