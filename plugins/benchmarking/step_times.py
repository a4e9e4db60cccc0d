"""Training steps, and what they are spent on."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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


@dataclass
class StepTimes:
    """Counted steps: how many, of how many pages and network pixels, and seconds by part."""

    steps: int = 0
    pages: int = 0
    pixels: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))


class TimedTraining:
    """A model on a device, stepped as mmengine's ``BaseModel.train_step`` does.

    ``whole`` counts steps in which a GPU and its host overlap as they do in a training. ``apart``
    counts others, in which they wait for one another between parts. Without a GPU they are one.
    """

    def __init__(self, training: ComparedTraining, device: torch.device) -> None:
        set_random_seed(0)
        self.training = training
        self.device = device
        self.model = MODELS.build(training.model).to(device).train()
        self.optimizer = build_optim_wrapper(self.model, training.optim_wrapper)
        self.apart = StepTimes()
        self.whole = StepTimes() if device.type == 'cuda' else self.apart
        self._laps = Laps()
        self._runs = 0
        loss = self.model.det_head.module_loss
        if hasattr(loss, 'get_targets'):
            loss.get_targets = self._watched(loss.get_targets)

    def run(self, steps: int, warm_up: int) -> Iterator[None]:
        """Count ``steps`` of either kind, after others that are not; yield after each step."""
        yield from self._run(steps, warm_up, self.apart, self._synchronized_clock)
        if self.whole is not self.apart:
            yield from self._run(steps, warm_up, self.whole, time.perf_counter)

    def figures(self) -> dict:
        """Return the figures of whole steps, and the parts of steps taken apart."""
        whole, total = self.whole, sum(self.whole.seconds.values())
        parts = self.apart.seconds.items()
        return {
            'steps': whole.steps,
            'pages_per_second': whole.pages / total,
            'ms_per_step': 1e3 * total / whole.steps,
            'waiting_share': whole.seconds[WAITING] / total,
            'pixels_per_page': whole.pixels / whole.pages,
            'parts_ms': {part: 1e3 * seconds / self.apart.steps for part, seconds in parts},
        }

    def _watched(self, draw: Callable) -> Callable:
        def watched(samples: list) -> tuple:
            self._laps.lap(FORWARD)
            maps = draw(samples)
            self._laps.lap(TARGETS)
            return maps

        return watched

    def _run(self, steps: int, warm_up: int, times: StepTimes, clock: Clock) -> Iterator[None]:
        # Workers of its own: those of a training that pauses would fill their queues meanwhile.
        # And other batches each time: a few of like shape do not stand for all.
        stream = iter(open_loader(self.training, warm_up + steps, seed=self._runs))
        self._runs += 1
        for step in range(warm_up + steps):
            self._wait()
            self._laps = Laps(clock)
            batch = next(stream)
            self._laps.lap(WAITING)
            pixels = self._step(batch)
            if step >= warm_up:
                times.steps += 1
                times.pages += len(batch['inputs'])
                times.pixels += pixels
                for part, seconds in self._laps.seconds.items():
                    times.seconds[part] += seconds
            yield

    def _step(self, batch: dict) -> int:
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
        return pages * height * width

    def _synchronized_clock(self) -> float:
        self._wait()
        return time.perf_counter()

    def _wait(self) -> None:
        """Return when a GPU has nothing left to do."""
        if self.device.type == 'cuda':
            torch.cuda.synchronize(self.device)
