"""A test that writes probability maps first, and finds its words in those."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.dist import barrier, get_rank, get_world_size
from mmengine.runner import Runner, TestLoop
from mmengine.runner.amp import autocast
from mmengine.structures import InstanceData
from mmocr.registry import DATASETS, LOOPS
from mmocr.structures import TextDetDataSample

from ..functional.decoding import DecodeParams, decode_map
from ..functional.errors import UserError
from ..functional.files import checksum
from ..functional.geometry import Detection
from ..functional.maps import (
    BITS,
    MapFolder,
    ProbMap,
    find_stale,
    map_path,
    write_manifest,
    write_map,
)
from ..models.mmocr_instances import as_instances


@LOOPS.register_module()
class MapTestLoop(TestLoop):
    """Run the network on the pages that have no map yet, then decode and score all maps.

    What is scored is what later tools will read, and a run that was interrupted goes on. The model
    has to give each page its ``prob_map``: ReceiptPostprocessor with ``output='maps'``.

    Args:
        runner: see TestLoop.
        dataloader: config of the loader of all pages.
        evaluator: see TestLoop.
        folder: where the maps go.
        source: what the maps are of; maps of anything else are not mixed with them.
        decoding: see :class:`plugins.functional.decoding.DecodeParams`.
        bits: 8 or 16.
        force: replace the maps of another run that are in the folder.
        fp16: see TestLoop.

    Raises:
        UserError: the folder holds something else, a value is out of range, or a map is damaged.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: dict,
        evaluator: dict | list,
        *,
        folder: str,
        source: Mapping[str, Any],
        decoding: Mapping[str, Any],
        bits: int = 8,
        force: bool = False,
        fp16: bool = False,
    ) -> None:
        if bits not in BITS:
            raise UserError(f'--map-bits {bits}: give 8 or 16')
        self.folder = Path(folder)
        self.params = DecodeParams(**decoding)
        self.fp16 = fp16
        self.pages = DATASETS.build(dataloader['dataset'])
        paths = [Path(info['img_path']) for info in self._infos()]
        self.names = [path.name for path in paths]
        self.source = {**source, 'bits': bits, 'images': {p.name: checksum(p) for p in paths}}
        self.stale = find_stale(folder, self.names, self.source, force)
        self.todo = [
            index
            for index, name in enumerate(self.names)
            if name in self.stale or not os.path.isfile(map_path(folder, name))
        ]
        # No process may write before the others have seen what is there.
        barrier()
        # A sampler cannot do with no page at all.
        dataloader = {**dataloader, 'dataset': self.pages.get_subset(self.todo or [0])}
        super().__init__(runner, dataloader, evaluator, fp16)

    def run(self) -> dict[str, float]:
        """Write the maps, and return the scores of all pages."""
        if get_rank() == 0:
            self._prepare_folder()
        barrier()
        self.runner.call_hook('before_test')
        self.runner.call_hook('before_test_epoch')
        self.runner.model.eval()
        for index, batch in enumerate(self.dataloader if self.todo else ()):
            self.run_iter(index, batch)
        barrier()
        metrics = self._evaluate()
        self.runner.call_hook('after_test_epoch', metrics=metrics)
        self.runner.call_hook('after_test')
        return metrics

    @torch.no_grad()
    def run_iter(self, idx: int, data_batch: dict) -> None:
        """Write the maps of a batch."""
        self.runner.call_hook('before_test_iter', batch_idx=idx, data_batch=data_batch)
        with autocast(enabled=self.fp16):
            samples = self.runner.model.test_step(data_batch)
        for sample in samples:
            page = sample.prob_map
            rounded = ProbMap.of(page.probabilities, page.page_size, self.source['bits'])
            write_map(self.folder, Path(sample.img_path).name, rounded)
        self.runner.call_hook(
            'after_test_iter', batch_idx=idx, data_batch=data_batch, outputs=samples
        )

    def _infos(self) -> list[dict]:
        return [self.pages.get_data_info(index) for index in range(len(self.pages))]

    def _prepare_folder(self) -> None:
        for name in self.stale:
            map_path(self.folder, name).unlink(missing_ok=True)
        listed = self.pages.metainfo.get('pages', self.names)
        present = set(self.names)
        absent = [name for name in listed if name not in present]
        write_manifest(self.folder, listed, absent, asdict(self.params), self.source)

    def _evaluate(self) -> dict[str, float]:
        folder = MapFolder(self.folder)
        infos = self._infos()
        # As DefaultSampler deals pages out to processes, the first ones again at the end.
        processes = get_world_size()
        rounds = math.ceil(len(infos) / processes)
        for position in range(get_rank(), rounds * processes, processes):
            info = infos[position % len(infos)]
            found = decode_map(folder.read(Path(info['img_path']).name), self.params)
            self.evaluator.process(data_samples=[_sample(info, found)], data_batch=None)
        return self.evaluator.evaluate(len(infos))


def _sample(info: dict, found: Sequence[Detection]) -> TextDetDataSample:
    sample = TextDetDataSample(metainfo={'img_path': info['img_path']})
    instances = info['instances']
    sample.gt_instances = InstanceData(
        polygons=[np.array(instance['polygon'], float) for instance in instances],
        ignored=np.array([instance['ignore'] for instance in instances], bool),
    )
    sample.pred_instances = as_instances(found)
    return sample
