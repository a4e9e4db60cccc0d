"""Setting type: what fits stands apart, prices end in one line, ink is cut tight."""

import numpy as np
import pytest

from plugins.synthetic.elements import Cell, Figure, Receipt, Row
from plugins.synthetic.fonts import Family, families, find_faces
from plugins.synthetic.language import fill, language
from plugins.synthetic.layouts import KINDS
from plugins.synthetic.pens import Pen, Printer
from plugins.synthetic.typeset import Sheet, Style, Typesetter

EM = 30.0


def mono() -> Family:
    return next(f for f in families(find_faces(), hangul=False) if f.regular.mono)


def style(**changes: float) -> Style:
    spacing = {'stretch': 0.9, 'leading': 1.3, 'margin': 1.0, 'head': 1.0, 'foot': 1.0} | changes
    return Style(mono(), mono(), 'thermal', **spacing)


def set_rows(*rows: Row, columns: int = 32) -> Sheet:
    receipt = Receipt(language('en'), np.random.default_rng(0), columns)
    receipt.add(*rows)
    return Typesetter(receipt, style(), EM).sheet


@pytest.mark.parametrize('printer', ['thermal', 'needle', 'laser'])
def test_ink_is_cut_to_the_glyphs(printer: Printer) -> None:
    ink = Pen(mono().regular, EM, 0.9, printer).word('HE11')
    assert ink is not None
    dark = ink.mask > 80
    assert dark[0].any() and dark[-1].any() and dark[:, 0].any() and dark[:, -1].any()
    # Capitals are about 0.73 em tall and stand on the base line.
    assert ink.mask.shape[0] == pytest.approx(0.73 * EM, abs=3)
    assert ink.top + ink.mask.shape[0] == pytest.approx(0, abs=2)


def test_blank_glyphs_print_nothing() -> None:
    assert Pen(mono().regular, EM, 1.0, 'laser').word('\u2003') is None


def test_prices_end_in_one_line() -> None:
    prices = ('4.00', '113.50', '7.15')
    sheet = set_rows(*(Row((Cell('TEA'), Cell(text, 1.0, 'right'))) for text in prices))
    ends = [word.corners[1, 0] for word in sheet.words if word.text in prices]
    assert len(ends) == 3 and max(ends) - min(ends) <= 3


def test_what_finds_no_room_is_left_out_and_the_price_stays() -> None:
    words = 'a name with far too many words to stand beside its price'
    sheet = set_rows(Row((Cell(words), Cell('12.50', 1.0, 'right'))), columns=24)
    texts = [word.text for word in sheet.words]
    assert '12.50' in texts and 'name' in texts and 'beside' not in texts


def test_figures_and_rules_are_no_words() -> None:
    receipt = Receipt(language('en'), np.random.default_rng(0), 32)
    for kind in ('logo', 'barcode', 'qr', 'signature'):
        receipt.add(Figure(kind, 3.0))
    for sign in '-=*._#':
        receipt.rule(sign)
    receipt.pair('Tip', '_______')
    sheet = Typesetter(receipt, style(), EM).sheet
    assert [word.text for word in sheet.words] == ['Tip']
    assert len(sheet.under) + len(sheet.over) == 4 + 6 + 1


@pytest.mark.parametrize('code', ['en', 'ko'])
@pytest.mark.parametrize('kind', KINDS)
def test_words_stand_apart_and_on_the_paper(kind: str, code: str) -> None:
    layout, _, (low, _) = KINDS[kind]
    for seed in range(2):
        receipt = Receipt(language(code), np.random.default_rng(seed), low)
        layout(receipt)
        sheet = Typesetter(receipt, style(leading=1.12), EM).sheet
        boxes = np.array([[*word.corners[0], *word.corners[2]] for word in sheet.words])
        assert len(boxes) >= 25
        assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= [sheet.width, sheet.height]).all()
        a, b = boxes[:, None], boxes[None]
        shared = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
        overlap = np.clip(shared, 0, None).prod(-1) - np.diag(np.full(len(boxes), np.inf))
        assert (overlap <= 0.1 * (a[..., 2:] - a[..., :2]).prod(-1)).all()


def test_a_word_with_hangul_is_korean() -> None:
    sheet = set_rows(Row((Cell('TEA'), Cell('\ud569\uacc4', 0.5))))
    assert {word.text: word.language for word in sheet.words} == {'TEA': 'en', '\ud569\uacc4': 'ko'}


def test_patterns_are_filled() -> None:
    text = fill(np.random.default_rng(0), '@-##')
    assert text[0].isupper() and text[1] == '-' and text[2:].isdecimal()


def test_both_languages_say_the_same_things() -> None:
    english, korean = language('en'), language('ko')
    assert english.labels.keys() == korean.labels.keys()
