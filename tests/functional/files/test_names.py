"""Names of files as keys."""

import unicodedata

import pytest

from plugins.functional.files import check_file_name, composed, form_note


@pytest.mark.parametrize('name', ['a.jpg', '영수증 1.PNG', '...', '.a', "it's.jpg"])
def test_plain_names(name):
    check_file_name(name)


@pytest.mark.parametrize(
    'name', ['', ' ', '.', '..', 'a/b.jpg', '/a', 'a\\b', 'a\nb', 'a\x00', 'a\udcff.jpg']
)
def test_names_that_lead_elsewhere_or_cannot_be_printed(name):
    with pytest.raises(ValueError, match='image name'):
        check_file_name(name)


HANGUL = '영수증.jpg'
IN_PIECES = unicodedata.normalize('NFD', HANGUL)


def test_names_that_look_the_same_have_one_composed_form():
    assert HANGUL != IN_PIECES
    assert composed(IN_PIECES) == composed(HANGUL) == HANGUL


def test_names_that_differ_in_their_form_only_are_told():
    assert form_note([HANGUL, 'b'], ['a', IN_PIECES]).startswith(' (1 of these')
    assert 'Unicode form' in form_note([IN_PIECES], [HANGUL])
    assert form_note(['b'], [HANGUL]) == form_note([], [HANGUL]) == form_note([HANGUL], []) == ''
