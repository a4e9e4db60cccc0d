"""tools/benchmarks/cleval.py from the outside."""

import gzip
import json

import pytest
from tool_runner import assert_one_line_error, call_tool

TOOL = 'benchmarks/cleval.py'


def write_cases(path, words):
    flat = [[0, 30 * i, 90, 30 * i, 90, 30 * i + 20, 0, 30 * i + 20] for i in range(words)]
    path.write_bytes(gzip.compress(json.dumps([{'gt': flat, 'det': flat}] * 3).encode()))
    return path


def test_made_up_pages_are_timed_and_agree(tmp_path):
    done = call_tool(tmp_path, TOOL, '--pages', 2, '--repeat', 1)
    assert done.returncode == 0, done.stderr
    assert '2 pages of 110 words' in done.stdout
    assert '2 of 2 pages with equal figures' in done.stdout


def test_reference_cases_are_read(tmp_path):
    cases = write_cases(tmp_path / 'cases.json.gz', words=50)
    done = call_tool(tmp_path, TOOL, '--golden', cases, '--pages', 2, '--repeat', 1)
    assert '2 of 2 pages with equal figures' in done.stdout, done.stderr


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        pytest.param(None, 'No such file', id='missing'),
        pytest.param(b'', 'not a file of reference cases', id='empty'),
        pytest.param(b'[1, 2]', 'not a file of reference cases', id='other JSON'),
        pytest.param(gzip.compress(b'[]')[:12], 'not a file of reference cases', id='cut off'),
        pytest.param(b'[]', 'no page of 50 words', id='no cases'),
    ],
)
def test_a_wrong_file_is_named(tmp_path, content, message):
    path = tmp_path / 'cases.json'
    if content is not None:
        path.write_bytes(content)
    done = call_tool(tmp_path, TOOL, '--golden', path)
    assert_one_line_error(done.returncode, done.stderr, 'cases.json', message)
