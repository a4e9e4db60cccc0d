"""Objects whose pickle makes a file when it is read as Python reads pickles."""

import os
from pathlib import Path


class Call:
    """Is pickled as the call of a function."""

    def __init__(self, function: object, *args: object) -> None:
        self._call = function, args

    def __reduce__(self) -> tuple:
        return self._call


def touching(path: Path) -> Call:
    """Return what makes a file when its pickle is read."""
    return Call(os.system, f'touch {path}')
