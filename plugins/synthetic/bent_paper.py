"""The shape of paper that was rolled, folded, crumpled: a height over the flat sheet."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .randomness import Rng, chance

Field = NDArray[np.float32]
_SHARED = 12.0  # Grid nodes over which neighbouring strips shorten alike.


@dataclass(frozen=True)
class BentPaper:
    """Where the sheet's grid nodes lie in space, (rows, columns) each, in pixels of the sheet.

    Node (i, j) is the sheet's point ``(j * width / (columns - 1), i * height / (rows - 1))``.
    """

    x: Field
    y: Field
    z: Field
    light: Field
    width: int
    height: int


def _fold(distance: Field, radius: float) -> Field:
    """A crease: slope 1 away from it on either side, rounded within ``radius``."""
    return np.sqrt(distance * distance + radius * radius) - radius


def _creases(rng: Rng, u: Field, v: Field, count: int, slope: float) -> Field:
    """Short random creases, each fading out along and away from itself, as a hand's grip leaves."""
    z = np.zeros_like(u)
    for _ in range(count):
        cu, cv, angle = rng.uniform(0, 1), rng.uniform(0, v.max()), rng.uniform(0, np.pi)
        along = (u - cu) * np.cos(angle) + (v - cv) * np.sin(angle)
        across = -(u - cu) * np.sin(angle) + (v - cv) * np.cos(angle)
        reach, wide = rng.uniform(0.15, 0.6), rng.uniform(0.08, 0.3)
        window = np.exp(-((along / reach) ** 2) - (across / wide) ** 2)
        z += rng.normal(0, slope) * _fold(across, rng.uniform(0.006, 0.03)) * window
    return z


def _facets(rng: Rng, u: Field, v: Field, count: int, slope: float) -> Field:
    """Sharp folds right across, in all directions: flat facets between them, as after a pocket."""
    z = np.zeros_like(u)
    for _ in range(count):
        angle, radius = rng.uniform(0, np.pi), rng.uniform(0.003, 0.012)
        across = (u - rng.uniform(0, 1)) * np.cos(angle)
        across = across + (v - rng.uniform(0, v.max())) * np.sin(angle)
        z += rng.normal(0, slope) * _fold(across, radius)
    # The folds' slopes add up to a lean of the whole sheet; the camera has its own for that.
    lean_v, lean_u = (np.mean(np.diff(z, axis=axis)) for axis in (0, 1))
    rows, columns = z.shape
    return z - lean_v * np.arange(rows)[:, None] - lean_u * np.arange(columns)


def _height(rng: Rng, u: Field, v: Field) -> Field:
    """Height over the sheet in widths of the sheet; ``u`` runs 0 to 1, ``v`` 0 to the aspect."""
    tall = float(v.max())
    z = np.zeros_like(u)
    if chance(rng, 0.55):  # The roll's memory: it bends about the short axis.
        t = v / tall - rng.uniform(0.3, 0.7)
        z += rng.uniform(-0.45, 0.45) * tall * t * t
    if chance(rng, 0.4):  # Held between thumb and fingers: it bends about the long axis.
        t = u - rng.uniform(0.35, 0.65)
        z += rng.uniform(-0.5, 0.5) * t * t * (1 + rng.uniform(-0.6, 0.6) * (v / tall))
    for _ in range(int(rng.choice(4, p=[0.5, 0.25, 0.15, 0.1]))):
        lean = rng.normal(0, 0.03)
        z += rng.uniform(-0.16, 0.16) * _fold(v + lean * u - rng.uniform(0.2, 0.8) * tall, 0.01)
    if chance(rng, 0.15):
        z += rng.uniform(-0.12, 0.12) * _fold(u - rng.uniform(0.35, 0.65), 0.01)
    if chance(rng, 0.25):
        z += _facets(rng, u, v, int(rng.integers(6, 22)), rng.uniform(0.02, 0.06))
    if chance(rng, 0.35):
        z += _creases(rng, u, v, int(rng.integers(6, 40)), rng.uniform(0.05, 0.35))
    bumps = (max(3, round(6 * tall)), 6)
    rough = rng.normal(0, rng.uniform(0.001, 0.006), bumps).astype(np.float32)
    return z + cv2.resize(rough, u.shape[::-1], interpolation=cv2.INTER_CUBIC)


def _run(slope: Field, step: float, axis: int) -> Field:
    """Arc length becomes distance on the ground: paper bends but hardly stretches.

    Nor does it shear, so a dent shortens its neighbours as well: slopes are shared across ``axis``.
    """
    reach = {'sigmaX': 0.1, 'sigmaY': _SHARED} if axis else {'sigmaX': _SHARED, 'sigmaY': 0.1}
    lost = cv2.GaussianBlur(slope * slope, (0, 0), **reach)
    ground = np.sqrt(np.clip(1 - lost, 0.05, 1)) * step
    total = np.cumsum(ground, axis=axis) - ground
    return total - np.take(total, [total.shape[axis] // 2], axis=axis)


def bend_paper(rng: Rng, width: int, height: int, *, flat: bool = False) -> BentPaper:
    """Bend a sheet of ``width`` x ``height`` pixels; ``light`` is its Lambert shading, about 1."""
    columns = 97
    rows = max(24, round(96 * height / width)) + 1
    u, v = np.meshgrid(
        np.linspace(0, 1, columns, dtype=np.float32),
        np.linspace(0, height / width, rows, dtype=np.float32),
    )
    z = np.zeros_like(u) if flat else _height(rng, u, v).astype(np.float32)
    step_u, step_v = 1 / (columns - 1), height / width / (rows - 1)
    slope_v, slope_u = np.gradient(z, step_v, step_u)
    azimuth, elevation = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.25)
    lx, ly = np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth)
    lz = np.sin(elevation)
    lambert = (lz - lx * slope_u - ly * slope_v) / np.sqrt(1 + slope_u**2 + slope_v**2)
    light = 0.35 + 0.65 * np.clip(lambert / lz, 0.1, 1.6)
    x, y = _run(slope_u, step_u, axis=1), _run(slope_v, step_v, axis=0)
    scale = np.float32(width)
    return BentPaper(x * scale, y * scale, z * scale, light.astype(np.float32), width, height)
