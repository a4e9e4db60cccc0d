"""Every kind of receipt in both languages."""

import numpy as np
import pytest

from plugins.synthetic.fonts import families, find_faces
from plugins.synthetic.language import language
from plugins.synthetic.receipt_kinds import KINDS, compose
from plugins.synthetic.receipt_parts import Receipt
from plugins.synthetic.typeset import PrintStyle, Typesetter


@pytest.mark.parametrize('code', ['en', 'ko'])
@pytest.mark.parametrize('kind', KINDS)
def test_words_stand_apart_and_on_the_paper(kind: str, code: str):
    fill_in, _, (low, _) = KINDS[kind]
    mono = next(f for f in families(find_faces(), hangul=False) if f.regular.mono)
    style = PrintStyle(mono, mono, 'thermal', 0.9, 1.12, margin=1.0, head=1.0, foot=1.0)
    for seed in range(2):
        receipt = Receipt(language(code), np.random.default_rng(seed), low)
        fill_in(receipt)
        sheet = Typesetter(receipt, style, 30.0).sheet
        boxes = np.array([[*word.corners[0], *word.corners[2]] for word in sheet.words])
        assert len(boxes) >= 25
        assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= [sheet.width, sheet.height]).all()
        a, b = boxes[:, None], boxes[None]
        shared = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
        overlap = np.clip(shared, 0, None).prod(-1) - np.diag(np.full(len(boxes), np.inf))
        assert (overlap <= 0.1 * (a[..., 2:] - a[..., :2]).prod(-1)).all()


def test_kinds_come_as_often_as_they_are_met():
    assert sum(share for _, share, _ in KINDS.values()) == pytest.approx(1)
    rng = np.random.default_rng(0)
    wide = [compose(rng, language('en')).wide for _ in range(300)]
    assert np.mean(wide) == pytest.approx(KINDS['invoice'][1], abs=0.05)
