"""How large a receipt is set and how the camera frames it."""

import numpy as np

from .language import chance
from .lens import Lens, Pose
from .surface import make_surface
from .typeset import Sheet

Rng = np.random.Generator
SUPERSAMPLING = 1.3  # Sheet pixels to a pixel of the photograph.


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
    surface = make_surface(rng, sheet.width, sheet.height)
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
