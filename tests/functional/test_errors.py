"""What a user can mend is said in one line."""

import pytest

from plugins.functional.errors import UserError, counted, shortened


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


PATH, REMEDY = 'folder/' * 80 + 'page.jpg', 'save the image again, or take it out of the list'
LONG = {
    'path': f'{PATH}: the image is damaged; {REMEDY}',
    'value in quotes': f"a.json: name is '{'very long ' * 900}', which is none; {REMEDY}",
    'list': f'a.json: stages is {list(range(900))}; {REMEDY}',
    'two values': f"{PATH}: value is {'x' * 900}, 'a {'y ' * 400}'; {REMEDY}",
    'words alone': f'{"many small words " * 99}; {REMEDY}',
    'as long as a file': f'a.json: {chr(39)}{"q " * 2_000_000}; {REMEDY}',
    'no blank': 'x' * 5000 + f'; {REMEDY}',
}


@pytest.mark.parametrize('text', LONG.values(), ids=LONG)
def test_a_long_line_is_cut_in_its_values(text):
    line = UserError(text).line
    assert len(f'error: {line}') < 300
    assert line.endswith(f'; {REMEDY}')
    assert line[:7] == text[:7]


def test_both_ends_of_a_value_stay():
    line = UserError(LONG['path']).line
    assert line.startswith('folder/') and 'page.jpg: the image is damaged;' in line


def test_a_remedy_is_cut_in_its_values_alone():
    line = shortened(f'{PATH}: has no weights; start from them with --load-from {PATH}, anew')
    assert len(line) < 300
    assert '; start from them with --load-from folder/' in line and line.endswith('page.jpg, anew')


def test_a_line_that_fits_is_left_alone():
    text = 'a.json: ' + 'x' * 250 + '; mend it'
    assert UserError(text).line == text
