"""Which pictures files and folders stand for; a submission knows them by their names alone."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError, counted
from ..files import check_file_name, reason, unreadable
from .file_types import OTHER_SUFFIXES, SUFFIXES

_READ = 'JPEG, PNG, BMP or WebP'
_NAMED = 5


class LeftOut(NamedTuple):
    """What stands in a folder and is not taken; ``may_be_a_page`` where it might have been one."""

    path: Path
    reason: str
    may_be_a_page: bool = True


class FoundPictures(NamedTuple):
    """The pictures that files and folders stand for, and what else there is."""

    pictures: list[Path]
    left_out: list[LeftOut]


def check_image_folder(folder: str | os.PathLike) -> None:
    """Raise a UserError where there is no such folder, or it may not be read."""
    try:
        os.scandir(folder).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(f'{folder}: no such folder; give the one that holds the images') from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise unreadable(folder, error) from error


def image_files(folder: str | os.PathLike) -> list[Path]:
    """Return the images right in a folder, sorted by name.

    Raises:
        UserError: see :func:`check_image_folder`.
    """
    check_image_folder(folder)
    return sorted(file for file in Path(folder).iterdir() if file.suffix.lower() in SUFFIXES)


def find_pictures(places: Sequence[str | os.PathLike], recursive: bool = False) -> FoundPictures:
    """Return the pictures that files and folders stand for, a folder's sorted by name.

    A file is taken whatever its suffix, from a folder those with the suffix of a picture, and
    sub-folders if ``recursive``. A picture named twice is taken once. All else is told as left out,
    but for hidden files that are no pictures.

    Raises:
        UserError: a place is missing or unreadable, there is no picture, or two pictures of
            different folders share their name.
    """
    found: dict[str, Path] = {}
    left_out = []
    for each in _search(map(Path, places), recursive):
        if isinstance(each, LeftOut):
            left_out.append(each)
            continue
        try:
            check_file_name(each.name)
        except ValueError as error:
            left_out.append(LeftOut(each, str(error)))
            continue
        other = found.setdefault(each.name, each)
        if other is not each and os.path.realpath(other) != os.path.realpath(each):
            raise UserError(
                f'{each} and {other} have one name, which would be one row of the submission; '
                'rename one, or predict them apart'
            )
    if not found:
        raise UserError(_nothing_found(places, left_out, recursive))
    return FoundPictures(list(found.values()), left_out)


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """Return what to tell a user: a line for each reason, with the first names."""
    names: dict[str, list[str]] = {}
    for each in left_out:
        names.setdefault(each.reason, []).append(repr(each.path.name))
    return [
        f'left out {counted(len(some), "file")} ({why}): {", ".join(some[:_NAMED])}'
        + (f' and {len(some) - _NAMED:,} more' if len(some) > _NAMED else '')
        for why, some in names.items()
    ]


def _nothing_found(
    places: Sequence[str | os.PathLike], left_out: Sequence[LeftOut], recursive: bool
) -> str:
    text = f'{", ".join(map(str, places))}: no picture ({" ".join(sorted(SUFFIXES))})'
    lost = [each for each in left_out if each.may_be_a_page]
    if lost:
        text += f', but {counted(len(lost), "file")}, first {lost[0].path.name!r}: {lost[0].reason}'
    hint = '' if recursive else ', or give --recursive for those in sub-folders'
    return f'{text}; name another folder{hint}'


def _search(places: Iterable[Path], recursive: bool) -> Iterator[Path | LeftOut]:
    for place in places:
        try:
            kind = os.stat(place).st_mode
            if stat.S_ISDIR(kind):
                yield from _in_folder(place, recursive)
                continue
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UserError(f'{place}: no such picture or folder; check the path') from error
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            raise unreadable(place, error) from error
        if not stat.S_ISREG(kind):
            raise UserError(f'{place}: is neither a file nor a folder; name pictures or folders')
        yield place


def _in_folder(folder: Path, recursive: bool) -> Iterator[Path | LeftOut]:
    """Yield what is in a folder, by name; OSError where it may not be read."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path, suffix = Path(entry.path), Path(entry.name).suffix.lower()
        if entry.is_dir(follow_symlinks=False):
            if entry.name.startswith('.'):
                continue
            if not recursive:
                yield LeftOut(path, 'a sub-folder; give --recursive to take its pictures', False)
                continue
            try:
                yield from _in_folder(path, recursive)
            except OSError as error:
                yield LeftOut(path, f'a sub-folder that cannot be read ({reason(error)})')
        elif entry.name.startswith('.'):
            # A Mac leaves a ._a.jpg beside each a.jpg.
            if suffix in SUFFIXES and not entry.name.startswith('._'):
                yield LeftOut(path, 'hidden by its name', False)
        elif suffix in OTHER_SUFFIXES:
            yield LeftOut(path, f'no {_READ}; convert it')
        elif suffix not in SUFFIXES and os.path.isdir(path):
            yield LeftOut(path, 'a link to a folder; name it to take its pictures', False)
        elif suffix not in SUFFIXES:
            yield LeftOut(path, f'no {_READ} by its name', False)
        # A link counts wherever it leads: a broken one is to be reported, not passed over.
        elif entry.is_symlink() or entry.is_file():
            yield path
        else:
            yield LeftOut(path, 'no file')
