"""Numbered pictures of single pages in a folder of their own."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..drawing import Image
from ..errors import UserError, counted
from ..images import check_image_folder, image_size, read_image, write_image

_NUMBERED = re.compile(r'\d{2,}_.+\.png')


def check_images(folder: str | os.PathLike, names: Iterable[str]) -> None:
    """Refuse pages whose image is not there, before anything is written.

    Raises:
        UserError: naming the first image that is missing or none.
    """
    check_image_folder(folder)
    for name in names:
        image_size(Path(folder) / name)


def prepare_folder(folder: str | os.PathLike, force: bool) -> None:
    """Make way for new pictures; ``force`` removes those of an earlier run, and nothing else.

    Raises:
        UserError: there are some, and ``force`` is not given.
    """
    folder = Path(folder)
    old = [p for p in folder.iterdir() if _NUMBERED.fullmatch(p.name)] if folder.is_dir() else []
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
) -> Iterator[Path]:
    """Draw onto the images of pages; yield each picture once written, numbered from 01 on.

    Raises:
        UserError: an image cannot be read, or a picture not be written.
    """
    for number, name in enumerate(names, 1):
        picture = draw(name, read_image(Path(images) / name))
        path = Path(folder) / f'{number:02}_{Path(name).stem}.png'
        write_image(path, picture)
        yield path
