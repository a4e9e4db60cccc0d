"""Receipts in the layout of the ICDAR 2019 SROIE challenge, as an MMReceipt dataset.

The layout (Huang et al., 2019, task 1) is ``img/<id>.jpg`` beside ``box/<id>.txt``, one text line a
row: ``x1,y1,x2,y2,x3,y3,x4,y4,transcript``, where the transcript may hold commas itself.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..annotations import Page, Word, parse_coordinate, save_pages
from ..errors import UserError
from ..files import atomic_path, check_file_name, read_bytes
from ..images import SUFFIXES, image_size

_LINE_END = re.compile(r'\r\n|\n|\r')  # str.splitlines would also cut at Latin-1's 0x85


@dataclass(frozen=True)
class Receipt:
    """One image file and its label file."""

    image: Path
    labels: Path


def find_receipts(root: str | os.PathLike) -> tuple[list[Receipt], list[Path]]:
    """Return the receipts under ``root``, by name, and the files that lack their partner.

    Raises:
        UserError: ``img`` or ``box`` is missing, or no image has labels.
    """
    images = _by_stem(Path(root) / 'img', SUFFIXES)
    labels = _by_stem(Path(root) / 'box', {'.txt'})
    both = sorted(images.keys() & labels.keys())
    if not both:
        raise UserError(f'{root}: no img/<id>.jpg has a box/<id>.txt; check the folder')
    alone = [folder[stem] for folder in (images, labels) for stem in folder.keys() - set(both)]
    return [Receipt(images[stem], labels[stem]) for stem in both], sorted(alone)


def read_receipt(receipt: Receipt) -> Page:
    """Return the page of one receipt: words numbered from ``0001``, the size as displayed.

    Raises:
        UserError: naming file and line: no boxes at all, a row without 8 coordinates and a
            transcript, an unreadable image.
    """
    words = []
    for number, line in enumerate(_LINE_END.split(_read_text(receipt.labels)), 1):
        if not line.strip():
            continue
        *fields, _ = line.split(',', 8)
        try:
            if len(fields) != 8:
                raise ValueError(f'{len(fields)} commas, expected x1,y1,...,x4,y4,transcript')
            points = np.array([parse_coordinate(field.strip()) for field in fields]).reshape(4, 2)
        except ValueError as error:
            raise UserError(f'{receipt.labels}:{number}: {error}; mend the line') from None
        words.append(Word(f'{len(words) + 1:04d}', points))
    if not words:
        raise UserError(f'{receipt.labels}: holds no boxes; copy the file again')
    return Page(tuple(words), *image_size(receipt.image))


def choose_test(names: Iterable[str], n_test: int, seed: int) -> set[str]:
    """Return ``n_test`` of the names; the same names and seed give the same ones, in any order.

    Raises:
        UserError: nothing would be left for training, or the seed is outside [0, 2**32).
    """
    names = sorted(names)
    if not 0 <= n_test < len(names):
        raise UserError(
            f'{n_test} of {len(names)} receipts cannot be set apart for testing; '
            f'give a number from 0 to {len(names) - 1}'
        )
    if not 0 <= seed < 2**32:
        raise UserError(f'seed {seed} is out of range; give one from 0 to {2**32 - 1}')
    # RandomState's stream is frozen; default_rng may choose differently under another NumPy.
    chosen = np.random.RandomState(seed).permutation(len(names))[:n_test]
    return {names[index] for index in chosen}


def write_dataset(
    out: str | os.PathLike,
    pages: Mapping[Path, Page],
    test: set[str] = frozenset(),
    force: bool = False,
) -> Iterator[Path]:
    """Write ``images/train`` and ``jsons/train.json``; likewise ``test`` where names are given.

    ``jsons/test.json`` lists its images without words, ``jsons/test_labels.json`` with them. Yields
    each image once it is linked, or copied where links do not reach. The JSON comes last: where it
    is, the images are complete.

    Raises:
        UserError: a dataset is there already and ``force`` is not given, or a file cannot be
            written.
    """
    out = Path(out)
    jsons = [out / 'jsons' / f'{name}.json' for name in ('train', 'test', 'test_labels')]
    for file in jsons:
        if os.path.exists(file) and not force:
            raise UserError(f'{file}: exists already; give --force to replace the dataset')
    return _write_dataset(out, jsons, pages, test)


def _write_dataset(
    out: Path, jsons: list[Path], pages: Mapping[Path, Page], test: set[str]
) -> Iterator[Path]:
    for file in jsons:
        file.unlink(missing_ok=True)
    for source in pages:
        part, other = ('test', 'train') if source.name in test else ('train', 'test')
        (out / 'images' / other / source.name).unlink(missing_ok=True)
        _place(source, out / 'images' / part / source.name)
        yield source
    named = {source.name: page for source, page in pages.items()}
    if test:
        labels = {name: page for name, page in named.items() if name in test}
        save_pages(jsons[2], labels)
        save_pages(jsons[1], {name: replace(page, words=()) for name, page in labels.items()})
    save_pages(jsons[0], {name: page for name, page in named.items() if name not in test})


def _place(source: Path, target: Path) -> None:
    try:
        if target.exists() and target.samefile(source):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.hardlink_to(source.resolve())
    except OSError:  # another file system, or one without links
        with atomic_path(target, follow_link=False) as temporary:
            shutil.copyfile(source, temporary)


def _by_stem(folder: Path, suffixes: Iterable[str]) -> dict[str, Path]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in suffixes)
        for file in files:
            check_file_name(file.name)
    except OSError as error:
        raise UserError(
            f'{folder}: cannot be read ({error.strerror}); --src is the folder of img/ and box/'
        ) from error
    except ValueError as error:
        raise UserError(f'{folder}: {error}') from error
    stems = {file.stem: file for file in files}
    if len(stems) < len(files):
        twice = next(file for file in files if stems[file.stem] != file)
        raise UserError(f'{twice}: {stems[twice.stem].name} has the same id; keep one of them')
    return stems


def _read_text(path: Path) -> str:
    data = read_bytes(path)
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError:
        return data.decode('latin-1')  # some label files are; the numbers are ASCII in both
