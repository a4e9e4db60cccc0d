"""What every command-line tool shares: one-line errors, exit statuses and progress bars."""

import argparse
import errno
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .functional.errors import UserError

T = TypeVar('T')

# Set for processes whose launcher prints the error of the first that fails.
DEFER_ERRORS = 'MMRECEIPT_DEFER_ERRORS'


def run(main: Callable[[], int | None]) -> None:
    """Call a tool's ``main`` and exit with its status; a UserError becomes one line and status 2.

    Ctrl-C exits with 130, a closed pipe (``| head``) with 141, as shells expect. A full disk is a
    mistake of the user's as well.
    """
    # A log line that cannot be written is no reason for a traceback each.
    logging.raiseExceptions = False
    try:
        sys.exit(main() or 0)
    except UserError as error:
        _report(error.line)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        # Whatever was being written: a log, say, beside the files that are written whole or not.
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _report(f'{error.filename or "a file"}: {error.strerror}; free some space')
        sys.exit(2)
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        sys.exit(130)


def _report(line: str) -> None:
    # torchrun's form: what a process writes there, its launcher finds.
    path = os.environ.get('TORCHELASTIC_ERROR_FILE')
    if os.environ.get(DEFER_ERRORS) and path:
        with open(path, 'w') as file:
            json.dump({'message': line, 'timestamp': int(time.time())}, file)
    else:
        print(f'error: {line}', file=sys.stderr)


def progress(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Yield ``items`` under a progress bar on standard error, so that output can be piped."""
    if total is None and hasattr(items, '__len__'):
        total = len(items)
    columns = (
        TextColumn('{task.description}'),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        yield from bar.track(items, total=total, description=description)


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads an argument that is a whole number within these bounds."""

    def number(text: str) -> int:
        bounds = f'of {least} or more' if most is None else f'from {least} to {most}'
        if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
            raise argparse.ArgumentTypeError(f'{text!r} is no whole number {bounds}')
        return int(text)

    return number


def add_counts(parser: argparse.ArgumentParser, options: dict[str, tuple[int, str]]) -> None:
    """Add options that are whole numbers of 1 or more: flag -> (default, what is counted)."""
    for flag, (default, meaning) in options.items():
        text = f'{meaning} (default: {default})'
        parser.add_argument(flag, type=whole_number(1), default=default, help=text)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
