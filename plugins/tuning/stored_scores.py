"""Scores of pages on disk, appended as they come, so that an interrupted run goes on."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..functional.errors import UserError
from ..functional.geometry import Floats

_REMEDY = 'give --force to start anew, or another --out'


class StoredScores:
    """A file with a line on what the scores follow from, and a line for every page scored.

    What was interrupted while writing leaves half a line at the end; that page is scored again.
    ``scores`` maps names to (S, 3). To be closed, or used as a context.

    Args:
        path: the file, made where there is none.
        made_of: what the scores follow from; keys are words that a message can use.
        shape: that of the scores of a page.
        force: forget what the file holds.

    Raises:
        UserError: the file holds scores that follow from something else, is none of these or
            damaged, or cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        made_of: Mapping[str, Any],
        shape: tuple[int, ...],
        force: bool = False,
    ) -> None:
        self.path, self.shape = Path(path), shape
        self.scores: dict[str, Floats] = {}
        self._file = self._open()
        try:
            if force:
                self._file.truncate(0)
            self._go_on(dict(made_of))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> 'StoredScores':
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, name: str, scores: Floats) -> None:
        """Keep the scores of a page."""
        self.scores[name] = scores
        self._write({'page': name, 'scores': scores.tolist()})

    def of(self, names: Sequence[str]) -> Floats:
        """Return the scores (P, S, 3) of pages, all of which are there."""
        return np.stack([self.scores[name] for name in names])

    def close(self) -> None:
        """Let others use the file."""
        self._file.close()

    def _open(self) -> BinaryIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.path.open('a+b')
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            reason = getattr(error, 'strerror', None) or error
            raise UserError(
                f'{self.path}: cannot be written ({reason}); name another --out'
            ) from error

    def _go_on(self, made_of: dict[str, Any]) -> None:
        self._file.seek(0)
        *lines, torn = self._file.read().split(b'\n')
        if torn:
            if not lines and not json.dumps(made_of).encode().startswith(torn):
                raise UserError(f'{self.path}: is no record of a tuning; {_REMEDY}')
            self._file.truncate(sum(len(line) + 1 for line in lines))
        if not lines:
            self._write(made_of)
            return
        try:
            header, *pages = map(json.loads, lines)
            different = [key for key in made_of if header[key] != made_of[key]]
            if not different:
                self.scores = {page['page']: self._array(page['scores']) for page in pages}
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise UserError(
                f'{self.path}: is no record of a tuning, or damaged; {_REMEDY}'
            ) from error
        if different:
            raise UserError(f'{self.path}: was made with other {different[0]}; {_REMEDY}')

    def _array(self, scores: Any) -> Floats:
        array = np.array(scores, float)
        if array.shape != self.shape or not np.isfinite(array).all():
            raise ValueError(f'scores of shape {array.shape}')
        return array

    def _write(self, content: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(content).encode() + b'\n')
        self._file.flush()
