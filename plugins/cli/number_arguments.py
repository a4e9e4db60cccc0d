"""Numbers on a command line, within bounds."""

import argparse
import math
from collections.abc import Callable


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads an argument that is a whole number within these bounds."""

    def number(text: str) -> int:
        bounds = f'of {least} or more' if most is None else f'from {least} to {most}'
        if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
            raise argparse.ArgumentTypeError(f'{text!r} is no whole number {bounds}')
        return int(text)

    return number


def positive_number(text: str) -> float:
    """Return an argument that is a finite number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f'{text!r} is no number above 0')
    return number


def add_counts(parser: argparse.ArgumentParser, options: dict[str, tuple[int, str]]) -> None:
    """Add options that are whole numbers of 1 or more: flag -> (default, what is counted)."""
    for flag, (default, meaning) in options.items():
        text = f'{meaning} (default: {default})'
        parser.add_argument(flag, type=whole_number(1), default=default, help=text)
