"""Our decoder beside published ones: what they take of the same maps, and what each finds."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from plugins.functional.decoding import DecodeParams, decode, to_page
from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection, iou_matrix
from plugins.functional.maps import MapFolder

from .made_up_pages import made_up_map
from .published_decoders import PUBLISHED_DECODERS, Decode, Map, Size
from .tables import FigureTable
from .timing import time_in_turns

_PAGE_SCALE = 0.8  # a map of 1024 px is of an image of 1280


@dataclass
class DecoderTimes:
    """What a decoder took and found page by page, and how well it agrees with ours.

    Where it fails on a page, ``milliseconds`` hold NaN and ``found`` nothing.
    """

    name: str
    milliseconds: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    ious: list[float] = field(default_factory=list)


def time_decoders(
    maps: Iterable[tuple[Map, Size]], repeat: int
) -> tuple[list[DecoderTimes], dict[str, str]]:
    """Time all decoders on one core, ours in polygon mode first.

    Also return why others are absent: name -> reason and remedy.
    """
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    decoders = {
        'MMReceipt, polygons': _ours(DecodeParams()),
        'MMReceipt, box mode, rotated boxes': _ours(DecodeParams(mode='box')),
    }
    absent = {}
    for other in PUBLISHED_DECODERS:
        try:
            decoders[f'{other.name}, {other.outlines}'] = _none_if_it_fails(
                other.load(DecodeParams())
            )
        except Exception as error:  # what is half installed fails in its own ways
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            absent[other.name] = f'{reason}; pip install {other.package}'
    times = [DecoderTimes(name) for name in decoders]
    for page in maps:
        milliseconds, results = time_in_turns(
            [partial(d, *page) for d in decoders.values()], repeat
        )
        ours = [_outline(found) for found in results[0]]
        for entry, taken, result in zip(times, milliseconds, results, strict=True):
            entry.milliseconds.append(np.nan if result is None else taken)
            if result is None:
                continue
            found = [_outline(polygon) for polygon in result]
            entry.found.append(len(found))
            if found and ours:
                entry.ious.extend(iou_matrix(ours, found).max(axis=1))
    return times, absent


def _ours(params: DecodeParams) -> Decode:
    def decode_ours(prob_map: Map, size: Size) -> list[Detection]:
        scale = (prob_map.shape[1] / size[0], prob_map.shape[0] / size[1])
        return to_page(decode(prob_map, params), scale, size)

    return decode_ours


def _none_if_it_fails(decoder: Decode) -> Decode:
    """Return a decoder that returns None where another library's fails, as some do on dots."""

    def decode_or_none(prob_map: Map, size: Size) -> Iterable | None:
        try:
            return decoder(prob_map, size)
        except Exception:  # theirs, of any kind
            return None

    return decode_or_none


def _outline(found: Detection | ArrayLike) -> NDArray[np.float64]:
    points = found.polygon if isinstance(found, Detection) else found
    return np.asarray(points, float).reshape(-1, 2)


def decoder_table(times: list[DecoderTimes], shapes: list[tuple[int, int]]) -> FigureTable:
    """Return medians over maps of these shapes, and ratios to the first with their quartiles.

    Ratios are of the same page. A decoder's figures are of the pages that it does not fail on.
    """
    records: list[dict] = []
    for entry in times:
        ratios = np.divide(entry.milliseconds, times[0].milliseconds)
        failed = int(np.isnan(ratios).sum())
        if failed == len(ratios):
            cells = dict.fromkeys(('ms', 'ratio', 'found', 'iou'), 'fails on all')
            records.append({'name': entry.name, **cells})
            continue
        low, middle, high = np.nanpercentile(ratios, [25, 50, 75])
        records.append(
            {
                'name': f'{entry.name} (fails on {failed})' if failed else entry.name,
                'ms': f'{np.nanmedian(entry.milliseconds):.2f}',
                'ratio': f'{middle:.1f} ({low:.1f} to {high:.1f})',
                'found': f'{np.mean(entry.found):.1f}',
                'iou': f'{np.mean(entry.ious):.3f}' if entry.ious else '–',
            }
        )
    columns = {
        'decoder': '{name}',
        'CPU ms a page': '{ms}',
        'times ours (quartiles)': '{ratio}',
        'words a page': '{found}',
        'IoU with ours': '{iou}',
    }
    height, width = np.median(shapes, axis=0)
    title = f'Decoding, {len(shapes)} maps of {width:.0f} x {height:.0f} pixels (median)'
    return FigureTable(title, columns, records)


def read_maps(folder: str | os.PathLike, number: int) -> list[tuple[Map, Size]]:
    """Return the first maps of a folder, read beforehand.

    Raises:
        UserError: see :class:`.MapFolder`, or the folder holds no map.
    """
    maps = MapFolder(folder)
    names = [name for name in maps.names if name not in maps.absent][:number]
    if not names:
        raise UserError(f'{folder}: holds no map; dump those of pages whose images are there')
    loaded = [maps.read(name) for name in names]
    return [(np.ascontiguousarray(page.probabilities), page.page_size) for page in loaded]


def make_up_maps(number: int, words: int, shape: tuple[int, int]) -> list[tuple[Map, Size]]:
    """Return maps (H, W) of made-up pages, which are a quarter larger."""
    rng = np.random.default_rng(0)
    size = tuple(round(side / _PAGE_SCALE) for side in shape[::-1])
    return [(made_up_map(rng, words, shape), size) for _ in range(number)]
