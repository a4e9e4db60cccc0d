"""Where outlines begin and which way they run."""

import numpy as np
import pytest

from plugins.functional.annotations.reading_order import in_order, reading_order

LONG = np.array([[0, 0], [60, 0], [60, 10], [0, 10.0]])
SHORT = np.array([[0, 0], [9, 0], [9, 10], [0, 10.0]])  # hardly higher than long
NARROW = np.array([[0, 0], [4, 0], [4, 12], [0, 12.0]])  # a digit 1
STANDING = np.array([[10, 0], [10, 60], [0, 60], [0, 0.0]])  # reads downwards
ARC = np.array([[0, 8], [20, 2], [40, 2], [60, 8], [60, 18], [40, 12], [20, 12], [0, 18.0]])
WORDS = [LONG, LONG, ARC, LONG, SHORT, NARROW, STANDING]


def turned(polygons, degrees: float) -> list[np.ndarray]:
    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [polygon @ matrix for polygon in polygons]


@pytest.mark.parametrize('degrees', [-80, -45, -10, 0, 30, 44, 80, 90])
def test_what_reads_as_the_page_does_is_in_order(degrees) -> None:
    order = reading_order(turned(WORDS, degrees))
    assert not order.counter_clockwise.any()
    assert not order.other_corner.any()
    assert not order.upside_down
    angle = np.deg2rad(degrees)
    # The arc's chord and the page agree to within a degree.
    assert order.direction @ [np.cos(angle), np.sin(angle)] > 0.999


@pytest.mark.parametrize('start', [1, 2, 3])
@pytest.mark.parametrize('degrees', [0, 20, -40])
def test_one_that_begins_elsewhere_is_found(start, degrees) -> None:
    words = turned(WORDS, degrees)
    words[1] = np.roll(words[1], -start, axis=0)
    order = reading_order(words)
    assert np.flatnonzero(order.other_corner).tolist() == [1]
    assert not order.counter_clockwise.any()
    np.testing.assert_allclose(in_order(words[1].tolist(), order.direction), words[0])


@pytest.mark.parametrize('start', [1, 3])
def test_all_that_begin_at_the_next_corner_are_found_short_ones_as_well(start) -> None:
    words = [np.roll(word, -start, axis=0) for word in [LONG] * 6 + [SHORT]]
    assert reading_order(words).other_corner.all()


def test_a_page_that_reads_to_the_left_may_lie_upside_down() -> None:
    order = reading_order(turned(WORDS, 180))
    assert order.upside_down
    assert not order.other_corner.any()


@pytest.mark.parametrize(
    'change',
    [lambda p: p[::-1], lambda p: np.concatenate((p[:1], p[:0:-1]))],
    ids=['mirrored', 'from the same corner'],
)
@pytest.mark.parametrize('words', [WORDS, [LONG], [SHORT]], ids=['a page', 'a word', 'a short one'])
def test_all_that_run_the_other_way_are_found_and_put_in_order(words, change) -> None:
    changed = [change(word) for word in words]
    order = reading_order(changed)
    assert order.counter_clockwise.all()
    assert not order.other_corner.any()
    for word, before in list(zip(changed, words, strict=True))[:5]:
        np.testing.assert_array_equal(in_order(word.tolist(), order.direction), before)


def test_a_narrow_word_alone_and_a_closed_ring_are_no_fault() -> None:
    assert not reading_order([NARROW]).other_corner.any()
    closed = [np.concatenate((word, word[:1])) for word in (LONG, LONG, LONG, SHORT)]
    assert not reading_order(closed).other_corner.any()


def test_words_that_are_known_to_stand_are_let_be() -> None:
    words = [LONG, LONG, LONG, np.roll(LONG, -1, axis=0)]
    assert reading_order(words).other_corner.tolist() == [False, False, False, True]
    assert not reading_order(words, exempt=[3]).other_corner.any()


def test_no_word_tells_no_direction() -> None:
    order = reading_order([])
    assert order.direction is None
    assert not order.upside_down
    assert len(order.other_corner) == 0
