"""tools/run_5fold.sh: killed and run again, it ends in the files of an undisturbed run."""

import hashlib
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tiny_receipts import make_data_root
from tiny_training import CONFIG, TINY
from tool_runner import (
    OTHER_COPY,
    TOOLS,
    assert_one_line_error,
    run_tool,
    tool_environment,
)


def command(root: Path, *args: object, options: tuple = ()) -> list[str]:
    tiny = ['--cfg-options', *TINY, *options]
    return [*map(str, (CONFIG, '--data-root', root, *args)), *tiny]


@pytest.fixture
def refused(monkeypatch, tmp_path, capsys):
    """Return a function that expects a one-line error before anything is trained."""
    root = make_data_root(tmp_path / 'data')
    monkeypatch.setenv('MMRECEIPT_DATA', 'restored afterwards')

    def check(part: str, *args: object) -> None:
        own = command(root, '--work-dir', tmp_path / 'out', *args)
        status = run_tool(monkeypatch, 'run_5fold.py', *own)
        assert_one_line_error(status, capsys.readouterr().err, part)
        assert not list(tmp_path.rglob('*.pth'))

    return check


def test_a_missing_fold_is_found_at_once(refused, tmp_path) -> None:
    (tmp_path / 'data/folds/fold4_val.json').unlink()
    refused('fold4_val.json')


def test_missing_test_pages_are_found_at_once(refused, tmp_path) -> None:
    (tmp_path / 'data/jsons/test.json').unlink()
    refused('--no-test')


@pytest.mark.parametrize('option', ['--fold=1', '--folds=5', '--resume', '--launcher=mpi'])
def test_options_that_make_no_sense_here(refused, option) -> None:
    refused(option.split('=')[0], option)


def products(folder: Path) -> dict[str, str]:
    names = ('best_*.pth', 'predictions.json', 'submission.csv')
    found = [path for name in names for path in folder.rglob(name)]
    digest = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}
    # A checkpoint holds the time it was written at.
    return {name: '' if name.endswith('.pth') else value for name, value in digest.items()}


def start(root: Path, out: Path) -> subprocess.Popen:
    script = ['bash', str(TOOLS / 'run_5fold.sh'), *command(root, '--work-dir', out)]
    return subprocess.Popen(script, cwd=OTHER_COPY, env=tool_environment())


@pytest.fixture(scope='module')
def calm(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The data of a run that nobody disturbed, and what it made of them."""
    folder = tmp_path_factory.mktemp('calm')
    root = make_data_root(folder / 'data')
    assert start(root, folder / 'out').wait() == 0
    return root, products(folder / 'out')


@pytest.mark.slow
@pytest.mark.parametrize('sent', [signal.SIGINT, signal.SIGKILL], ids=['Ctrl-C', 'kill -9'])
def test_killed_and_run_again(tmp_path, calm, sent) -> None:
    root, expected = calm
    for seconds in (8, 20, 45):
        process = start(root, tmp_path)
        time.sleep(seconds)
        process.send_signal(sent)
        process.wait()
    assert start(root, tmp_path).wait() == 0
    assert products(tmp_path) == expected
