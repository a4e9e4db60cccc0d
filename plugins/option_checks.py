"""Options of what a config names, checked where it is built: a worker's error comes late."""

import math
from collections.abc import Callable, Collection

from .functional.errors import UserError
from .functional.files import is_number


def check_number(owner: object, low: float = 0.0, high: float = math.inf, **options: float) -> None:
    """Refuse the first option that is not a finite number in [low, high].

    Raises:
        UserError: it names the class of ``owner`` and the option.
    """
    for name, value in options.items():
        if not is_number(value) or not math.isfinite(value) or not low <= value <= high:
            wanted = f'from {low:g} to {high:g}' if math.isfinite(high) else f'of {low:g} or more'
            raise UserError(f'{type(owner).__name__}: {name} is {value!r}; give a number {wanted}')


def check_count(owner: object, **options: int) -> None:
    """Refuse the first option that is not a whole number of 1 or more.

    Raises:
        UserError: it names the class of ``owner`` and the option.
    """
    for name, value in options.items():
        if not isinstance(value, int) or not value >= 1:
            raise UserError(f'{type(owner).__name__}: {name} is {value!r}; give 1, 2, 3 or more')


def check_choice(owner: object, choices: Collection[str], **options: str) -> None:
    """Refuse the first option that is none of ``choices``.

    Raises:
        UserError: it names the class of ``owner`` and the option.
    """
    for name, value in options.items():
        if value not in choices:
            known = ', '.join(map(repr, choices))
            raise UserError(f'{type(owner).__name__}: {name} is {value!r}; give one of {known}')


def try_options(owner: object, function: Callable, *args, **options) -> None:
    """Call ``function`` once, so that options that it does not take are known at once.

    Raises:
        UserError: it names the class of ``owner`` and says what ``function`` says.
    """
    try:
        function(*args, **options)
    except (TypeError, ValueError) as error:
        raise UserError(f'{type(owner).__name__}: {error}; correct it in the config') from error
