"""Randomness that does not depend on how often a training was interrupted."""

import random

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Seed Python, NumPy and torch from (seed, epoch, rank) when an epoch starts.

    What the main process draws (drop path, dropout, mixing of pages) is then the same in a training
    that was killed and resumed. The seed is that of the checkpoint, which mmengine prefers to the
    config's; the order of the pages follows it, too.
    """

    def before_train(self, runner: Runner) -> None:
        """Let the sampler, which was built before the checkpoint was read, have its seed."""
        loader = runner.train_dataloader
        for sampler in (loader.sampler, getattr(loader.batch_sampler, 'sampler', None)):
            if hasattr(sampler, 'seed'):
                sampler.seed = runner.seed

    def before_train_epoch(self, runner: Runner) -> None:
        """Seed what the first pages are made with."""
        _seed(runner)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: object = None) -> None:
        """Seed once more before the first step: new workers draw from torch, those kept do not."""
        if batch_idx == 0:
            _seed(runner)


def _seed(runner: Runner) -> None:
    sequence = np.random.SeedSequence((runner.seed, runner.epoch, runner.rank))
    seed = int(sequence.generate_state(1)[0])
    random.seed(seed)
    np.random.seed(seed)
    # Of every GPU as well.
    torch.manual_seed(seed)
