"""Training steps, and what they are spent on."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from mmengine.optim import build_optim_wrapper
from mmengine.runner import set_random_seed
from mmocr.registry import MODELS

from .compared_trainings import ComparedTraining
from .data_workers import open_loader
from .timing import Clock, Laps

WAITING = 'waiting for data'
INPUT = 'copying and normalising'
TARGETS = 'drawing targets'
FORWARD = 'forward and loss'
BACKWARD = 'backward and optimizer'
PARTS = (WAITING, INPUT, TARGETS, FORWARD, BACKWARD)


class TrainingStep(NamedTuple):
    """A step of so many pages and network pixels, and its seconds by part."""

    pages: int
    pixels: int
    seconds: dict[str, float]


class TimedTraining:
    """A model on a device, stepped as mmengine's ``BaseModel.train_step`` does.

    In ``whole`` steps a GPU and its host overlap as they do in a training; in those taken ``apart``
    they wait for one another between parts. Without a GPU there is no difference, and no whole one.
    """

    def __init__(self, training: ComparedTraining, device: torch.device) -> None:
        set_random_seed(0)
        self.training = training
        self.device = device
        self.model = MODELS.build(training.model).to(device).train()
        self.optimizer = build_optim_wrapper(self.model, training.optim_wrapper)
        self.whole: list[TrainingStep] = []
        self.apart: list[TrainingStep] = []
        self._laps = Laps()
        self._runs = 0
        loss = self.model.det_head.module_loss
        if hasattr(loss, 'get_targets'):
            loss.get_targets = self._watched(loss.get_targets)

    def run(self, steps: int, warm_up: int) -> Iterator[None]:
        """Take ``steps`` of either kind, after others that do not count; yield after each."""
        yield from self._run(steps, warm_up, self.apart, self._synchronized_clock)
        if self.device.type == 'cuda':
            yield from self._run(steps, warm_up, self.whole, time.perf_counter)

    def figures(self) -> dict:
        """Return the figures of whole steps, and the parts of steps taken apart."""
        steps, apart = self.whole or self.apart, self.apart
        total = sum(sum(step.seconds.values()) for step in steps)
        pages = sum(step.pages for step in steps)
        return {
            'steps': len(steps),
            'pages_per_second': pages / total,
            'ms_per_step': 1e3 * total / len(steps),
            'waiting_share': sum(step.seconds[WAITING] for step in steps) / total,
            'pixels_per_page': sum(step.pixels for step in steps) / pages,
            'parts_ms': {
                part: 1e3 * sum(step.seconds.get(part, 0) for step in apart) / len(apart)
                for part in PARTS
            },
        }

    def _watched(self, draw: Callable) -> Callable:
        def watched(samples: list) -> tuple:
            self._laps.lap(FORWARD)
            maps = draw(samples)
            self._laps.lap(TARGETS)
            return maps

        return watched

    def _run(
        self, steps: int, warm_up: int, taken: list[TrainingStep], clock: Clock
    ) -> Iterator[None]:
        # Workers of its own: those of a training that pauses would fill their queues meanwhile.
        # And other batches each time: a few of like shape do not stand for all.
        stream = iter(open_loader(self.training, warm_up + steps, seed=self._runs))
        self._runs += 1
        for number in range(warm_up + steps):
            self._wait()
            self._laps = Laps(clock)
            step = self._step(next(stream))
            if number >= warm_up:
                taken.append(step)
            yield

    def _step(self, batch: dict) -> TrainingStep:
        self._laps.lap(WAITING)
        with self.optimizer.optim_context(self.model):
            data = self.model.data_preprocessor(batch, True)
            self._laps.lap(INPUT)
            losses = self.model(**data, mode='loss')
            self._laps.lap(FORWARD)
        loss, _ = self.model.parse_losses(losses)
        self.optimizer.update_params(loss)
        self._wait()
        self._laps.lap(BACKWARD)
        pages, _, height, width = data['inputs'].shape
        return TrainingStep(pages, pages * height * width, self._laps.seconds)

    def _synchronized_clock(self) -> float:
        self._wait()
        return time.perf_counter()

    def _wait(self) -> None:
        """Return when a GPU has nothing left to do."""
        if self.device.type == 'cuda':
            torch.cuda.synchronize(self.device)
