"""Which pages a detector was trained on, as eight bytes for each of their file names."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, counted

ALLOW_SEEN = '--allow-seen'


def hash_pages(names: Iterable[str]) -> NDArray[np.int64]:
    """Return a number for each page, by BLAKE2b of its file name without folders.

    A name counts as one however its accents or syllables are composed.
    """
    composed = (unicodedata.normalize('NFC', name) for name in names)
    digests = (
        hashlib.blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=8).digest()
        for name in composed
    )
    return np.frombuffer(b''.join(digests), '<i8').astype(np.int64)


def pages_among(names: Sequence[str], hashes: NDArray[np.int64]) -> list[str]:
    """Return those of some pages that are among hashed ones, in their order."""
    found = np.isin(hash_pages(names), hashes)
    return [name for name, is_among in zip(names, found, strict=True) if is_among]


def refuse_seen(seen: Sequence[str], pages: int, detector: str, purpose: str, allow: bool) -> None:
    """Refuse to judge a detector by pages that it was trained on.

    Args:
        seen: names of those pages.
        pages: how many there are in all.
        detector: what it is called at the start of the message.
        purpose: what the pages are for, as ``score``.
        allow: it is wanted nevertheless.

    Raises:
        UserError: there are such pages, and it is not.
    """
    if seen and not allow:
        raise UserError(
            f'{detector} was trained on {len(seen):,} of the {counted(pages, "page")} to '
            f'{purpose}, by their names, first {seen[0]!r}; take others (another --fold or '
            f'--split?), or give {ALLOW_SEEN}'
        )
