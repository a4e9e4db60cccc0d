"""Decoding beside other decoders: pages, times, and what each finds."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from plugins.functional.decoding import DecodeParams
from plugins.functional.errors import UserError
from plugins.functional.geometry import iou_matrix
from plugins.functional.maps import MapFolder
from plugins.functional.targets import db_targets

from .decoders import Decoder, Ours, available
from .sheets import Sheet

Page = tuple[NDArray[np.float32], tuple[int, int]]  # the map, and the displayed image's size

_PAGE_SCALE = 0.8  # a map of 1024 px is of an image of 1280


@dataclass
class Entry:
    """What a decoder took, found, and how well it agrees, page by page."""

    name: str
    shape: str
    milliseconds: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    ious: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """Entries, ours in polygon mode first; ``absent`` says why a decoder is missing."""

    entries: list[Entry]
    absent: dict[str, str]
    shapes: list[tuple[int, int]]


def compare(pages: Iterable[Page], repeat: int) -> Comparison:
    """Time all decoders in turns on one core, in CPU time: each figure is a median over runs."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    params = DecodeParams()
    others, absent = available(params)
    decoders = [Ours(params), Ours(DecodeParams(mode='box')), *others]
    entries = [Entry(decoder.name, decoder.shape) for decoder in decoders]
    shapes = []
    for prob_map, size in pages:
        shapes.append(prob_map.shape)
        _time_page(decoders, entries, prob_map, size, repeat)
    return Comparison(entries, absent, shapes)


def _time_page(
    decoders: list[Decoder],
    entries: list[Entry],
    prob_map: NDArray[np.float32],
    size: tuple[int, int],
    repeat: int,
) -> None:
    calls = [decoder.bind(prob_map, size) for decoder in decoders]
    polygons = [_result(decoder, call) for decoder, call in zip(decoders, calls, strict=True)]
    seconds = np.full((repeat, len(calls)), np.nan)
    # In turns, so that what else the machine does meets all of them.
    for run in range(repeat):
        for column, call in enumerate(calls):
            if polygons[column] is not None:
                start = time.process_time()
                call()
                seconds[run, column] = time.process_time() - start
    for entry, taken, found in zip(entries, np.median(seconds, axis=0), polygons, strict=True):
        entry.milliseconds.append(1e3 * taken)
        if found is not None:
            entry.found.append(len(found))
        if found and polygons[0]:
            entry.ious.extend(iou_matrix(polygons[0], found).max(axis=1))


def _result(decoder: Decoder, call: Callable[[], Any]) -> list[NDArray] | None:
    """Return what a decoder finds on a page; None where it breaks down, as some do on dots."""
    try:
        return decoder.read(call())
    except Exception:  # theirs, of any kind; ours must not
        if isinstance(decoder, Ours):
            raise
        return None


def to_sheet(result: Comparison) -> Sheet:
    """Return the table: medians over pages, and ratios page by page with their quartiles.

    A decoder's figures are of the pages that it does not fail on.
    """
    ours = result.entries[0].milliseconds
    rows = []
    for entry in result.entries:
        ratios = np.divide(entry.milliseconds, ours)
        failed = int(np.isnan(ratios).sum())
        if failed == len(ratios):
            rows.append([f'{entry.name}, {entry.shape}', *['fails on all'] * 4])
            continue
        low, middle, high = np.nanpercentile(ratios, [25, 50, 75])
        note = f' (fails on {failed})' if failed else ''
        rows.append(
            [
                f'{entry.name}, {entry.shape}{note}',
                f'{np.nanmedian(entry.milliseconds):.2f}',
                f'{middle:.1f} ({low:.1f}–{high:.1f})',
                f'{np.mean(entry.found):.1f}',
                f'{np.mean(entry.ious):.3f}' if entry.ious else '–',
            ]
        )
    height, width = np.median(result.shapes, axis=0)
    return Sheet(
        f'Decoding, {len(ours)} maps of {width:.0f} x {height:.0f} pixels (median)',
        ['decoder', 'CPU ms a page', 'times ours (quartiles)', 'words a page', 'IoU with ours'],
        rows,
    )


def read_pages(folder: str | os.PathLike, number: int) -> list[Page]:
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


def made_up_pages(number: int, words: int, shape: tuple[int, int]) -> list[Page]:
    """Return maps (H, W) as a trained network might make them of pages of words.

    Slightly tilted words in five columns, shrunk as in training, blurred, and with smooth noise in
    their logits, so that outlines are uneven and scores differ.
    """
    rng = np.random.default_rng(0)
    size = tuple(round(side / _PAGE_SCALE) for side in shape[::-1])
    return [(_made_up_map(rng, words, shape), size) for _ in range(number)]


def _made_up_map(
    rng: np.random.Generator, words: int, shape: tuple[int, int]
) -> NDArray[np.float32]:
    height, width = shape
    columns = min(5, words)
    rows = -(-words // columns)
    cell = np.array([width / columns, height / rows])
    grid = np.stack(np.divmod(np.arange(words), columns)[::-1], axis=1)
    sizes = cell * rng.uniform([0.35, 0.45], [0.9, 0.65], (words, 2))
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    angles = np.deg2rad(rng.normal(0, 2, words))
    turns = np.moveaxis([[np.cos(angles), np.sin(angles)], [-np.sin(angles), np.cos(angles)]], 2, 0)
    polygons = (unit * sizes[:, None]) @ turns + ((grid + 0.5) * cell)[:, None]
    shrunk = cv2.GaussianBlur(db_targets(list(polygons), shape).prob, (0, 0), 1)
    noise = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 2)
    logits = 8 * (shrunk - 0.5) + 0.5 * noise / noise.std()
    return (1 / (1 + np.exp(-logits))).astype(np.float32)
