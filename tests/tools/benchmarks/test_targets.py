"""tools/benchmarks/targets.py from the outside."""

from tool_runner import call_tool, run_tool

TOOL = 'benchmarks/targets.py'


def test_both_are_timed_on_the_same_words(tmp_path):
    done = call_tool(tmp_path, TOOL, '--pages', 1, '--words', 8, '--size', 256, '--repeat', 1)
    assert done.returncode == 0, done.stderr
    assert '8 words on 256 x 256 pixels' in done.stdout
    assert 'DBModuleLoss' in done.stdout
    assert 'of the pixels of the probability map differ' in done.stdout


def test_nothing_to_time_is_a_usage_error(monkeypatch, capsys):
    assert run_tool(monkeypatch, TOOL, '--pages', 0) == 2
    assert '1 or more' in capsys.readouterr().err
