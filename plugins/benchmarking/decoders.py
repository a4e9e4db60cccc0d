"""Published decoders of probability maps, each called through its own API.

All get the same thresholds, candidates and dilation where they let one set them, and the most
faithful outlines that they offer.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from plugins.functional.decoding import DecodeParams, decode, to_page


class Decoder(ABC):
    """A decoder that is compared.

    ``name`` is for the table, ``shape`` says what it returns, ``package`` where pip finds it.
    """

    name: str
    shape: str = 'polygons'
    package: str = ''

    @abstractmethod
    def __init__(self, params: DecodeParams) -> None:
        """Import it and set it up.

        Raises:
            ImportError: it is not installed.
        """

    @abstractmethod
    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """Return the call to time, for a map (H, W) and a displayed image (width, height)."""

    def read(self, result: Any) -> list[NDArray]:
        """Return the polygons (n, 2) of what the call returned."""
        return [np.asarray(polygon, float).reshape(-1, 2) for polygon in result]


class Ours(Decoder):
    """``decode`` and ``to_page``."""

    def __init__(self, params: DecodeParams) -> None:
        self.params = params
        self.name = 'MMReceipt' if params.mode == 'polygon' else 'MMReceipt, box mode'
        self.shape = 'polygons' if params.mode == 'polygon' else 'rotated boxes'

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        scale = (prob_map.shape[1] / size[0], prob_map.shape[0] / size[1])
        return lambda: to_page(decode(prob_map, self.params), scale, size)

    def read(self, result: Any) -> list[NDArray]:
        """See :class:`Decoder`."""
        return [detection.polygon for detection in result]


class MMOCR(Decoder):
    """``DBPostprocessor``, given a tensor in memory."""

    name, package = 'MMOCR', 'mmocr'

    def __init__(self, params: DecodeParams) -> None:
        from mmocr.models.textdet.postprocessors import DBPostprocessor

        self.decoder = DBPostprocessor(
            text_repr_type='poly',
            mask_thr=params.thresh,
            min_text_score=params.box_thresh,
            unclip_ratio=params.unclip_ratio,
            max_candidates=params.max_candidates,
        )

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        from mmocr.structures import TextDetDataSample

        scale = (prob_map.shape[1] / size[0], prob_map.shape[0] / size[1])
        sample = TextDetDataSample(metainfo={'scale_factor': scale, 'ori_shape': size[::-1]})
        batch = torch.from_numpy(prob_map)[None]
        return lambda: self.decoder(batch, [sample])[0].pred_instances.polygons


class PaddleX(Decoder):
    """The decoder behind PaddleOCR 3, in its ``poly`` mode."""

    name, package = 'PaddleX', 'paddlex opencv-contrib-python pyclipper'

    def __init__(self, params: DecodeParams) -> None:
        from paddlex.inference.models.text_detection.processors import DBPostProcess

        self.decoder = DBPostProcess(
            thresh=params.thresh,
            box_thresh=params.box_thresh,
            max_candidates=params.max_candidates,
            unclip_ratio=params.unclip_ratio,
            box_type='poly',
        )

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        width, height = size
        return lambda: self.decoder([prob_map[None, None]], [(height, width, 1, 1)])[0][0]


class OpenOCR(Decoder):
    """OpenOCR's detector ``opendet``, in its ``poly`` mode."""

    name, package = 'OpenOCR', 'openocr-python pyclipper'

    def __init__(self, params: DecodeParams) -> None:
        package = find_spec('openocr')
        if package is None or not package.submodule_search_locations:
            raise ImportError('openocr')
        # Its modules import each other as if its folder were on the path.
        sys.path.append(package.submodule_search_locations[0])
        from opendet.postprocess.db_postprocess import DBPostProcess

        self.decoder = DBPostProcess(
            thresh=params.thresh,
            box_thresh=params.box_thresh,
            max_candidates=params.max_candidates,
            unclip_ratio=params.unclip_ratio,
            box_type='poly',
        )

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        width, height = size
        maps = {'maps': torch.from_numpy(prob_map)[None, None]}
        return lambda: self.decoder(maps, [None, [(height, width, 1, 1)]])[0]['points']


class EasyOCR(Decoder):
    """EasyOCR's DBNet module; its polygons are dilated by a fixed ratio of 2."""

    name, package = 'EasyOCR', 'easyocr pyclipper python-bidi'

    def __init__(self, params: DecodeParams) -> None:
        from easyocr.DBNet.DBNet import DBNet

        self.decoder, self.params = DBNet(initialize_model=False, device='cpu'), params

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        hmap, params = torch.from_numpy(prob_map)[None], self.params

        def call() -> Any:
            mask = self.decoder.binarize(hmap, params.thresh)
            return self.decoder.polygons_from_bitmap(
                hmap, mask, *size, params.box_thresh, 3, params.max_candidates
            )[0]

        return call


class RapidOCR(Decoder):
    """RapidOCR, which has rotated boxes only."""

    name, shape, package = 'RapidOCR', 'rotated boxes', 'rapidocr omegaconf pyclipper colorlog'

    def __init__(self, params: DecodeParams) -> None:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        self.decoder = DBPostProcess(
            thresh=params.thresh,
            box_thresh=params.box_thresh,
            max_candidates=params.max_candidates,
            unclip_ratio=params.unclip_ratio,
        )

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        return lambda: self.decoder(prob_map[None, None], size[::-1])[0]


class DocTR(Decoder):
    """docTR for pages that may be turned: rotated boxes, a fixed dilation of 1.5, no cut."""

    name, shape, package = 'docTR', 'rotated boxes', 'python-doctr'

    def __init__(self, params: DecodeParams) -> None:
        from doctr.models.detection.differentiable_binarization.base import DBPostProcessor

        self._set_up(DBPostProcessor, params)

    def _set_up(self, kind: Callable[..., Any], params: DecodeParams) -> None:
        self.decoder = kind(
            bin_thresh=params.thresh, box_thresh=params.box_thresh, assume_straight_pages=False
        )

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        return lambda: (self.decoder(prob_map[None, :, :, None])[0][0], size)

    def read(self, result: Any) -> list[NDArray]:
        """See :class:`Decoder`."""
        boxes, size = result
        return list(boxes[:, :4] * size)


class OnnxTR(DocTR):
    """docTR's pipeline without its framework; the same remarks hold."""

    name, package = 'OnnxTR', 'onnxtr'

    def __init__(self, params: DecodeParams) -> None:
        from onnxtr.models.detection.postprocessor.base import GeneralDetectionPostProcessor

        self._set_up(GeneralDetectionPostProcessor, params)

    def bind(self, prob_map: NDArray[np.float32], size: tuple[int, int]) -> Callable[[], Any]:
        """See :class:`Decoder`."""
        return lambda: (self.decoder(prob_map[None, :, :, None])[0], size)

    def read(self, result: Any) -> list[NDArray]:
        """See :class:`Decoder`."""
        boxes, size = result
        return list(np.asarray(boxes).reshape(-1, 5, 2)[:, :4] * size)


OTHERS: tuple[type[Decoder], ...] = (MMOCR, PaddleX, OpenOCR, EasyOCR, RapidOCR, DocTR, OnnxTR)


def available(params: DecodeParams) -> tuple[list[Decoder], dict[str, str]]:
    """Set up what is installed; also return why others are absent: name -> reason and remedy."""
    ready, absent = [], {}
    for kind in OTHERS:
        try:
            ready.append(kind(params))
        except Exception as error:  # what is half installed fails in its own ways
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            absent[kind.name] = f'{reason}; pip install {kind.package}'
    return ready, absent
