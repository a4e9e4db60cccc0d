"""A tool starts from wherever it is called, a notebook as well."""

import os
import subprocess
import sys
import warnings

from plugins.cli.environment import take_own_environment

MAIN = """
import os
from plugins import cli
def main():
    import warnings, matplotlib.pyplot
    warnings.warn('of a library')
    print(matplotlib.get_backend())
cli.run(main)
"""


def test_a_notebook_and_a_strict_shell(repo_root) -> None:
    odd = {'MPLBACKEND': 'module://matplotlib_inline.backend_inline', 'PYTHONWARNINGS': 'error'}
    done = subprocess.run(
        [sys.executable, '-c', MAIN],
        cwd=repo_root,
        env={**os.environ, **odd},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip().lower()) == (0, 'agg'), done.stderr


def test_warnings_that_are_shown_stay_so(monkeypatch) -> None:
    monkeypatch.setenv('MPLBACKEND', 'qtagg')
    monkeypatch.setenv('PYTHONWARNINGS', 'ignore')
    with warnings.catch_warnings():
        before = list(warnings.filters)
        take_own_environment()
        assert warnings.filters == before
    assert os.environ['MPLBACKEND'] == 'agg'
