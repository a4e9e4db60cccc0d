"""What people add: never over another word, and a stamp is a word itself."""

import numpy as np
import pytest

from plugins.synthetic.fonts import find_faces
from plugins.synthetic.handwriting import annotate
from plugins.synthetic.printer_fonts import PrinterFont
from plugins.synthetic.sheet import Mark, Sheet, Word, rectangle

FONT = PrinterFont(find_faces()[0], 30, 1.0, 'laser')


@pytest.fixture(scope='module')
def sheets() -> list[Sheet]:
    made = []
    for seed in range(100):
        ink = Mark(np.full((20, 380), 255, np.uint8), 10, 300)
        word = Word('TEA', ink, rectangle(10, 300, 390, 320))
        made.append(Sheet(400, 600, em=20, words=[word]))
        annotate(np.random.default_rng(seed), made[-1], FONT, 'PAID')
    return made


def test_most_receipts_are_left_alone(sheets: list[Sheet]):
    marked = [bool(sheet.marks) or len(sheet.words) > 1 for sheet in sheets]
    assert 0.2 < np.mean(marked) < 0.6


def test_a_stamp_stands_clear_of_words_with_its_outline_around_its_ink(sheets: list[Sheet]):
    stamps = [sheet.words[1] for sheet in sheets if len(sheet.words) > 1]
    assert len(stamps) >= 5
    for stamp in stamps:
        assert stamp.text == 'PAID' and stamp.mark.by_hand
        low, high = stamp.corners.min(0), stamp.corners.max(0)
        assert high[1] <= 300 or low[1] >= 320
        rows, columns = np.nonzero(stamp.mark.mask > 80)
        assert low[0] < stamp.mark.x + columns.mean() < high[0]
        assert low[1] < stamp.mark.y + rows.mean() < high[1]


def test_all_that_is_added_is_by_hand(sheets: list[Sheet]):
    assert all(mark.by_hand for sheet in sheets for mark in sheet.marks)
