"""tools/benchmarks/large_inputs.py from the outside, on small ones."""

from tool_runner import call_tool

TOOL = 'benchmarks/large_inputs.py'


def test_every_tool_is_measured(tmp_path):
    small = ('--pages', 20, '--words', 3, '--megabytes', 1)
    done = call_tool(tmp_path, TOOL, *small, '--markdown')
    assert done.returncode == 0, done.stderr
    for part in ('| make_folds | 20 pages of 3 words', '| check_submission |', '| evaluate | 100'):
        assert part in done.stdout
