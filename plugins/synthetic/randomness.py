"""What chance decides: picks, coin flips and smooth noise, all from one generator."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

T = TypeVar('T')
Rng = np.random.Generator


def pick(rng: Rng, choices: Sequence[T]) -> T:
    """One of ``choices``, all equally likely, never turned into a NumPy scalar."""
    return choices[int(rng.integers(len(choices)))]


def weighted(rng: Rng, shares: Mapping[T, float]) -> T:
    """One of the keys, each as likely as its share; they make up 1."""
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]


def chance(rng: Rng, probability: float) -> bool:
    """True with this probability."""
    return bool(rng.random() < probability)


def noise(
    rng: Rng, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 3
) -> NDArray[np.float32]:
    """Smooth noise (H, W), mean about 0 and spread about 1; ``cells`` rows and columns of bumps."""
    height, width = shape
    total, weight = np.zeros(shape, np.float32), 1.0
    for octave in range(octaves):
        rows, columns = (min(512, max(2, round(count * 2**octave))) for count in cells)
        bumps = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(weight)
        total += cv2.resize(bumps, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= 0.5
    return total
