"""One synthetic page: from a seed and a number to a photograph with its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..functional.annotations import Page, Word
from .camera import SUPERSAMPLING, Lens, body_size, frame_sheet
from .fonts import Face, families
from .handwriting import annotate
from .language import language
from .photograph import encode, photograph
from .printer_fonts import Printer, PrinterFont
from .randomness import Rng, chance, pick, weighted
from .receipt_kinds import compose
from .sheet import Sheet, print_sheet
from .thumb import Thumb, make_thumb
from .typeset import PrintStyle, Typesetter, sheet_size
from .wear import tear, wear

Polygon = NDArray[np.float64]
Split = Literal['train', 'test']
SPLITS: tuple[Split, ...] = get_args(Split)
WORDS = (40, 200)  # Real pages have 31 to 403, 117 on average; slips the fewest.
SIZES = ((960, 1280), (960, 1280), (960, 1280), (720, 1280), (1280, 1280))
_MARGIN = 1.2  # Annotators leave about a pixel between ink and box.
_ATTEMPTS = 64


@dataclass(frozen=True)
class RenderedPage:
    """A photograph as JPEG bytes, and the words that can be read on it."""

    jpeg: bytes
    page: Page


@dataclass(frozen=True)
class PageOptions:
    """What pages are made from; with the same options page ``i`` is always the same."""

    seed: int
    faces: tuple[Face, ...]
    hangul: bool = True
    sizes: tuple[tuple[int, int], ...] = SIZES


@dataclass(frozen=True)
class PagePlan:
    """A page before it is printed: polygons in the photograph by their word's number."""

    sheet: Sheet
    lens: Lens
    thumb: Thumb | None
    polygons: dict[int, Polygon]


def _style(rng: Rng, faces: Sequence[Face], hangul: bool, wide: bool) -> PrintStyle:
    """Pick faces, printer and spacing that are seen together."""
    known = families(faces, hangul=hangul)
    mono = [family for family in known if family.regular.mono]
    loose = [family for family in known if not family.regular.mono] or mono
    typed = bool(mono) and not wide and chance(rng, 0.62)
    body = pick(rng, mono if typed else loose)
    title = body if chance(rng, 0.6) else pick(rng, known)
    printers: dict[Printer, float] = {'thermal': 0.66, 'needle': 0.12, 'laser': 0.22}
    if wide:
        printers = {'laser': 1.0}
    elif hangul or not typed:
        printers = {'thermal': 0.6, 'laser': 0.4}
    return PrintStyle(
        body=body,
        title=title,
        printer=weighted(rng, printers),
        stretch=float(rng.uniform(0.78, 1.0) if typed else rng.uniform(0.86, 1.04)),
        leading=float(rng.uniform(1.12, 1.5)),
        margin=float(rng.uniform(0.7, 2.2)),
        head=float(rng.uniform(0.8, 3.0)),
        foot=float(rng.uniform(1.0, 4.0)),
    )


def _grow(corners: NDArray[np.float64], margin: float) -> NDArray[np.float64]:
    """Move the sides of quads (n, 4, 2) outwards by ``margin`` along their own edges."""
    sides = np.stack([corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]], 1)
    sides /= np.maximum(np.linalg.norm(sides, axis=2, keepdims=True), 1e-9)
    outwards = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64)
    return corners + margin * (outwards @ sides)


def _inside(polygon: Polygon, frame: tuple[int, int]) -> bool:
    """Whether a word can be read in full: hardly any of it is beyond the frame."""
    low, high = polygon.min(0), polygon.max(0)
    slack = 0.2 * (high - low).min()
    return bool((low >= -slack).all() and (high <= np.asarray(frame) + slack).all())


def plan_page(rng: Rng, options: PageOptions, frame: tuple[int, int]) -> PagePlan:
    """Set a receipt, bend it, aim the camera and see which words can be read.

    A word that the frame or a thumb would cut is left out before it is printed, so that no half
    word without a polygon remains.
    """
    hangul = options.hangul and any(face.hangul for face in options.faces) and chance(rng, 0.7)
    receipt = compose(rng, language('ko' if hangul else 'en'))
    style = _style(rng, options.faces, hangul, receipt.wide)
    em = body_size(rng, sheet_size(receipt, style), frame) * SUPERSAMPLING
    sheet = Typesetter(receipt, style, em).sheet
    size = float(rng.uniform(1.2, 2.0))
    stamp = PrinterFont(style.title.bold, size * em, 1.0, 'laser', size)
    annotate(rng, sheet, stamp, receipt.say('paid').split()[0])
    lens = frame_sheet(rng, sheet, frame)
    thumb = make_thumb(rng, lens, (sheet.width, sheet.height), frame)
    corners = np.array([word.corners for word in sheet.words]).reshape(-1, 4, 2)
    polygons = {
        number: polygon
        for number, polygon in enumerate(lens.polygons(_grow(corners, _MARGIN * SUPERSAMPLING)))
        if _inside(polygon, frame) and not (thumb and thumb.hides(polygon))
    }
    return PagePlan(sheet, lens, thumb, polygons)


def render_page(options: PageOptions, index: int, split: Split = 'train') -> RenderedPage:
    """Page ``index`` of a ``split``, independent of every other page.

    Its polygons are exact to a hundredth of a pixel. Once in a while there is an entry without a
    polygon, as real annotations have.
    """
    for seed in np.random.SeedSequence([options.seed, SPLITS.index(split), index]).spawn(_ATTEMPTS):
        rng = np.random.default_rng(seed)
        frame = pick(rng, options.sizes)
        plan = plan_page(rng, options, frame)
        if WORDS[0] <= len(plan.polygons) <= WORDS[1]:
            break
    printed = print_sheet(plan.sheet, plan.polygons)
    wear(rng, printed)
    tear(rng, printed)
    image = photograph(rng, printed, plan.lens, plan.thumb, frame)
    labels: list[tuple[Polygon, str | None]] = [
        (polygon.round(2), plan.sheet.words[number].language)
        for number, polygon in plan.polygons.items()
    ]
    if chance(rng, 0.05):
        labels.insert(int(rng.integers(len(labels) + 1)), (np.zeros((0, 2)), None))
    words = [
        Word(
            f'{number:04d}',
            points,
            'Horizontal' if len(points) else None,
            (language_,) if language_ else None,
        )
        for number, (points, language_) in enumerate(labels, start=1)
    ]
    return RenderedPage(encode(rng, image), Page(tuple(words), *frame))
