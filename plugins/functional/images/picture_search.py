"""Which pictures files and folders stand for; a submission knows them by their names alone."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..errors import UserError
from ..files import check_file_name, unreadable
from .file_types import SUFFIXES


def check_image_folder(folder: str | os.PathLike) -> None:
    """Raise a UserError where there is no such folder."""
    if not Path(folder).is_dir():
        raise UserError(f'{folder}: no such folder; give the one that holds the images')


def image_files(folder: str | os.PathLike) -> list[Path]:
    """Return the images right in a folder, sorted by name.

    Raises:
        UserError: there is no such folder.
    """
    check_image_folder(folder)
    return sorted(file for file in Path(folder).iterdir() if file.suffix.lower() in SUFFIXES)


def find_pictures(places: Sequence[str | os.PathLike], recursive: bool = False) -> list[Path]:
    """Return the pictures that files and folders stand for, a folder's sorted by name.

    A file is taken whatever its suffix, from a folder those with the suffix of a picture; hidden
    ones are left out, and sub-folders unless ``recursive``. A picture named twice is taken once.

    Raises:
        UserError: a place is missing or unreadable, there is no picture, a name cannot be a key, or
            two pictures of different folders share theirs.
    """
    found: dict[str, Path] = {}
    for path in _pictures(map(Path, places), recursive):
        other = found.setdefault(path.name, path)
        if other is not path and os.path.realpath(other) != os.path.realpath(path):
            raise UserError(
                f'{path} and {other} have one name, which would be one row of the submission; '
                'rename one, or predict them apart'
            )
    if not found:
        hint = '' if recursive else ', or give --recursive for those in sub-folders'
        raise UserError(
            f'{", ".join(map(str, places))}: no picture ({" ".join(sorted(SUFFIXES))}); '
            f'name another folder{hint}'
        )
    for path in found.values():
        try:
            check_file_name(path.name)
        except ValueError as error:
            raise UserError(f'{str(path.parent)!a}: {error}') from None
    return list(found.values())


def _pictures(places: Iterable[Path], recursive: bool) -> Iterator[Path]:
    for place in places:
        # Not Path's methods, which raise where a folder above may not be read.
        if os.path.isdir(place):
            yield from _in_folder(place, recursive)
        elif os.path.isfile(place):
            yield place
        elif os.path.exists(place):
            raise UserError(f'{place}: is neither a file nor a folder; name pictures or folders')
        else:
            raise UserError(f'{place}: no such picture or folder; check the path')


def _in_folder(folder: Path, recursive: bool) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(folder, error) from error
    for entry in entries:
        if entry.name.startswith('.'):
            continue
        # A link that leads nowhere counts: it is to be reported, not passed over.
        if Path(entry.name).suffix.lower() in SUFFIXES and (entry.is_file() or entry.is_symlink()):
            yield Path(entry.path)
        elif recursive and entry.is_dir(follow_symlinks=False):
            yield from _in_folder(Path(entry.path), recursive)
