"""One synthetic page: from a seed and a number to a photograph with its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fonts import Face, families
from .framing import SUPERSAMPLING, body_size, frame_sheet
from .handwriting import annotate
from .language import chance, language, pick
from .layouts import compose
from .lens import Lens
from .paint import paint, tear, wear
from .pens import Pen, Printer
from .photo import encode, photograph
from .thumb import Thumb, make_thumb
from .typeset import Sheet, Style, Typesetter, sheet_size

Rng = np.random.Generator
Polygon = NDArray[np.float64]
WORDS = (40, 200)  # Real pages have 31 to 403, 117 on average; slips the fewest.
SIZES = ((960, 1280), (960, 1280), (960, 1280), (720, 1280), (1280, 1280))
_MARGIN = 1.2  # Annotators leave about a pixel between ink and box.
_ATTEMPTS = 64


@dataclass(frozen=True)
class LabelledWord:
    """A polygon (n, 2) in pixels of the photograph; empty where the annotator drew none."""

    points: Polygon
    language: str | None


@dataclass(frozen=True)
class SyntheticPage:
    """A photograph as JPEG bytes and the words that can be read on it."""

    jpeg: bytes
    width: int
    height: int
    words: list[LabelledWord]


@dataclass(frozen=True)
class Recipe:
    """What pages are made from; with the same recipe page ``i`` is always the same."""

    seed: int
    faces: tuple[Face, ...]
    hangul: bool = True
    sizes: tuple[tuple[int, int], ...] = SIZES


@dataclass(frozen=True)
class Draft:
    """A page before it is painted: polygons in the photograph by their word's number."""

    sheet: Sheet
    lens: Lens
    thumb: Thumb | None
    polygons: dict[int, Polygon]


def _style(rng: Rng, faces: Sequence[Face], hangul: bool, wide: bool) -> Style:
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
    return Style(
        body=body,
        title=title,
        printer=list(printers)[int(rng.choice(len(printers), p=list(printers.values())))],
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


def draft(rng: Rng, recipe: Recipe, frame: tuple[int, int]) -> Draft:
    """Set a receipt, bend it, aim the camera and see which words can be read.

    A word that the frame or a thumb would cut is left out before it is printed, so that no half
    word without a polygon remains.
    """
    hangul = recipe.hangul and any(face.hangul for face in recipe.faces) and chance(rng, 0.7)
    receipt = compose(rng, language('ko' if hangul else 'en'))
    style = _style(rng, recipe.faces, hangul, receipt.wide)
    em = body_size(rng, sheet_size(receipt, style), frame) * SUPERSAMPLING
    sheet = Typesetter(receipt, style, em).sheet
    size = float(rng.uniform(1.2, 2.0))
    stamp = Pen(style.title.bold, size * em, 1.0, 'laser', size)
    annotate(rng, sheet, stamp, receipt.say('paid').split()[0])
    lens = frame_sheet(rng, sheet, frame)
    thumb = make_thumb(rng, lens, (sheet.width, sheet.height), frame)
    corners = np.array([word.corners for word in sheet.words]).reshape(-1, 4, 2)
    polygons = {
        number: polygon
        for number, polygon in enumerate(lens.polygons(_grow(corners, _MARGIN * SUPERSAMPLING)))
        if _inside(polygon, frame) and not (thumb and thumb.hides(polygon))
    }
    return Draft(sheet, lens, thumb, polygons)


def make_page(recipe: Recipe, index: int, part: int = 0) -> SyntheticPage:
    """Page ``index`` of a ``part`` (0 train, 1 test); independent of every other page."""
    for seed in np.random.SeedSequence([recipe.seed, part, index]).spawn(_ATTEMPTS):
        rng = np.random.default_rng(seed)
        frame = pick(rng, recipe.sizes)
        made = draft(rng, recipe, frame)
        if WORDS[0] <= len(made.polygons) <= WORDS[1]:
            break
    painted = paint(made.sheet, made.polygons)
    wear(rng, painted)
    tear(rng, painted)
    image = photograph(rng, painted, made.lens, made.thumb, frame)
    words = [
        LabelledWord(polygon, made.sheet.words[number].language)
        for number, polygon in made.polygons.items()
    ]
    if chance(rng, 0.05):
        # Once in a while an entry without a polygon, as real annotations have.
        words.insert(int(rng.integers(len(words) + 1)), LabelledWord(np.zeros((0, 2)), None))
    return SyntheticPage(encode(rng, image), *frame, words)
