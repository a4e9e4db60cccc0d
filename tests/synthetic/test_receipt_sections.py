"""The sections that receipts share."""

import numpy as np
import pytest

from plugins.synthetic import receipt_sections
from plugins.synthetic.language import language
from plugins.synthetic.receipt_parts import Drawing, Receipt, TextRow


def drawn(section, seed, *args, **options) -> list:
    receipt = Receipt(language('en'), np.random.default_rng(seed), 32)
    section(receipt, *args, **options)
    return receipt.parts


def rows(parts) -> list[list[str]]:
    return [[cell.text for cell in part.cells] for part in parts if isinstance(part, TextRow)]


@pytest.mark.parametrize('lines', [1, 4])
def test_a_head_names_the_shop_and_so_many_lines_of_its_address(lines: int):
    phrases = language('en')
    for seed in range(10):
        texts = [text for (text,) in rows(drawn(receipt_sections.head, seed, lines=lines))]
        assert texts[0] in phrases.shops
        assert len(texts) - (texts[1] in phrases.slogans) == 1 + lines


def test_the_total_is_among_the_totals_in_bold():
    for seed in range(10):
        parts = drawn(receipt_sections.totals, seed, 12.5)
        (total,) = (part for part in parts if isinstance(part, TextRow) and part.bold)
        assert total.cells[0].text in language('en').labels['total']
        assert '12.50' in total.cells[1].text


def test_change_is_what_was_paid_too_much():
    for seed in range(30):
        found = dict(rows(drawn(receipt_sections.totals, seed, 12.5)))
        labels = language('en').labels
        paid, change = (
            [float(''.join(sign for sign in value if sign in '0123456789.-'))
             for label, value in found.items() if label in labels[role]]
            for role in ('cash', 'change')
        )  # fmt: skip
        assert len(paid) == len(change)
        assert all(p - c == pytest.approx(12.5) for p, c in zip(paid, change, strict=True))


@pytest.mark.parametrize(('code', 'drawings'), [(0, 0), (1, 1)])
def test_a_foot_ends_with_something_to_scan_or_not(code: float, drawings: int):
    for seed in range(10):
        parts = drawn(receipt_sections.foot, seed, policies=1, code=code)
        assert sum(isinstance(part, Drawing) for part in parts) == drawings


@pytest.mark.parametrize(
    'section', [receipt_sections.when, receipt_sections.approval, receipt_sections.summary]
)
def test_rows_hold_a_label_and_figures(section):
    args = (10.0,) if section is receipt_sections.summary else ()
    for seed in range(5):
        texts = ' '.join(text for row in rows(drawn(section, seed, *args)) for text in row)
        assert any(sign.isdecimal() for sign in texts) and any(map(str.isalpha, texts))
