"""Probability maps on disk: written once, then decoded, tuned and averaged without the network.

A map is the page's own part of the network's output, without padding, as a PNG that any viewer
shows; a text chunk in it holds the size of the displayed image, so that it stands for itself.
"""

import io
import json
import os
import reprlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from ..annotations import as_object
from ..errors import UserError
from ..files import read_bytes, write_bytes
from ..images import MAX_PIXELS

BITS = (8, 16)

_CHUNK = 'mmreceipt'
_DTYPES = {8: np.uint8, 16: np.uint16}
_END = b'IEND\xaeB`\x82'
_MODES = {'L': np.uint8, 'I;16': np.uint16}


@dataclass(frozen=True, eq=False)
class ProbMap:
    """The probability map of one page.

    ``values`` (H, W) are stored integers, of which the largest of their type stands for 1, or
    probabilities as they are in float32; ``page_size`` is (width, height) of the displayed image.
    """

    values: NDArray
    page_size: tuple[int, int]

    @classmethod
    def of(cls, probabilities: NDArray, page_size: tuple[int, int], bits: int = 16) -> 'ProbMap':
        """Take probabilities (H, W), rounded to integers of 8 or 16 ``bits``, or as floats of 32.

        Raises:
            ValueError: see :func:`check_probabilities`; also for no pixels, or other ``bits``.
        """
        if bits not in (*BITS, 32):
            raise ValueError(f'a probability map has 8, 16 or 32 bits, but got {bits!r}')
        check_probabilities(probabilities)
        if not probabilities.size:
            raise ValueError(f'a probability map has pixels, but got shape {probabilities.shape}')
        if bits == 32:
            return cls(probabilities.astype(np.float32, copy=False), page_size)
        dtype = _DTYPES[bits]
        values = np.rint(probabilities.clip(0, 1) * np.float32(np.iinfo(dtype).max))
        return cls(values.astype(dtype), page_size)

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(H, W) in [0, 1]."""
        if self.values.dtype == np.float32:
            return self.values
        return self.values * np.float32(1 / np.iinfo(self.values.dtype).max)

    @property
    def scale(self) -> tuple[float, float]:
        """(x, y) factors by which the displayed image was resized."""
        height, width = self.values.shape
        return width / self.page_size[0], height / self.page_size[1]


def check_probabilities(values: NDArray) -> None:
    """Refuse what is no probability map.

    Raises:
        ValueError: it is not (H, W), not of floats, or holds NaN or others than 0 to 1.
    """
    if values.ndim != 2:
        raise ValueError(f'a probability map must have shape (H, W), but got {values.shape}')
    if values.dtype.kind not in 'fb':
        raise ValueError(
            f'probabilities must be floats, but the map is {values.dtype}; divide by the value '
            'that stands for 1, such as 255'
        )
    if not values.size:
        return
    low, high = float(values.min()), float(values.max())
    if np.isnan(low):
        raise ValueError('the probability map holds NaN; the network diverged or it is damaged')
    # Means of several maps may miss the limits by a rounding error.
    if low < -1e-3 or high > 1 + 1e-3:
        raise ValueError(f'probabilities must lie between 0 and 1, but got {low:g} to {high:g}')


def map_path(folder: str | os.PathLike, name: str) -> Path:
    """Return where the map of image ``name`` is."""
    return Path(folder) / f'{name}.png'


def write_map(folder: str | os.PathLike, name: str, prob_map: ProbMap) -> None:
    """Write the map of image ``name``, atomically.

    Raises:
        UserError: it cannot be written.
        ValueError: the map has 32 bits, which no PNG has.
    """
    if prob_map.values.dtype == np.float32:
        raise ValueError('a map of 32 bits cannot be written; make it with bits=16')
    header = PngInfo()
    header.add_text(_CHUNK, json.dumps({'image': name, 'page_size': prob_map.page_size}))
    file = io.BytesIO()
    # Level 1 takes a third of the time of the default for maps a tenth larger.
    Image.fromarray(prob_map.values).save(file, 'PNG', pnginfo=header, compress_level=1)
    write_bytes(map_path(folder, name), file.getvalue(), follow_link=False)


def read_map(folder: str | os.PathLike, name: str) -> ProbMap:
    """Read the map of image ``name``.

    Raises:
        UserError: the file is missing, truncated or damaged, or not a map of this image.
    """
    path = map_path(folder, name)
    if not os.path.lexists(path):
        raise UserError(f'{path}: no such map; run tools/test.py --dump-maps again')
    data = read_bytes(path)
    try:
        if not data.endswith(_END):
            raise OSError('truncated')
        image = PngImageFile(io.BytesIO(data))
        page_size = _page_size(image, name)
        values = np.asarray(image)
    except RecursionError as error:
        raise UserError(
            f'{path}: brackets in its header are nested too deeply; remove it and run '
            'tools/test.py --dump-maps again'
        ) from error
    except ValueError as error:
        raise UserError(f'{path}: {error}; remove it and run tools/test.py --dump-maps') from error
    except (OSError, SyntaxError, EOFError, struct.error, MemoryError, OverflowError) as error:
        raise UserError(
            f'{path}: the map is damaged ({error}); remove it and run tools/test.py --dump-maps '
            'again, which makes what is missing'
        ) from error
    return ProbMap(values, page_size)


def _page_size(image: PngImageFile, name: str) -> tuple[int, int]:
    if _CHUNK not in image.info:
        raise ValueError('a picture, but no probability map')
    header = as_object(json.loads(image.info[_CHUNK]), 'its header')
    if header.get('image') != name:
        raise ValueError(f'is the map of {reprlib.repr(header.get("image"))}')
    if image.mode not in _MODES or image.width * image.height > MAX_PIXELS:
        raise ValueError(f'has mode {image.mode} and {image.size} pixels, no map has')
    size = header.get('page_size')
    if not (isinstance(size, list) and len(size) == 2 and all(_is_side(side) for side in size)):
        raise ValueError(f'the size of the page is {reprlib.repr(size)}')
    return size[0], size[1]


def _is_side(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MAX_PIXELS
