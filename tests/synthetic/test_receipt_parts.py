"""The parts of a receipt, and how they are set."""

import numpy as np
import pytest

from plugins.synthetic.language import language
from plugins.synthetic.receipt_parts import Cell, Drawing, Gap, Receipt, Rule, TextRow, right


@pytest.fixture
def receipt() -> Receipt:
    return Receipt(language('en'), np.random.default_rng(0), columns=20)


def test_parts_come_top_to_bottom(receipt: Receipt):
    receipt.row('TEA', right('1', 0.7), right('2.00'), bold=True)
    receipt.line('Thanks', 'centre')
    receipt.rule('=')
    receipt.gap(0.5, 0.5)
    receipt.draw('qr', 4.0, 0.2)
    assert receipt.parts == [
        TextRow((Cell('TEA'), Cell('1', 0.7, 'right'), Cell('2.00', 1.0, 'right')), bold=True),
        TextRow((Cell('Thanks', 0.5, 'centre'),)),
        Rule('='),
        Gap(0.5),
        Drawing('qr', 4.0, 0.2),
    ]


@pytest.mark.parametrize('size', [1.0, 0.5])
def test_a_paragraph_is_broken_into_lines_that_fit(receipt: Receipt, size: float):
    text = 'goods may be returned within thirty days of purchase with this receipt'
    receipt.paragraph(text, 'left', size)
    lines = [part.cells[0].text for part in receipt.parts]
    assert ' '.join(lines) == text
    assert max(map(len, lines)) <= receipt.columns / size
    assert len(lines) == pytest.approx(len(text) * size / receipt.columns, abs=1.5)


def test_a_receipt_writes_all_its_prices_alike(receipt: Receipt):
    assert receipt.money(1.5).replace('1.50', '') == receipt.money(2.25).replace('2.25', '')
    assert receipt.money(1.5, plain=True) == '1.50'


def test_numbers_are_within_their_bounds(receipt: Receipt):
    assert {receipt.some(1, 3) for _ in range(50)} == {1, 2, 3}
    assert all(0.2 <= receipt.between(0.2, 0.4) <= 0.4 for _ in range(50))
    assert receipt.maybe(1) and not receipt.maybe(0)
