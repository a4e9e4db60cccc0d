"""The sections that receipts share."""

import numpy as np
import pytest

from plugins.synthetic import receipt_sections
from plugins.synthetic.language import language
from plugins.synthetic.receipt_parts import Drawing, Receipt, TextRow

SEEDS = range(20)
PHRASES = language('en')


def parts_of(section, seed: int, *args, **options) -> list:
    receipt = Receipt(PHRASES, np.random.default_rng(seed), 32)
    section(receipt, *args, **options)
    return receipt.parts


def rows_of(parts: list) -> list[list[str]]:
    return [[cell.text for cell in part.cells] for part in parts if isinstance(part, TextRow)]


@pytest.mark.parametrize('lines', [1, 4])
def test_a_head_names_the_shop_and_so_many_lines_of_its_address(lines: int):
    for seed in SEEDS:
        texts = [text for (text,) in rows_of(parts_of(receipt_sections.head, seed, lines=lines))]
        assert texts[0] in PHRASES.shops
        assert len(texts) - (texts[1] in PHRASES.slogans) == 1 + lines


def test_the_total_is_among_the_totals_in_bold():
    for seed in SEEDS:
        parts = parts_of(receipt_sections.totals, seed, 12.5)
        (total,) = (part for part in parts if isinstance(part, TextRow) and part.bold)
        assert total.cells[0].text in PHRASES.labels['total'] and '12.50' in total.cells[1].text


@pytest.mark.parametrize('code', [0, 1])
def test_a_foot_ends_with_something_to_scan_or_not(code: int):
    for seed in SEEDS:
        parts = parts_of(receipt_sections.foot, seed, policies=1, code=code)
        assert sum(isinstance(part, Drawing) for part in parts) == code


@pytest.mark.parametrize(('section', 'args'), [('when', ()), ('approval', ()), ('summary', (9.0,))])
def test_rows_hold_labels_and_figures(section: str, args: tuple):
    for seed in SEEDS:
        rows = rows_of(parts_of(getattr(receipt_sections, section), seed, *args))
        text = ''.join(cell for row in rows for cell in row)
        assert any(map(str.isdecimal, text)) and any(map(str.isalpha, text))
