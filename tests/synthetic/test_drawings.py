"""Drawings: ink within their size, and not always the same."""

import numpy as np
import pytest

from plugins.synthetic import drawings

KINDS = {
    'logo': lambda rng: drawings.logo(rng, 60),
    'barcode': lambda rng: drawings.barcode(rng, 200, 60),
    'qr': lambda rng: drawings.qr(rng, 60),
    'scribble': lambda rng: drawings.scribble(rng, 200, 60),
    'tick': lambda rng: drawings.tick(rng, 60),
    'seal': lambda rng: drawings.seal(rng, 60),
}


@pytest.mark.parametrize('draw', KINDS.values(), ids=KINDS)
def test_there_is_ink_and_blank_paper(draw):
    seen = set()
    for seed in range(12):
        mask = draw(np.random.default_rng(seed))
        assert mask.dtype == np.uint8 and mask.shape[0] == 60
        assert 0.005 < np.mean(mask > 80) < 0.95
        seen.add(mask.tobytes())
    assert len(seen) >= 3


def test_a_qr_code_has_its_three_corners():
    code = drawings.qr(np.random.default_rng(0), 33 * 4) > 0
    edge = code.shape[0] * 7 // 33
    for corner in (code, code[:, ::-1], code[::-1]):
        assert corner[0, : edge - 8].all() and corner[: edge - 8, 0].all()
