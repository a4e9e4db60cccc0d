"""One mapping from sheet to photograph, shared by the pixels and the polygons."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .bent_paper import BentPaper, bend_paper
from .randomness import Rng, chance
from .sheet import Sheet

Points = NDArray[np.float64]
SUPERSAMPLING = 1.3  # Sheet pixels to a pixel of the photograph.
_NODE = 4  # The inverse is solved at every 4th pixel and is linear in between.
_STATIONS = 12  # Every edge is looked at in so many steps: 1, 2, 3, 4 or 6 sections divide them.


@dataclass(frozen=True)
class Pose:
    """How the camera meets the sheet: turns in radians, distance in diagonals of the sheet."""

    tilt_x: float
    tilt_y: float
    roll: float
    distance: float


def _rotation(pose: Pose) -> Points:
    """Turn about the line of sight last, so that ``roll`` is what the photograph shows."""
    (cx, cy, cr), (sx, sy, sr) = (
        [f(angle) for angle in (pose.tilt_x, pose.tilt_y, pose.roll)] for f in (np.cos, np.sin)
    )
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


class Lens:
    """Sheet pixels to photograph pixels and back.

    The way there is a homography (the sheet if it were flat) plus a displacement, bilinear between
    the surface's nodes; the way back solves it by fixed-point iteration.
    """

    def __init__(
        self, surface: BentPaper, pose: Pose, scale: float, centre: tuple[float, float]
    ) -> None:
        self._size = np.array([surface.width, surface.height], np.float64)
        rows, columns = surface.z.shape
        self._per_pixel = np.array([(columns - 1) / surface.width, (rows - 1) / surface.height])
        self._light = surface.light
        diagonal = float(np.hypot(*self._size))
        self._flat = self._homography(pose, diagonal, scale, centre)
        self._back = np.linalg.inv(self._flat)
        space = np.stack([surface.x, surface.y, surface.z], axis=-1).astype(np.float64)
        bent = self._project(space @ _rotation(pose).T, pose.distance * diagonal, scale, centre)
        u, v = np.meshgrid(
            np.linspace(0, surface.width, columns), np.linspace(0, surface.height, rows)
        )
        self._shift = (bent - self._apply(self._flat, np.stack([u, v], -1))).astype(np.float32)

    @staticmethod
    def _project(space: Points, far: float, scale: float, centre: tuple[float, float]) -> Points:
        depth = 1.0 - space[..., 2:] / far
        return space[..., :2] * scale / depth + np.asarray(centre)

    def _homography(
        self, pose: Pose, diagonal: float, scale: float, centre: tuple[float, float]
    ) -> Points:
        u, v = self._size
        corners = np.array([[0, 0], [u, 0], [u, v], [0, v]])
        space = np.pad(corners - self._size / 2, ((0, 0), (0, 1))) @ _rotation(pose).T
        seen = self._project(space, pose.distance * diagonal, scale, centre)
        return cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))

    @staticmethod
    def _apply(matrix: Points, points: Points) -> Points:
        return cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(points.shape)

    def _displacement(self, points: Points) -> Points:
        nodes = np.clip(points, 0, self._size) * self._per_pixel
        x, y = (nodes[..., axis].astype(np.float32) for axis in (0, 1))
        shape = x.shape
        x, y = (part.reshape(-1, shape[-1]) for part in (x, y))
        shift = cv2.remap(self._shift, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return shift.reshape(*shape, 2)

    def to_photo(self, points: Points) -> Points:
        """Map sheet points (..., n, 2) to the photograph."""
        return self._apply(self._flat, points) + self._displacement(points)

    def to_sheet(self, points: Points, steps: int = 12) -> Points:
        """Map photograph points (..., n, 2) to the sheet."""
        sheet = self._apply(self._back, points)
        for _ in range(steps):
            sheet = self._apply(self._back, points - self._displacement(sheet))
        return sheet

    def maps(self, width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What each pixel sees: sheet position (H, W, 2) for cv2.remap, and shading (H, W)."""
        columns, rows = (-(-length // _NODE) + 2 for length in (width, height))
        # cv2.resize puts a coarse pixel's centre amid the fine ones it covers. Points count from
        # the corner of a pixel, cv2.remap from its centre.
        x, y = (_NODE * (np.arange(count) - 0.5) for count in (columns, rows))
        nodes = self.to_sheet(np.stack(np.meshgrid(x, y), -1))
        on_grid = (np.clip(nodes, 0, self._size) * self._per_pixel).astype(np.float32)
        light = cv2.remap(
            self._light,
            on_grid[..., 0],
            on_grid[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        both = np.dstack([(nodes - 0.5).astype(np.float32), light])
        fine = cv2.resize(both, (columns * _NODE, rows * _NODE), interpolation=cv2.INTER_LINEAR)
        fine = fine[_NODE : _NODE + height, _NODE : _NODE + width]
        return fine[..., :2], fine[..., 2]

    def polygons(self, corners: Points, tolerance: float = 0.5) -> list[Points]:
        """Photograph polygons of sheet quads (n, 4, 2): as many vertices as the bend needs.

        Top and bottom edge are cut into the fewest equal sections that stay within ``tolerance``
        pixels of the true edge, so a polygon has 4, 6, 8, 10 or 14 vertices.
        """
        if not len(corners):
            return []
        share = np.linspace(0, 1, _STATIONS + 1)[None, :, None]
        edges = [
            corners[:, None, a] * (1 - share) + corners[:, None, b] * share
            for a, b in ((0, 1), (2, 3))
        ]
        top, bottom = (self.to_photo(edge) for edge in edges)
        sections = _sections(np.concatenate([top, bottom]), tolerance).reshape(2, -1).max(0)
        steps = _STATIONS // sections
        return [np.concatenate([top[k, ::step], bottom[k, ::step]]) for k, step in enumerate(steps)]


def _sections(edges: Points, tolerance: float) -> NDArray[np.intp]:
    """The fewest sections (n,) that keep each of the sampled edges (n, stations, 2) in shape."""
    along = edges[:, -1] - edges[:, 0]
    length = np.maximum(np.hypot(*along.T), 1e-9)
    # Only the way off the chord counts: a station may slide along it.
    height = along[:, :1] * (edges[..., 1] - edges[:, :1, 1])
    height = (height - along[:, 1:] * (edges[..., 0] - edges[:, :1, 0])) / length[:, None]
    needed = np.full(len(edges), 6)
    stations = np.arange(_STATIONS + 1)
    for sections in (4, 3, 2, 1):
        step = _STATIONS // sections
        before = np.minimum(stations // step, sections - 1) * step
        share = (stations - before) / step
        chain = height[:, before] * (1 - share) + height[:, before + step] * share
        needed[np.abs(height - chain).max(1) <= tolerance] = sections
    return needed


def body_size(rng: Rng, size: tuple[float, float], frame: tuple[int, int]) -> float:
    """Pixels an em of body text has in the photograph.

    A sheet of ``size`` ems about fills the ``frame``, unless its text became too small to read:
    then the sheet goes beyond the frame, as photographs of long receipts show them.
    """
    share = rng.uniform(0.74, 0.97), rng.uniform(0.86, 1.0)
    fit = min(frame[0] * share[0] / size[0], frame[1] * share[1] / size[1])
    least = max(frame) / 1280 * rng.uniform(18.0, 22.0)
    most = max(frame) / 1280 * rng.uniform(27.0, 42.0)
    return float(np.clip(fit, least, max(least, most)))


def frame_sheet(rng: Rng, sheet: Sheet, frame: tuple[int, int]) -> Lens:
    """Bend the sheet and aim the camera at it."""
    surface = bend_paper(rng, sheet.width, sheet.height)
    tilt_x, tilt_y = (float(angle) for angle in rng.normal(0, 0.13, 2))
    roll = float(rng.normal(0, 0.035 if chance(rng, 0.8) else 0.14))
    pose = Pose(tilt_x, tilt_y, roll, float(rng.uniform(1.0, 2.2)))
    probe = Lens(surface, pose, 1 / SUPERSAMPLING, (0.0, 0.0))
    u, v = np.meshgrid(np.linspace(0, sheet.width, 9), np.linspace(0, sheet.height, 9))
    outline = probe.to_photo(np.stack([u, v], -1)).reshape(-1, 2)
    low, high = outline.min(0), outline.max(0)
    spare = np.asarray(frame) - (high - low)
    # Where the sheet is longer than the frame, any part of it may be the one that shows.
    share = np.where(spare > 0, rng.uniform(0.2, 0.8, 2), rng.uniform(0, 1, 2))
    x, y = -low + spare * share
    return Lens(surface, pose, 1 / SUPERSAMPLING, (float(x), float(y)))
