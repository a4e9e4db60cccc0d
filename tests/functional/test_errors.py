"""What a user can mend is said in one line."""

import pytest

from plugins.functional.errors import UserError, counted


@pytest.mark.parametrize(
    ('text', 'line'),
    [
        pytest.param('a.json: no word', 'a.json: no word', id='as it is'),
        pytest.param('a.json:\n  no\tword', 'a.json: no word', id='several lines'),
        pytest.param(
            'Caught UserError in DataLoader worker process 0.\nTraceback (most recent call last):\n'
            '  File "x.py", line 1, in y\nplugins.functional.errors.UserError: a.png: damaged\n',
            'a.png: damaged',
            id='wrapped by a worker',
        ),
    ],
)
def test_the_message_is_one_line(text, line):
    assert UserError(text).line == line
    assert isinstance(UserError(text), ValueError)


@pytest.mark.parametrize(
    ('count', 'text'), [(0, '0 pages'), (1, '1 page'), (2, '2 pages'), (1234, '1,234 pages')]
)
def test_counted(count, text):
    assert counted(count, 'page') == text
