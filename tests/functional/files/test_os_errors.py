"""What can be done about an error of the operating system."""

import errno
import os

import pytest

from plugins.functional.files import reason, remedy


@pytest.mark.parametrize(
    ('number', 'expected'),
    [
        (errno.EACCES, 'permissions'),
        (errno.ENAMETOOLONG, 'shorter'),
        (errno.ENOSPC, 'space'),
        (errno.EDQUOT, 'space'),
        (errno.EROFS, 'can be written'),
        (errno.EIO, 'the disk'),
        (errno.EMFILE, 'ulimit'),
        (errno.ENOENT, 'look there'),
    ],
)
def test_the_remedy_fits_the_error(number, expected):
    error = OSError(number, os.strerror(number))
    assert expected in remedy(error, 'look there')
    assert reason(error) == os.strerror(number)


def test_errors_without_a_number_are_told_all_the_same():
    error = ValueError('embedded null byte')
    assert (reason(error), remedy(error, 'look there')) == ('embedded null byte', 'look there')
