"""Which of the maps in a folder are still valid, and which are to be made again."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UserError
from .map_folder import MANIFEST, TRAINED_PAGES, read_manifest

_REMEDY = 'name another folder, or give --force to replace them'


def find_stale(
    folder: str | os.PathLike, pages: Sequence[str], source: Mapping[str, Any], force: bool
) -> set[str]:
    """Return the pages whose map, if there is one in ``folder``, is not of this run.

    Args:
        folder: where maps are to go; it may hold some of an earlier run.
        pages: names of the images of this run.
        source: what its maps are of, as ``maps.json`` keeps it. Maps are valid if all of it is the
            same, but for ``checkpoint``, a name, what the checkpoint was trained on, and
            ``images``, which holds a checksum for each of ``pages``: a map is valid if that of its
            own image is the same.
        force: maps of something else may be replaced.

    Raises:
        UserError: there are other things than maps, or maps of something else and no ``force``.
    """
    if not os.path.exists(folder):
        return set()
    manifest = read_manifest(folder)
    if manifest is None:
        # A run killed at its very start leaves half of a manifest.
        if any(not path.name.startswith('.') for path in Path(folder).iterdir()):
            raise UserError(
                f'{folder}: holds other things than maps (it has no {MANIFEST}); name a new folder'
            )
        return set()
    before = manifest['source']
    for key, value in source.items():
        # These say nothing that the checkpoint's checksum does not.
        if key not in ('checkpoint', TRAINED_PAGES, 'images') and before.get(key) != value:
            if not force:
                raise UserError(
                    f'{folder}: holds maps of another run, whose {key} was {before.get(key)!r} and '
                    f'not {value!r}; {_REMEDY}'
                )
            return {*pages, *manifest['pages']}
    images, earlier = source['images'], before.get('images') or {}
    redrawn = [name for name in pages if earlier.get(name, images[name]) != images[name]]
    if redrawn and not force:
        raise UserError(
            f'{folder}: {len(redrawn)} of its maps are of other images than those there are now, '
            f'first {redrawn[0]!r}; {_REMEDY}'
        )
    # Nothing vouches for what is left of pages that the last run did not list.
    return {*redrawn, *set(pages).difference(manifest['pages'])}
