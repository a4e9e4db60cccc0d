"""Names of files as keys."""

import pytest

from plugins.functional.files import check_file_name


@pytest.mark.parametrize('name', ['a.jpg', '영수증 1.PNG', '...', '.a', "it's.jpg"])
def test_plain_names(name):
    check_file_name(name)


@pytest.mark.parametrize(
    'name', ['', ' ', '.', '..', 'a/b.jpg', '/a', 'a\\b', 'a\nb', 'a\x00', 'a\udcff.jpg']
)
def test_names_that_lead_elsewhere_or_cannot_be_printed(name):
    with pytest.raises(ValueError, match='image name'):
        check_file_name(name)
