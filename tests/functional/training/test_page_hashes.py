"""Pages by hashes of their names."""

import unicodedata

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.training import hash_pages, pages_among, refuse_seen

NAMES = ['b.png', 'a.png', '영수증.jpg', 'odd \udcff.jpg']


def test_a_page_takes_eight_bytes_that_differ() -> None:
    hashes = hash_pages([*NAMES, 'a.png'])
    assert (hashes.dtype, hashes.shape) == (np.int64, (5,))
    assert len(np.unique(hashes)) == 4
    assert hashes[1] == hashes[4]
    # BLAKE2b's first eight bytes; checkpoints of today have to be read tomorrow.
    assert hash_pages(['a.png']).tobytes().hex() == 'e203797de73bf656'
    assert hash_pages([]).shape == (0,)


def test_a_name_is_one_however_it_is_composed() -> None:
    apart = unicodedata.normalize('NFD', NAMES[2])
    assert apart != NAMES[2]
    assert pages_among([apart, 'c.png'], hash_pages(NAMES)) == [apart]


def test_pages_are_found_in_their_order() -> None:
    assert pages_among(['x.png', 'b.png', 'a.png'], hash_pages(NAMES)) == ['b.png', 'a.png']
    assert pages_among(NAMES, hash_pages([])) == []


def test_pages_that_were_seen_are_refused_unless_allowed() -> None:
    with pytest.raises(UserError, match=r"^x\.pth .*2 of the 9 pages to score.*'b\.png'.*--allow"):
        refuse_seen(['b.png', 'a.png'], 9, 'x.pth', 'score', allow=False)
    refuse_seen(['b.png'], 9, 'x.pth', 'score', allow=True)
    refuse_seen([], 9, 'x.pth', 'score', allow=False)
