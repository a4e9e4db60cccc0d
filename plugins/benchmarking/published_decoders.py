"""Published decoders of probability maps, each called through its own API.

All get the same thresholds, candidates and dilation where they let one set them, and the most
faithful outlines that they offer.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import torch
from numpy.typing import NDArray

from plugins.functional.decoding import DecodeParams

Map = NDArray[np.float32]  # (H, W)
Size = tuple[int, int]  # (width, height) of the displayed image
# Returns outlines on the displayed image.
Decode = Callable[[Map, Size], Iterable]


@dataclass(frozen=True)
class PublishedDecoder:
    """A decoder of another library.

    ``outlines`` says of what kind they are, ``package`` what pip installs. ``load`` imports it and
    sets it up; where it is missing or half installed it raises ImportError or anything else.
    """

    name: str
    outlines: str
    package: str
    load: Callable[[DecodeParams], Decode]


def _mmocr(params: DecodeParams) -> Decode:
    from mmocr.models.textdet.postprocessors import DBPostprocessor
    from mmocr.structures import TextDetDataSample

    decoder = DBPostprocessor(
        text_repr_type='poly',
        mask_thr=params.thresh,
        min_text_score=params.box_thresh,
        unclip_ratio=params.unclip_ratio,
        max_candidates=params.max_candidates,
    )

    def decode(prob_map: Map, size: Size) -> Iterable:
        scale = (prob_map.shape[1] / size[0], prob_map.shape[0] / size[1])
        sample = TextDetDataSample(metainfo={'scale_factor': scale, 'ori_shape': size[::-1]})
        return decoder(torch.from_numpy(prob_map)[None], [sample])[0].pred_instances.polygons

    return decode


def _paddlex(params: DecodeParams) -> Decode:
    """The decoder behind PaddleOCR 3, in its ``poly`` mode."""
    from paddlex.inference.models.text_detection.processors import DBPostProcess

    decoder = DBPostProcess(box_type='poly', **_paddle_options(params))
    return lambda prob_map, size: decoder([prob_map[None, None]], [(*size[::-1], 1, 1)])[0][0]


def _openocr(params: DecodeParams) -> Decode:
    """OpenOCR's detector ``opendet``, in its ``poly`` mode."""
    package = find_spec('openocr')
    if package is None or not package.submodule_search_locations:
        raise ImportError('openocr')
    # Its modules import each other as if its folder were on the path.
    sys.path.append(package.submodule_search_locations[0])
    from opendet.postprocess.db_postprocess import DBPostProcess

    decoder = DBPostProcess(box_type='poly', **_paddle_options(params))

    def decode(prob_map: Map, size: Size) -> Iterable:
        maps = {'maps': torch.from_numpy(prob_map)[None, None]}
        return decoder(maps, [None, [(*size[::-1], 1, 1)]])[0]['points']

    return decode


def _easyocr(params: DecodeParams) -> Decode:
    """EasyOCR's DBNet module; its polygons are dilated by a fixed ratio of 2."""
    from easyocr.DBNet.DBNet import DBNet

    decoder = DBNet(initialize_model=False, device='cpu')

    def decode(prob_map: Map, size: Size) -> Iterable:
        batch = torch.from_numpy(prob_map)[None]
        mask = decoder.binarize(batch, params.thresh)
        limits = (params.box_thresh, 3, params.max_candidates)
        return decoder.polygons_from_bitmap(batch, mask, *size, *limits)[0]

    return decode


def _rapidocr(params: DecodeParams) -> Decode:
    from rapidocr.ch_ppocr_det.utils import DBPostProcess

    decoder = DBPostProcess(**_paddle_options(params))
    return lambda prob_map, size: decoder(prob_map[None, None], size[::-1])[0]


def _doctr(params: DecodeParams) -> Decode:
    """docTR for pages that may be turned: a fixed dilation of 1.5, no cut."""
    from doctr.models.detection.differentiable_binarization.base import DBPostProcessor

    decoder = DBPostProcessor(**_doctr_options(params))
    return lambda prob_map, size: decoder(prob_map[None, :, :, None])[0][0][:, :4] * size


def _onnxtr(params: DecodeParams) -> Decode:
    """docTR's pipeline without its framework; the same remarks hold."""
    from onnxtr.models.detection.postprocessor.base import GeneralDetectionPostProcessor

    decoder = GeneralDetectionPostProcessor(**_doctr_options(params))

    def decode(prob_map: Map, size: Size) -> Iterable:
        return np.reshape(decoder(prob_map[None, :, :, None])[0], (-1, 5, 2))[:, :4] * size

    return decode


def _paddle_options(params: DecodeParams) -> dict[str, float]:
    """Return what PaddleOCR's decoder and its descendants call the parameters."""
    names = ('thresh', 'box_thresh', 'max_candidates', 'unclip_ratio')
    return {name: getattr(params, name) for name in names}


def _doctr_options(params: DecodeParams) -> dict[str, float]:
    return dict(bin_thresh=params.thresh, box_thresh=params.box_thresh, assume_straight_pages=False)


PUBLISHED_DECODERS = (
    PublishedDecoder('MMOCR', 'polygons', 'mmocr', _mmocr),
    PublishedDecoder('PaddleX', 'polygons', 'paddlex opencv-contrib-python pyclipper', _paddlex),
    PublishedDecoder('OpenOCR', 'polygons', 'openocr-python pyclipper', _openocr),
    PublishedDecoder('EasyOCR', 'polygons', 'easyocr pyclipper python-bidi', _easyocr),
    PublishedDecoder(
        'RapidOCR', 'rotated boxes', 'rapidocr omegaconf pyclipper colorlog', _rapidocr
    ),
    PublishedDecoder('docTR', 'rotated boxes', 'python-doctr', _doctr),
    PublishedDecoder('OnnxTR', 'rotated boxes', 'onnxtr', _onnxtr),
)
