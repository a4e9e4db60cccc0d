"""The pages to tune the decoding on: probability maps and the words that belong to them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from numpy.typing import NDArray

from ..functional.annotations import Page, load_pages
from ..functional.decoding import DecodeParams, params_of
from ..functional.errors import UserError
from ..functional.files import checksum
from ..functional.maps import MapFolder, map_path
from ..functional.training import refuse_seen


@dataclass(frozen=True)
class LabelledMap:
    """A page to tune on: where its map is, and its words."""

    folder: Path
    name: str
    words: Sequence[NDArray]

    @property
    def path(self) -> Path:
        """The file of the map."""
        return map_path(self.folder, self.name)


@dataclass(frozen=True)
class LabelledMaps:
    """The pages of all map folders, what their model decodes with, and what was left out."""

    maps: Sequence[LabelledMap]
    params: DecodeParams
    notes: Sequence[str]

    @property
    def digest(self) -> str:
        """What the scores follow from: maps and words, in one number.

        Raises:
            UserError: a map cannot be read.
        """
        parts = [
            (each.name, [word.tolist() for word in each.words], checksum(each.path))
            for each in self.maps
        ]
        return checksum(repr(parts).encode())


def gather(
    maps: Sequence[str | os.PathLike],
    annotations: Sequence[str | os.PathLike],
    allow_seen: bool = False,
) -> LabelledMaps:
    """Bring the maps of all folders together with their words, in the folders' order.

    A page without a map is left out, and named in the notes. A map without words to compare with is
    refused, because it was made from other pages; so is one of a page that its detector was trained
    on, unless ``allow_seen``.

    Raises:
        UserError: see :class:`MapFolder` and :func:`load_pages`; a page is in two folders or two
            annotation files, or the folders were made to be decoded differently; no page has words.
    """
    folders = [MapFolder(path) for path in maps]
    words = _words(annotations)
    params = params_of(folders[0])
    truths: dict[str, LabelledMap] = {}
    for folder in folders:
        if (own := params_of(folder)) != params:
            raise UserError(
                f'{folder.path}: its model decodes with {own}, that of '
                f'{folders[0].path} with {params}; tune them apart'
            )
        seen = [name for name in folder.names if name in folder.seen and name in words]
        refuse_seen(seen, len(folder.names), f'{folder.path}: its detector', 'tune on', allow_seen)
        for truth in _truths(folder, words):
            if truth.name in truths:
                raise UserError(
                    f'{folder.path}: the map of {truth.name!r} is in {truths[truth.name].folder} '
                    'as well; name folders that share no page'
                )
            truths[truth.name] = truth
    if not truths:
        raise UserError(f'{maps[0]}: has no map, all images were missing; make the maps again')
    if not any(truth.words for truth in truths.values()):
        where = ', '.join(map(str, annotations))
        raise UserError(f'{where}: the pages have no words; give the annotations of labelled pages')
    absent = set().union(*(folder.absent for folder in folders))
    return LabelledMaps(list(truths.values()), params, list(_notes(words, truths, absent)))


def _words(annotations: Sequence[str | os.PathLike]) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for path in annotations:
        new = load_pages(path)
        twice = next((name for name in new if name in pages), None)
        if twice is not None:
            raise UserError(
                f'{path}: page {twice!r} is in another annotation file as well; name files that '
                'share no page'
            )
        pages |= new
    return pages


def _truths(folder: MapFolder, words: Mapping[str, Page]) -> Iterator[LabelledMap]:
    names = [name for name in folder.names if name not in folder.absent]
    unknown = [name for name in names if name not in words]
    if unknown:
        raise UserError(
            f'{folder.path}: {len(unknown)} of {len(names)} maps are of pages that no annotation '
            f'file has, first {unknown[0]!r}; give the file that the maps were made for'
        )
    for name in names:
        yield LabelledMap(folder.path, name, words[name].polygons)


def _notes(
    words: Mapping[str, Page], truths: Mapping[str, LabelledMap], absent: set[str]
) -> Iterator[str]:
    gone = [name for name in words if name in absent]
    if gone:
        yield f'{len(gone)} pages are left out, their images were missing, first {gone[0]!r}'
    rest = [name for name in words if name not in truths and name not in absent]
    if rest:
        yield f'{len(rest)} annotated pages are left out, they have no map, first {rest[0]!r}'
    empty = [name for name, truth in truths.items() if not truth.words]
    if empty:
        yield f'{len(empty)} pages have no words and score 0 whatever is found, first {empty[0]!r}'
