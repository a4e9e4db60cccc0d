"""One synthetic page: from a seed and a number to a photograph with its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from . import marks, paint
from .fonts import Face, families
from .language import chance, language, pick
from .layouts import compose
from .lens import Lens, Pose
from .pens import Pen
from .photo import encode, photograph
from .surface import make_surface
from .typeset import Mark, Sheet, Style, Typesetter, Word, rectangle, sheet_size

Rng = np.random.Generator
WORDS = (31, 200)
_SUPERSAMPLING = 1.3  # Sheet pixels to a pixel of the photograph.
_MARGIN = 1.2  # Annotators leave about a pixel between ink and box.
SIZES = ((960, 1280), (960, 1280), (960, 1280), (720, 1280), (1280, 1280))


@dataclass(frozen=True)
class LabelledWord:
    """A polygon (n, 2) in pixels of the photograph; empty where the annotator drew none."""

    points: NDArray[np.float64]
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
    plain: bool = False  # A flat sheet seen from straight above in even light, for checks.


def _style(rng: Rng, faces: Sequence[Face], hangul: bool, wide: bool) -> Style:
    """Pick faces, printer and spacing that are seen together."""
    known = families(faces, hangul=hangul)
    mono = [family for family in known if family.regular.mono]
    loose = [family for family in known if not family.regular.mono] or mono
    typed = bool(mono) and not wide and chance(rng, 0.62)
    body = pick(rng, mono if typed else loose)
    title = body if chance(rng, 0.6) else pick(rng, known)
    chances = [0.0, 0.0, 1.0] if wide else [0.66, 0.0 if hangul else 0.12, 0.22]
    if not typed and not wide:
        chances = [0.5, 0.0, 0.5]
    return Style(
        body=body,
        title=title,
        printer=('thermal', 'needle', 'laser')[int(rng.choice(3, p=chances))],
        stretch=float(rng.uniform(0.78, 1.0) if typed else rng.uniform(0.86, 1.04)),
        leading=float(rng.uniform(1.12, 1.5)),
        margin=float(rng.uniform(0.7, 2.2)),
        head=float(rng.uniform(0.8, 3.0)),
        foot=float(rng.uniform(1.0, 4.0)),
    )


def _em(rng: Rng, size: tuple[float, float], frame: tuple[int, int]) -> float:
    """Body text size in photograph pixels, so that the sheet about fills the frame."""
    fit = min(
        frame[0] * rng.uniform(0.74, 0.97) / size[0], frame[1] * rng.uniform(0.86, 1.0) / size[1]
    )
    least = max(frame) / 1280 * rng.uniform(17.0, 21.5)
    return float(np.clip(fit, least, max(least, rng.uniform(27, 42))))


def _lens(rng: Rng, sheet: Sheet, frame: tuple[int, int], plain: bool) -> Lens:
    """Bend the sheet and aim the camera."""
    surface = make_surface(rng, sheet.width, sheet.height, flat=plain)
    tilt = rng.normal(0, 0.13, 2) * (not plain)
    roll = rng.normal(0, 0.035 if chance(rng, 0.8) else 0.14) * (not plain)
    pose = Pose(float(tilt[0]), float(tilt[1]), float(roll), float(rng.uniform(1.0, 2.2)))
    scale = 1 / _SUPERSAMPLING
    probe = Lens(surface, pose, scale, (0.0, 0.0))
    u, v = np.meshgrid(np.linspace(0, sheet.width, 9), np.linspace(0, sheet.height, 9))
    outline = probe.to_photo(np.stack([u, v], -1)).reshape(-1, 2)
    low, high = outline.min(0), outline.max(0)
    spare = np.asarray(frame) - (high - low)
    # A sheet longer than the frame shows its head, its foot or its middle.
    share = np.where(spare > 0, rng.uniform(0.2, 0.8, 2), rng.uniform(0, 1, 2))
    centre = -low + spare * share
    return Lens(surface, pose, scale, (float(centre[0]), float(centre[1])))


def _annotate_by_hand(rng: Rng, sheet: Sheet, pen: Pen, stamp: str) -> None:
    """Scribbles, seals and now and then a stamp with a word, on free paper or across the print."""
    width, height = sheet.width, sheet.height
    if chance(rng, 0.22):
        size = int(rng.uniform(2.5, 5.0) * sheet.em)
        mask = pick(rng, [marks.tick, marks.tick, marks.seal])(rng, size)
        x, y = rng.uniform(0.05, 0.7) * width, rng.uniform(0.1, 0.85) * height
        sheet.over.append(Mark(mask, int(x), int(y), 1))
    if chance(rng, 0.08):
        mask = marks.scribble(rng, int(0.5 * width), int(3 * sheet.em), 4)
        sheet.over.append(Mark(mask, int(0.2 * width), int(rng.uniform(0, 0.9) * height), 1))
    if chance(rng, 0.12):
        _stamp(rng, sheet, pen, stamp)


def _stamp(rng: Rng, sheet: Sheet, pen: Pen, text: str) -> None:
    """A framed word at an angle, where it touches no other word."""
    ink = pen.word(text)
    if ink is None:
        return
    pad = int(0.3 * pen.em)
    framed = np.pad(ink.mask, pad)
    cv2.rectangle(framed, (2, 2), (framed.shape[1] - 3, framed.shape[0] - 3), 255, max(2, pad // 5))
    angle = float(rng.uniform(-20, 20))
    height, width = framed.shape
    side = int(np.hypot(width, height)) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turn[:, 2] += side / 2 - np.array([width, height]) / 2
    mask = cv2.warpAffine(framed, turn, (side, side))
    word = rectangle(pad, pad, width - pad, height - pad)
    corners = np.c_[word, np.ones(4)] @ turn.T
    for _ in range(12):
        x, y = (
            rng.uniform(0, max(1, sheet.width - side)),
            rng.uniform(0, max(1, sheet.height - side)),
        )
        placed = corners + np.array([int(x), int(y)])
        if not any(_touch(placed, other.corners) for other in sheet.words):
            sheet.words.append(Word(text, Mark(mask, int(x), int(y), 1), placed))
            return


def _touch(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    return bool(((a.min(0) < b.max(0)) & (b.min(0) < a.max(0))).all())


def _grow(corners: NDArray[np.float64], margin: float) -> NDArray[np.float64]:
    """Move the sides of quads (n, 4, 2) outwards by ``margin`` along their own edges."""
    along = corners[:, 1] - corners[:, 0]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    down = corners[:, 3] - corners[:, 0]
    down /= np.maximum(np.linalg.norm(down, axis=1, keepdims=True), 1e-9)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64)
    return corners + margin * (signs[:, :1] * along[:, None] + signs[:, 1:] * down[:, None])


def _inside(polygon: NDArray[np.float64], frame: tuple[int, int]) -> bool:
    """Whether a word can be read in full: hardly any of it is beyond the frame."""
    slack = 0.12 * (polygon.max(0) - polygon.min(0)).min()
    low, high = polygon.min(0), polygon.max(0)
    return bool((low >= -slack).all() and (high <= np.asarray(frame) + slack).all())


def _draft(
    rng: Rng, recipe: Recipe, frame: tuple[int, int]
) -> tuple[Sheet, Lens, dict[int, NDArray]]:
    hangul = recipe.hangul and any(face.hangul for face in recipe.faces) and chance(rng, 0.7)
    receipt = compose(rng, language('ko' if hangul else 'en'))
    style = _style(rng, recipe.faces, hangul, receipt.wide)
    em = _em(rng, sheet_size(receipt, style), frame) * _SUPERSAMPLING
    sheet = Typesetter(receipt, style, em).sheet
    size = float(rng.uniform(1.2, 2.0))
    stamp_pen = Pen(style.title.bold, size * em, 1.0, 'laser', size)
    _annotate_by_hand(rng, sheet, stamp_pen, receipt.say('paid').split()[0])
    lens = _lens(rng, sheet, frame, recipe.plain)
    corners = np.array([word.corners for word in sheet.words]).reshape(-1, 4, 2)
    polygons = lens.polygons(_grow(corners, _MARGIN * _SUPERSAMPLING))
    kept = {index: shape for index, shape in enumerate(polygons) if _inside(shape, frame)}
    return sheet, lens, kept


def _unfinished(rng: Rng, words: list[LabelledWord]) -> None:
    """Once in a while an entry without a polygon, as real annotations have."""
    if chance(rng, 0.04):
        words.insert(int(rng.integers(len(words) + 1)), LabelledWord(np.zeros((0, 2)), None))


def make_page(recipe: Recipe, index: int, part: int = 0) -> SyntheticPage:
    """Page ``index`` of a ``part`` (0 train, 1 test); independent of every other page."""
    seeds = np.random.SeedSequence([recipe.seed, part, index]).spawn(64)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        width, height = pick(rng, recipe.sizes)
        sheet, lens, kept = _draft(rng, recipe, (width, height))
        if WORDS[0] <= len(kept) <= WORDS[1]:
            break
    layers = paint.ink(sheet, kept)
    if recipe.plain:
        where, _ = lens.maps(width, height)
        image = 255 - cv2.remap(
            np.maximum(layers[..., 0], layers[..., 1]), where, None, cv2.INTER_LINEAR
        )
        jpeg = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()
    else:
        paint.wear(rng, layers)
        paint.tear(rng, layers)
        jpeg = encode(rng, photograph(rng, layers, lens, width, height))
    words = [LabelledWord(shape, sheet.words[number].language) for number, shape in kept.items()]
    _unfinished(rng, words)
    return SyntheticPage(jpeg, width, height, words)
