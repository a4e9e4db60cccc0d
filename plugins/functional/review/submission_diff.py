"""How two sets of predictions of the same pages differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ..cleval import score_page
from ..drawing import Image, Layer, colours, layered_page
from ..geometry import Bools, Rings, first_equal, iou_matrix
from ..submission import as_submitted

Polygons = Sequence[NDArray]
SAME_IOU = 0.5


@dataclass(frozen=True)
class Mutual:
    """H-means of one page, each of the two sets of polygons taken for the truth.

    ``b_on_a`` is B's, with A as truth: a polygon of A in two pieces in B costs recall there, and
    precision in ``a_on_b``. ``a_on_a`` and ``b_on_b`` are what equal polygons would reach. That is
    below 1 as a rule: contours overlap, and start anywhere, while words start at their top left.
    """

    b_on_a: float
    a_on_a: float
    a_on_b: float
    b_on_b: float

    @property
    def shortfall(self) -> float:
        """How far the two fall short of what equal polygons would reach, on average."""
        return (self.a_on_a - self.b_on_a + self.b_on_b - self.a_on_b) / 2


@dataclass(frozen=True, eq=False)
class PageDifference:
    """How the polygons A and B of one page differ.

    ``only_a``, ``only_b`` and the pairs ``both`` (n, 2) are positions among the polygons that the
    CSV keeps; ``iou`` is the mean over the pairs, None without any. ``mutual`` is None where
    neither has a polygon.
    """

    name: str
    only_a: NDArray[np.int64]
    only_b: NDArray[np.int64]
    both: NDArray[np.int64]
    iou: float | None
    mutual: Mutual | None

    @property
    def identical(self) -> bool:
        """Whether A and B hold the same polygons, in whatever order."""
        return not (len(self.only_a) or len(self.only_b)) and self.iou in (None, 1)


def compare_pages(a: Mapping[str, Polygons], b: Mapping[str, Polygons]) -> Iterator[PageDifference]:
    """Yield how each page of ``a`` that ``b`` has as well differs, in the order of ``a``."""
    for name in a:
        if name in b:
            yield compare_page(name, as_submitted(a[name]), as_submitted(b[name]))


def compare_page(name: str, a: Polygons, b: Polygons) -> PageDifference:
    """Compare the polygons (n, 2) of one page, given in whole pixels.

    Polygons pair up so that the sum of the IoUs is largest; from 0.5 on a pair is the same word.
    """
    iou = iou_matrix(a, b)
    # Also without an area, or where an IoU misses 1 by a rounding error.
    iou[_equal(a, b)] = 1
    i, j = linear_sum_assignment(np.where(iou >= SAME_IOU, iou, 0), maximize=True)
    same = iou[i, j] >= SAME_IOU
    both = np.stack([i[same], j[same]], axis=1)
    pairs = ((a, b), (a, a), (b, a), (b, b))
    hmeans = [score_page(truth, found).hmean for truth, found in pairs]
    return PageDifference(
        name,
        only_a=np.setdiff1d(np.arange(len(a)), both[:, 0]),
        only_b=np.setdiff1d(np.arange(len(b)), both[:, 1]),
        both=both,
        iou=float(iou[i, j][same].mean()) if len(both) else None,
        mutual=Mutual(*hmeans) if len(a) or len(b) else None,
    )


def _equal(a: Polygons, b: Polygons) -> Bools:
    """Which polygons of A and B (n, m) are the same outline, wherever it starts."""
    first = first_equal(Rings.of([*a, *b]))
    return first[: len(a), None] == first[len(a) :]


def most_different(pages: Sequence[PageDifference]) -> list[PageDifference]:
    """Return pages that differ by shortfall, the largest first, and by name where it is equal."""

    def order(page: PageDifference) -> tuple[float, str]:
        return (-page.mutual.shortfall if page.mutual else 0.0, page.name)

    return sorted((page for page in pages if not page.identical), key=order)


def difference_picture(
    page: PageDifference, image: Image, a: Polygons, b: Polygons
) -> NDArray[np.uint8]:
    """Return a BGR page (H, W, 3) with what the CSVs keep in A only, in B only and in both.

    What is in both is drawn as A has it.
    """
    a, b = as_submitted(a), as_submitted(b)
    both, only_a = [a[i] for i in page.both[:, 0]], [a[i] for i in page.only_a]
    only_b = [b[i] for i in page.only_b]
    layers = [
        Layer(f'in both: {len(both)}', colours.IN_BOTH, both),
        Layer(f'only in A: {len(only_a)}', colours.ONLY_A, only_a, 'filled'),
        Layer(f'only in B: {len(only_b)}', colours.ONLY_B, only_b, 'hatched'),
    ]
    return layered_page(image, page.name, layers)
