"""Options of a pipeline step, tried where the pipeline is built."""

from collections.abc import Callable

from ..functional.errors import UserError


def try_options(transform: type, function: Callable, *args, **options) -> None:
    """Call once where the pipeline is built, because a worker's error comes late and wrapped."""
    try:
        function(*args, **options)
    except (TypeError, ValueError) as error:
        raise UserError(f'{transform.__name__}: {error}; correct it in the pipeline') from error
