"""tools/benchmarks/voting.py from the outside."""

from tool_runner import assert_one_line_error, call_tool, run_tool

from plugins.functional.submission import write_predictions

TOOL = 'benchmarks/voting.py'


def test_both_ways_are_timed_on_made_up_pages(tmp_path):
    small = ('--members', 3, '--words', 6, '--pages', 2, '--of', 7)
    done = call_tool(tmp_path, TOOL, *small)
    assert done.returncode == 0, done.stderr
    for part in ('3 members', 'best', 'mean', 's for 7 pages'):
        assert part in done.stdout


def test_members_of_other_pages_are_refused(tmp_path, monkeypatch, capsys):
    for name in 'ab':
        write_predictions(tmp_path / f'{name}.json', {f'{name}.jpg': []})
    files = (tmp_path / 'a.json', tmp_path / 'b.json')
    status = run_tool(monkeypatch, TOOL, '--predictions', *files)
    assert_one_line_error(status, capsys.readouterr().err, 'a.j')
