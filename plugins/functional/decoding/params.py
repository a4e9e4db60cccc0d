"""How a probability map becomes polygons: the values that can be set and tuned."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from ..errors import UserError
from ..files import is_number
from ..maps import MANIFEST, MapFolder


@dataclass(frozen=True)
class DecodeParams:
    """How a probability map becomes polygons.

    Args:
        thresh: probability from which a pixel belongs to a word.
        box_thresh: mean probability from which a region is kept, its holes included.
        unclip_ratio: dilation, in units of a region's area over its perimeter.
        max_candidates: this many regions, the best by score, are returned at most.
        min_side: regions whose rotated rectangle is narrower than this many pixels of the map,
            before dilation, are dropped.
        mode: ``polygon`` follows the bend of a word, ``box`` is its rotated rectangle.
        tolerance: an outline, where it is followed, is simplified by this many pixels of the map,
            or by ``bend`` of the width of its strokes if that is more.
        bend: a polygon's middle line may be off the region's by less than this share of the
            region's height, to have fewer vertices; at 0 all polygons follow the outline.

    Raises:
        ValueError: a value is out of its range.
    """

    thresh: float = 0.3
    box_thresh: float = 0.3
    unclip_ratio: float = 1.5
    max_candidates: int = 1000
    min_side: float = 1.0
    mode: Literal['polygon', 'box'] = 'polygon'
    tolerance: float = 1.0
    bend: float = 0.15

    def __post_init__(self) -> None:
        for name in ('thresh', 'box_thresh', 'bend'):
            self._require_number(name, 1, 'between 0 and 1')
        for name in ('unclip_ratio', 'min_side', 'tolerance'):
            self._require_number(name, 1000, '0 to 1000')
        whole = type(self.max_candidates) is int and self.max_candidates >= 1
        _require(whole, 'max_candidates', self.max_candidates, 'a whole number of 1 or more')
        _require(self.mode in ('polygon', 'box'), 'mode', self.mode, "'polygon' or 'box'")

    def _require_number(self, name: str, highest: float, remedy: str) -> None:
        value = getattr(self, name)
        _require(is_number(value) and 0 <= value <= highest, name, value, remedy)


def _require(condition: bool, name: str, value: object, remedy: str) -> None:
    if not condition:
        raise ValueError(f'decoding parameter {name} must be {remedy}, but got {value!r}')


def decode_params(values: Mapping[str, Any], base: DecodeParams | None = None) -> DecodeParams:
    """Return ``base``, or else the defaults, with other ``values``, by their names.

    Raises:
        ValueError: a name is unknown, or a value out of its range.
    """
    known = [field.name for field in fields(DecodeParams)]
    for name in values:
        if name not in known:
            raise ValueError(f'decoding has no parameter {name!r}, but {", ".join(known)}')
    return replace(base or DecodeParams(), **values)


def params_of(maps: MapFolder) -> DecodeParams:
    """Return what the model whose maps a folder holds decodes with.

    Raises:
        UserError: the folder's manifest has other values than those of a decoding.
    """
    try:
        return decode_params(maps.decoding)
    except ValueError as error:
        raise UserError(f'{maps.path / MANIFEST}: {error}; make the maps again') from error
