"""What each transform of a training pipeline takes of a page, one page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from mmengine.dataset import BaseDataset
from mmocr.registry import DATASETS, MODELS
from numpy.typing import NDArray

from plugins.functional.errors import UserError

from .sides import Side
from .timing import Laps, cpu_and_wall

WORKER, MAIN = 'in a data worker', 'in the main process'
TARGETS = 'targets, within the loss'


@dataclass(frozen=True)
class Stage:
    """Milliseconds a page: medians over all passes, and the mean per page that came out.

    Means add up to the page's, and hold what was spent on pages that a pipeline dropped half-way.
    ``where`` it runs is a data worker or the main process, which a GPU waits for.
    """

    name: str
    where: str
    cpu_median: float
    wall_median: float
    cpu_mean: float


class PipelineTimer:
    """Passes pages through a side's training pipeline, and its loss's targets if it draws some."""

    def __init__(self, side: Side) -> None:
        self.name = side.name
        self.dataset: BaseDataset = DATASETS.build(side.loader['dataset'])
        self.transforms = dict(_named(self.dataset.pipeline.transforms))
        loss = MODELS.build(side.model['det_head']['module_loss'])
        self.draw_targets = getattr(loss, 'get_targets', None)
        self.passes: list[dict[str, NDArray[np.float64]]] = []
        self.delivered = 0

    def time_page(self, index: int) -> None:
        """Pass one page of the dataset through, and take note of the times."""
        laps = Laps(cpu_and_wall)
        page = self.dataset.get_data_info(index)
        laps.lap('annotation')
        for name, transform in self.transforms.items():
            page = transform(page)
            laps.lap(name)
            if page is None:
                break
        if page is not None:
            self.delivered += 1
            if self.draw_targets:
                self.draw_targets([page['data_samples']])
                laps.lap(TARGETS)
        self.passes.append(laps.seconds)

    def stages(self) -> list[Stage]:
        """Return the figures, in the pipeline's order.

        Raises:
            UserError: no page came out at the end.
        """
        if not self.delivered:
            raise UserError(
                f'{self.name}: its pipeline dropped every page; give pages with words, or more'
            )
        return [self._stage(name, self._place(name), [name]) for name in self._names()]

    def totals(self) -> list[Stage]:
        """Return what a page takes altogether, in a worker and in the main process."""
        return [
            self._stage('together', place, [n for n in self._names() if self._place(n) == place])
            for place in (WORKER, MAIN)
        ]

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for times in self.passes for name in times))

    def _place(self, name: str) -> str:
        return MAIN if name == TARGETS else WORKER

    def _stage(self, title: str, place: str, names: Sequence[str]) -> Stage:
        passes = [[times[name] for name in names if name in times] for times in self.passes]
        sums = [np.sum(times, axis=0) for times in passes if times] or [np.zeros(2)]
        times = 1e3 * np.array(sums)
        cpu, wall = np.median(times, axis=0)
        return Stage(
            title, place, float(cpu), float(wall), float(times[:, 0].sum() / self.delivered)
        )


def time_pipelines(timers: Sequence[PipelineTimer], repeat: int) -> Iterator[None]:
    """Pass every page ``repeat`` times through each pipeline, in turns; yield after each page.

    One thread computes, as in a data worker.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for _ in range(repeat):
            for index in range(len(timers[0].dataset)):
                for timer in timers:
                    timer.time_page(index)
                yield
    finally:
        torch.set_num_threads(threads)


def _named(transforms: Sequence) -> Iterator[tuple[str, object]]:
    """Yield (name, transform), with numbers where a name occurs again."""
    seen: dict[str, int] = {}
    for transform in transforms:
        name = type(transform).__name__
        # TorchVisionWrapper says nothing; what it wraps does.
        name = getattr(transform, 'op', name) if name.endswith('Wrapper') else name
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f'{name} {seen[name]}'), transform
