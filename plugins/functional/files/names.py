"""Names of files as keys of annotations and submissions."""

import re
import unicodedata
from collections.abc import Iterable

_FORM = 'differ in Unicode form only, NFC or NFD, which look the same: rename one side'
_UNPRINTABLE = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')


def check_file_name(name: str) -> None:
    """Refuse what is not the plain name of a file inside the image folder.

    Raises:
        ValueError: the name is empty, leads to another folder or holds control characters.
    """
    if not name.strip() or name in ('.', '..') or '/' in name or '\\' in name:
        raise ValueError(f'image name {name!r} is no plain file name; leave the folders out of it')
    if _UNPRINTABLE.search(name):
        raise ValueError(f'image name {name!r} holds control characters; rename the file')


def composed(name: str) -> str:
    """Return a name with its letters composed: a Mac's disk may give Hangul in pieces (NFD)."""
    return unicodedata.normalize('NFC', name)


def form_note(missing: Iterable[str], others: Iterable[str]) -> str:
    """Return what to add to a message about ``missing`` names, where it is their form alone.

    ``others`` are the names that are there. Empty where no other one has the same letters.
    """
    there = {composed(name) for name in others}
    alike = sum(composed(name) in there for name in missing)
    if not alike:
        return ''
    return f' ({alike:,} of these and names there {_FORM})'
