"""Which decoding settings are tried: ranges of four values, or known pairs, in one mode or two."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import NamedTuple

from ..decoding import DecodeParams
from ..errors import UserError

MAX_SETTINGS = 20_000
_MAX_DIGITS = 12  # before the point
# 9 x 10 x 6 settings; max_candidates stays what it is. Time goes with the first times the last.
DEFAULT_RANGES = {
    'thresh': ['0.05:0.45:0.05'],
    'box_thresh': ['0.15:0.6:0.05'],
    'unclip_ratio': ['0.5:2:0.3'],
}
MODES = ('polygon', 'box')
# Pairs of thresh and box_thresh.
PRESETS = {
    'nine-pairs': (
        (0.24, 0.25), (0.26, 0.25), (0.28, 0.25), (0.24, 0.28), (0.24, 0.30),
        (0.26, 0.28), (0.25, 0.27), (0.23, 0.26), (0.27, 0.26),
    ),
}  # fmt: skip


class Setting(NamedTuple):
    """The values that are tuned, see :class:`.decoding.DecodeParams`."""

    thresh: float
    box_thresh: float
    unclip_ratio: float
    max_candidates: int
    mode: str = 'polygon'

    @classmethod
    def of(cls, params: DecodeParams) -> 'Setting':
        """Return what ``params`` say of them."""
        return cls(*(getattr(params, name) for name in cls._fields))

    def within(self, params: DecodeParams) -> DecodeParams:
        """Return ``params`` with these values."""
        return replace(params, **self._asdict())

    @property
    def numbers(self) -> dict[str, float]:
        """All but the mode, by name."""
        return {name: getattr(self, name) for name in NUMBERS}


NUMBERS = Setting._fields[:-1]


def make_settings(
    ranges: Mapping[str, Sequence[str] | None],
    preset: str | None,
    current: Setting,
    modes: Sequence[str] = (),
) -> list[Setting]:
    """Return the settings to try, each once, in ascending order; ``current`` is among them.

    ``ranges`` are texts as :func:`parse_values` reads them by name of the value, None for those
    not given: :data:`DEFAULT_RANGES`, or with a ``preset`` the current value. All are tried in each
    of ``modes``, by default the current one.

    Raises:
        UserError: a text is no range, a value out of its bounds, ``preset`` unknown or given beside
            the values that it stands for, or there are too many settings.
    """
    defaults = {} if preset else DEFAULT_RANGES
    values = {}
    for name in NUMBERS:
        texts = ranges.get(name) or defaults.get(name)
        values[name] = parse_values(name, texts) if texts else [getattr(current, name)]
    pairs = list(product(values['thresh'], values['box_thresh']))
    if preset:
        pairs = _preset_pairs(ranges, preset)
    modes = modes or (current.mode,)
    rest = [values['unclip_ratio'], values['max_candidates'], modes]
    number = len(pairs) * math.prod(map(len, rest))
    if number > MAX_SETTINGS:
        raise UserError(
            f'{number} settings are more than {MAX_SETTINGS}; take wider steps or narrower ranges'
        )
    settings = {Setting(*pair, *other) for pair, other in product(pairs, list(product(*rest)))}
    return sorted(settings | {current, *(current._replace(mode=mode) for mode in modes)})


def _preset_pairs(
    ranges: Mapping[str, Sequence[str] | None], preset: str
) -> Sequence[tuple[float, float]]:
    if preset not in PRESETS:
        raise UserError(f'--preset {preset}: there is none; choose from {", ".join(PRESETS)}')
    for name in ('thresh', 'box_thresh'):
        if ranges.get(name):
            raise UserError(f'{_option(name)}: --preset {preset} stands for these; drop one')
    return PRESETS[preset]


def parse_values(name: str, texts: Sequence[str]) -> list[float] | list[int]:
    """Return the values of ``name`` that texts stand for: numbers, and ranges ``FROM:TO:STEP``.

    Both ends belong to a range, ``TO`` where a step meets it. Steps are decimal: 0.1:0.3:0.1 ends
    with 0.3 itself.

    Raises:
        UserError: a text is neither, a range runs backwards, or a value is out of its bounds.
    """
    found: set[Decimal] = set()
    for text in texts:
        found |= _parse_range(name, text)
    number = int if name == 'max_candidates' else float
    values = []
    for value in sorted(found):
        if number is int and value != value.to_integral_value():
            raise UserError(f'{_option(name)}: {value} is no whole number; give whole ones')
        try:
            DecodeParams(**{name: number(value)})
        except ValueError as error:
            raise UserError(f'{_option(name)}: {error}') from error
        values.append(number(value))
    return values


def _parse_range(name: str, text: str) -> set[Decimal]:
    try:
        numbers = [Decimal(part) for part in text.split(':')]
    except InvalidOperation:
        numbers = []
    if len(numbers) not in (1, 3) or not all(map(_is_plain, numbers)):
        raise UserError(
            f'{_option(name)}: {text!r} is no number and no range; write 0.3, or 0.2:0.4:0.05 for '
            'all from 0.2 to 0.4 in steps of 0.05'
        )
    if len(numbers) == 1:
        return set(numbers)
    start, stop, step = numbers
    if not (start <= stop and step > 0):
        raise UserError(
            f'{_option(name)}: {text} runs nowhere; give the lower end first and a step above 0'
        )
    if (stop - start) / step >= MAX_SETTINGS:
        raise UserError(f'{_option(name)}: {text} has too many steps; take wider ones')
    return {start + i * step for i in range(int((stop - start) / step) + 1)}


def _is_plain(number: Decimal) -> bool:
    # Others overflow, or are written out digit by digit.
    return number.is_finite() and number.adjusted() < _MAX_DIGITS


def _option(name: str) -> str:
    return '--' + name.replace('_', '-')
