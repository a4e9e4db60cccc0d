"""A folder of probability maps, and the file in it that says what they are of."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..annotations import as_object
from ..errors import UserError
from ..files import check_file_name, read_json, write_json
from .map_file import ProbMap, map_path, read_map

MANIFEST = 'maps.json'
# Of what a manifest says its maps are of: those pages that their detector was trained on.
TRAINED_PAGES = 'trained_pages'


class MapFolder:
    """A finished folder of maps.

    ``names`` are the pages that the run was to cover, in the order of the annotation file, and
    ``absent`` those whose image was missing on disk: a submission has a row for them, but there is
    no map. ``decoding`` are the values that the model decoded with (``decoding.params_of`` reads
    them), ``info`` says what the maps are of (config, checkpoint, input size, ...), and ``seen``
    are the pages that their detector was trained on, as far as is known.

    Raises:
        UserError: the folder is missing, has no ``maps.json``, or maps are still to be made.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = Path(path)
        manifest = read_manifest(path)
        if manifest is None:
            raise UserError(
                f'{path}: no folder of probability maps, it has no {MANIFEST}; make it with '
                'tools/test.py --dump-maps'
            )
        self.names = tuple(manifest['pages'])
        self.absent = frozenset(manifest['absent'])
        self.decoding: dict[str, Any] = manifest['decoding']
        self.info: dict[str, Any] = manifest['source']
        self.seen = frozenset(self.info.get(TRAINED_PAGES) or ())
        missing = self.missing()
        if missing:
            raise UserError(
                f'{path}: {len(missing)} of {len(self.names)} pages have no map yet, first '
                f'{missing[0]!r}; run the same tools/test.py --dump-maps again, it goes on'
            )

    def missing(self) -> list[str]:
        """Return the pages whose map is still to be made."""
        listed = (name for name in self.names if name not in self.absent)
        return [name for name in listed if not os.path.isfile(map_path(self.path, name))]

    def read(self, name: str) -> ProbMap:
        """Return the map of a page.

        Raises:
            UserError: see :func:`read_map`.
        """
        return read_map(self.path, name)


def write_manifest(
    folder: str | os.PathLike,
    pages: Sequence[str],
    absent: Sequence[str],
    decoding: Mapping[str, Any],
    source: Mapping[str, Any],
) -> None:
    """Write ``maps.json``, before the maps themselves; see :class:`MapFolder` for its parts."""
    content = {
        'pages': list(pages),
        'absent': list(absent),
        'decoding': dict(decoding),
        'source': dict(source),
    }
    write_json(Path(folder) / MANIFEST, content)


def read_manifest(folder: str | os.PathLike) -> dict[str, Any] | None:
    """Return the parts of ``maps.json`` (``pages``, ``absent``, ``decoding``, ``source``), or None.

    Raises:
        UserError: the folder is none, or the file is not in order.
    """
    if not os.path.isdir(folder):
        raise UserError(f'{folder}: no such folder; name one made by tools/test.py --dump-maps')
    path = Path(folder) / MANIFEST
    if not os.path.exists(path):
        return None
    content = read_json(path)
    try:
        content = as_object(content, 'the file')
        manifest = {
            'pages': _names(content.get('pages'), 'pages'),
            'absent': _names(content.get('absent'), 'absent'),
            'decoding': as_object(content.get('decoding'), '"decoding"'),
            'source': as_object(content.get('source'), '"source"'),
        }
        as_object(manifest['source'].get('images') or {}, '"images" of "source"')
        _names(manifest['source'].get(TRAINED_PAGES, []), TRAINED_PAGES)
    except ValueError as error:
        raise UserError(f'{path}: {error}; make the maps again') from error
    if not manifest['pages']:
        raise UserError(f'{path}: lists no page; make the maps again')
    return manifest


def _names(value: Any, key: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f'"{key}" is no list of image names')
    for name in value:
        check_file_name(name)
    return value
