"""Colours that people with any vision tell apart."""

import itertools

import cv2
import numpy as np
import pytest

from plugins.functional.drawing.colours import FALSE, MERGED, MISSED, SPLIT

# Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision
# Deficiency, 2009: full severity, on linear RGB.
VISIONS = {
    'normal': np.eye(3),
    'protan': [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    'deutan': [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    'tritan': [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def seen(color: tuple[int, int, int], vision: str) -> np.ndarray:
    """The L*a*b* of a BGR colour as people with this vision see it."""
    linear = (np.array(color[::-1]) / 255) ** 2.2
    rgb = np.clip(np.array(VISIONS[vision]) @ linear, 0, 1) ** (1 / 2.2)
    return cv2.cvtColor(np.float32(rgb)[None, None], cv2.COLOR_RGB2LAB)[0, 0]


@pytest.mark.parametrize('vision', VISIONS)
@pytest.mark.parametrize(
    ('style', 'colors'), [('filled', (SPLIT, MERGED, MISSED)), ('hatched', (FALSE, MISSED))]
)
def test_colours_of_one_pattern_are_told_apart(vision, style, colors):
    for one, two in itertools.combinations(colors, 2):
        assert np.linalg.norm(seen(one, vision) - seen(two, vision)) > 35
