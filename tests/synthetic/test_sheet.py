"""The flat sheet and its planes of ink."""

import numpy as np
import pytest

from plugins.synthetic.sheet import Mark, Sheet, Word, print_sheet, rectangle


def block(x=0, y=0, **options):
    return Mark(np.full((2, 3), 200, np.uint8), x, y, **options)


def word(mark, text='TEA'):
    return Word(text, mark, rectangle(mark.x, mark.y, mark.x + 3, mark.y + 2))


def test_only_the_words_asked_for_are_printed():
    sheet = Sheet(10, 4, em=2, words=[word(block()), word(block(5))], marks=[block(0, 2)])
    printed = print_sheet(sheet, [1])
    assert printed.print[:, 0].tolist() == [0, 0, 200, 200]
    assert (printed.print[:2, 5:8] == 200).all()
    assert not printed.pen.any() and not printed.stain.any() and (printed.paper == 255).all()


def test_what_a_hand_adds_is_on_a_plane_of_its_own():
    printed = print_sheet(Sheet(10, 4, em=2, marks=[block(by_hand=True)]), [])
    assert printed.pen.any() and not printed.print.any()


def test_white_words_are_cut_from_the_bar_under_them():
    bar = Mark(np.full((4, 10), 255, np.uint8), 0, 0)
    sheet = Sheet(10, 4, em=2, words=[word(block(2, 1, erases=True))], marks=[bar])
    printed = print_sheet(sheet, [0]).print
    assert (printed[1:3, 2:5] == 255 - 200).all() and printed[0, 0] == 255


@pytest.mark.parametrize('place', [(-2, -1), (9, 3), (50, 50)])
def test_what_sticks_out_is_cut_off(place):
    printed = print_sheet(Sheet(10, 4, em=2, marks=[block(*place)]), []).print
    assert np.count_nonzero(printed) == (1 if place != (50, 50) else 0)


def test_a_word_with_hangul_is_korean():
    assert word(block()).language == 'en'
    assert word(block(), '\ud569\uacc4').language == 'ko'
