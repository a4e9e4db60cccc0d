"""What a detector finds: one polygon and how sure it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Detection:
    """A scored text region.

    ``polygon`` is a float array of shape (n, 2), n >= 4, in pixels of the image as displayed;
    ``score`` is larger for better detections, in [0, 1] when it comes from a probability map.
    """

    polygon: NDArray[np.floating]
    score: float
