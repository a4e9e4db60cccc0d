"""Numbered pictures of single pages in a folder of their own."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..drawing import Image
from ..errors import UserError, counted
from ..images import check_image_folder, image_size, read_image, write_image

_NUMBERED = re.compile(r'\d{2,}_.+\.png')
_LONGEST_STEM = 230  # bytes; names may have 255


def check_images(folder: str | os.PathLike, names: Iterable[str]) -> None:
    """Refuse a folder without a readable image of any of the pages, before anything is written.

    Raises:
        UserError: there is none, why the first cannot be read; or there is no such folder.
    """
    check_image_folder(folder)
    first = None
    for name in names:
        try:
            image_size(Path(folder) / name)
        except UserError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first


def prepare_folder(folder: str | os.PathLike, images: str | os.PathLike, force: bool) -> None:
    """Make way for new pictures; ``force`` removes those of an earlier run, and nothing else.

    Raises:
        UserError: there are some, and ``force`` is not given; or ``images`` are in this folder, and
            might be called as the pictures are.
    """
    folder = Path(folder)
    if os.path.realpath(folder) == os.path.realpath(images):
        raise UserError(f'{folder}: holds the images themselves; name another --out')
    names = os.listdir(folder) if os.path.isdir(folder) else []
    old = [folder / name for name in names if _NUMBERED.fullmatch(name)]
    if old and not force:
        raise UserError(
            f'{folder}: holds {counted(len(old), "picture")} already; give --force to '
            'replace them or name another folder'
        )
    for path in old:
        path.unlink()


def write_pictures(
    folder: str | os.PathLike,
    images: str | os.PathLike,
    names: Iterable[str],
    draw: Callable[[str, Image], Image],
) -> Iterator[Path | UserError]:
    """Draw onto the images of pages; yield each picture once written, numbered from 01 on.

    What cannot be read is yielded as its error, and the others are drawn.

    Raises:
        UserError: a picture cannot be written.
    """
    for number, name in enumerate(names, 1):
        try:
            image = read_image(Path(images) / name)
        except UserError as error:
            yield error
            continue
        path = Path(folder) / f'{number:02}_{_short(Path(name).stem)}.png'
        write_image(path, draw(name, image))
        yield path


def _short(stem: str) -> str:
    """Cut a name so that it can be written with a number and a suffix."""
    return stem.encode()[:_LONGEST_STEM].decode(errors='ignore')
