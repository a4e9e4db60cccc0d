"""What a user sees of a run: whole lines, and under them a bar while something goes on."""

import shlex
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

WIDTH = 80
_REFRESH = 0.1  # seconds


class Terminal:
    """Standard output as a user reads it.

    The bar is there only where standard output is a terminal, and leaves nothing behind: a pipe or
    a file gets the lines. No thread draws it, so that processes may be forked meanwhile.

    With ``verbose`` the whole log is printed as well, by mmengine, and there is no bar.
    """

    def __init__(self) -> None:
        self.verbose = False
        self._bar: Progress | None = None
        self._drawn = 0.0

    def line(self, text: str) -> None:
        """Print a line, above the bar if there is one; continued where it is too long."""
        if self._bar is not None:
            self._bar.print(folded(text), markup=False, highlight=False, soft_wrap=True)
        else:
            print(folded(text), flush=True)

    def start(self, description: str, total: int) -> None:
        """Begin a bar of ``total`` steps in place of the one there is."""
        self.end()
        if self.verbose or not sys.stdout.isatty():
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn('{task.description}', markup=False),
            BarColumn(20),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn('{task.fields[note]}', markup=False),
            console=Console(file=sys.stdout),
            auto_refresh=False,
            transient=True,
            redirect_stderr=sys.stderr.isatty(),
        )
        self._bar.add_task(description, total=total, note='')
        self._bar.start()

    def advance(self, note: str = '') -> None:
        """Let the bar, if there is one, be a step further, with a ``note`` on its right."""
        if self._bar is None:
            return
        task = self._bar.task_ids[0]
        self._bar.update(task, advance=1, note=note)
        if time.monotonic() - self._drawn > _REFRESH:
            self._bar.refresh()
            self._drawn = time.monotonic()

    def end(self) -> None:
        """Take the bar away."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()


TERMINAL = Terminal()


def folded(text: str) -> str:
    """Return a line broken at blanks where it is too long; words and paths stay whole."""
    if len(text) <= WIDTH:
        return text
    indent = ' ' * (len(text) - len(text.lstrip()) + 2)
    return textwrap.fill(
        text,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def row(label: str, text: str) -> str:
    """Return ``text`` beside a label, its further lines under the first."""
    first = f'  {label:<9}'
    if len(text.split()) < 2:
        return first + text
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=' ' * 11,
        break_long_words=False,
        break_on_hyphens=False,
    )


def command_lines(arguments: Sequence[str]) -> str:
    """Return a command as it is typed, over several lines where it is too long for one."""
    lines, line = [], ' '
    for argument in map(shlex.quote, arguments):
        if len(line) + 1 + len(argument) > WIDTH - 2 and line.strip():
            lines.append(f'{line} \\')
            line = '     '
        line += f' {argument}'
    return '\n'.join([*lines, line])


def resuming_command(arguments: Sequence[str]) -> str:
    """Return the command of a training as it is typed to go on with it."""
    again = list(arguments)
    if not any(argument.partition('=')[0] == '--resume' for argument in again):
        # What follows -- is no option.
        again.insert(again.index('--') if '--' in again else len(again), '--resume')
    return command_lines(again)
