"""Setting type: what fits stands apart, prices end in one line, only words are words."""

import numpy as np

from plugins.synthetic.fonts import Family, families, find_faces
from plugins.synthetic.language import language
from plugins.synthetic.receipt_parts import Receipt
from plugins.synthetic.sheet import Sheet
from plugins.synthetic.typeset import PrintStyle, Typesetter, sheet_size


def style(**changes: float) -> PrintStyle:
    mono: Family = next(f for f in families(find_faces(), hangul=False) if f.regular.mono)
    spacing = {'stretch': 0.9, 'leading': 1.3, 'margin': 1.0, 'head': 1.0, 'foot': 1.0} | changes
    return PrintStyle(mono, mono, 'thermal', **spacing)


def receipt(columns: int = 32) -> Receipt:
    return Receipt(language('en'), np.random.default_rng(0), columns)


def typeset(made: Receipt) -> Sheet:
    return Typesetter(made, style(), 30).sheet


def test_prices_end_in_one_line():
    made, prices = receipt(), ('4.00', '113.50', '7.15')
    for price in prices:
        made.pair('TEA', price)
    ends = [word.corners[1, 0] for word in typeset(made).words if word.text in prices]
    assert len(ends) == 3 and max(ends) - min(ends) <= 3


def test_what_finds_no_room_is_left_out_and_the_price_stays():
    made = receipt(columns=24)
    made.pair('a name with far too many words to stand beside its price', '12.50')
    texts = [word.text for word in typeset(made).words]
    assert '12.50' in texts and 'name' in texts and 'beside' not in texts


def test_drawings_and_rules_are_no_words():
    made = receipt()
    for kind in ('logo', 'barcode', 'qr', 'signature'):
        made.draw(kind, 3.0)
    for sign in '-=*._#':
        made.rule(sign)
    made.pair('Tip', '_______')
    sheet = typeset(made)
    assert [word.text for word in sheet.words] == ['Tip']
    assert len(sheet.marks) == 4 + 6 + 1
    assert sum(mark.by_hand for mark in sheet.marks) == 1, 'the signature'


def test_a_dark_row_is_printed_white_on_its_bar():
    made = receipt()
    made.line('TOTAL', shade=1.0)
    sheet = typeset(made)
    assert [word.mark.erases for word in sheet.words] == [True]
    assert (sheet.marks[0].mask == 255).all()


def test_the_sheet_is_as_tall_as_its_parts():
    made = receipt()
    made.line('TEA', size=2.0)
    made.rule('_')
    made.gap(0.5, 0.5)
    # Head, a row of twice the size, a drawn rule, a gap, foot.
    assert sheet_size(made, style(leading=1.5))[1] == 1 + 2 * 1.5 + 0.45 + 0.5 + 1
