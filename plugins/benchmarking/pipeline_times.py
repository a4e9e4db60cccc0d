"""What each transform of a training pipeline takes of a page, one page at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from mmengine.dataset import BaseDataset
from mmocr.registry import DATASETS, MODELS
from numpy.typing import NDArray

from plugins.functional.errors import UserError

from .compared_trainings import ComparedTraining
from .timing import Laps, cpu_and_wall

WORKER, MAIN = 'in a data worker', 'in the main process'
TARGETS = 'targets, within the loss'


class TimedPipeline:
    """Passes pages through a training's pipeline, and its loss's targets if it draws some."""

    def __init__(self, training: ComparedTraining) -> None:
        self.name = training.name
        self.dataset: BaseDataset = DATASETS.build(training.loader['dataset'])
        self.transforms: dict[str, Any] = {}
        for transform in self.dataset.pipeline.transforms:
            name = type(transform).__name__
            # TorchVisionWrapper says nothing; what it wraps does.
            name = getattr(transform, 'op', name) if name.endswith('Wrapper') else name
            again = sum(known.split()[0] == name for known in self.transforms)
            self.transforms[f'{name} {again + 1}' if again else name] = transform
        loss = MODELS.build(training.model['det_head']['module_loss'])
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

    def figures(self) -> dict[str, list[dict]]:
        """Return milliseconds a page of ``stages``, in the pipeline's order, and of ``totals``.

        Medians are over all passes, the mean is per page that came out: means add up to the page's,
        and hold what was spent on pages that were dropped half-way. ``where`` a stage runs is a
        data worker or the main process, which a GPU waits for.

        Raises:
            UserError: no page came out at the end.
        """
        if not self.delivered:
            raise UserError(
                f'{self.name}: its pipeline dropped every page; give pages with words, or more'
            )
        names = list(dict.fromkeys(name for times in self.passes for name in times))
        places = {name: MAIN if name == TARGETS else WORKER for name in names}
        groups = {place: [n for n in names if places[n] == place] for place in (WORKER, MAIN)}
        return {
            'stages': [self._figures(name, places[name], [name]) for name in names],
            'totals': [self._figures('together', *group) for group in groups.items()],
        }

    def _figures(self, title: str, where: str, names: Sequence[str]) -> dict[str, Any]:
        passes = [[times[name] for name in names if name in times] for times in self.passes]
        sums = [np.sum(times, axis=0) for times in passes if times] or [np.zeros(2)]
        times = 1e3 * np.array(sums)
        cpu, wall = np.median(times, axis=0).tolist()
        mean = float(times[:, 0].sum() / self.delivered)
        return dict(name=title, where=where, cpu_median=cpu, wall_median=wall, cpu_mean=mean)


def time_pipelines(pipelines: Sequence[TimedPipeline], repeat: int) -> Iterator[None]:
    """Pass every page ``repeat`` times through each pipeline, in turns; yield after each page.

    One thread computes, as in a data worker.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for index in [*range(len(pipelines[0].dataset))] * repeat:
            for pipeline in pipelines:
                pipeline.time_page(index)
            yield
    finally:
        torch.set_num_threads(threads)
