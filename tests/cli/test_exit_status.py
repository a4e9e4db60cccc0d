"""How tools end: one line for what the user can mend, a traceback for a defect."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plugins.cli import DEFER_ERRORS, run
from plugins.functional.errors import UserError


def ended(main, capsys) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        run(main)
    return stopped.value.code, capsys.readouterr().err


def raising(error: BaseException):
    def main() -> None:
        raise error

    return main


@pytest.mark.parametrize(('returned', 'status'), [(None, 0), (0, 0), (1, 1)])
def test_what_main_returns_is_the_status(returned, status, capsys) -> None:
    assert ended(lambda: returned, capsys) == (status, '')


@pytest.mark.parametrize(
    ('error', 'status', 'line'),
    [
        pytest.param(UserError('a.json: is\n empty'), 2, 'error: a.json: is empty\n', id='user'),
        pytest.param(
            OSError(errno.ENOSPC, 'No space left', 'a.log'),
            2,
            'error: a.log: No space left; free some space or name another place\n',
            id='full disk',
        ),
        pytest.param(
            OSError(errno.EACCES, 'Permission denied', 'a/b.log'),
            2,
            'error: a/b.log: Permission denied; change its permissions\n',
            id='a folder that may not be entered',
        ),
        pytest.param(
            OSError(errno.ENAMETOOLONG, 'File name too long', 'a.log'),
            2,
            'error: a.log: File name too long; give a shorter name\n',
            id='a long name',
        ),
        pytest.param(KeyboardInterrupt(), 130, 'interrupted\n', id='Ctrl-C'),
        pytest.param(
            KeyboardInterrupt('go on with x'),
            130,
            'interrupted\ngo on with x\n',
            id='Ctrl-C, and somebody knows how to go on',
        ),
    ],
)
def test_one_line(error, status, line, capsys) -> None:
    assert ended(raising(error), capsys) == (status, line)


def test_ctrl_c_that_broke_off_what_raises_something_else(capsys) -> None:
    def main() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError('half a file')

    assert ended(main, capsys) == (130, 'interrupted\n')


def test_a_package_that_is_not_installed(capsys) -> None:
    def main() -> None:
        import no_such_package.part  # noqa: F401

    status, line = ended(main, capsys)
    assert status == 2
    assert 'lacks no_such_package; run: bash tools/setup.sh' in line


@pytest.mark.parametrize(
    'error',
    [
        ValueError('a defect'),
        OSError(errno.EACCES, 'Permission denied'),
        ModuleNotFoundError('no plugins.x', name='plugins.x'),
    ],
    ids=lambda error: type(error).__name__,
)
def test_defects_keep_their_traceback(error) -> None:
    with pytest.raises(type(error)):
        run(raising(error))


@pytest.mark.parametrize('encoding', ['ascii', 'cp1252', 'cp949', 'utf-8'])
def test_any_name_can_be_printed_on_any_console(encoding) -> None:
    name = '영수증 ½ \udcff.png'
    script = f"""
from plugins.cli import run
from plugins.functional.errors import UserError
def main():
    print({name!a})
    raise UserError({name!a})
run(main)
"""
    done = subprocess.run(
        [sys.executable, '-c', script],
        cwd=Path(__file__).parents[2],
        env={**os.environ, 'PYTHONIOENCODING': encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    shown = name.encode(encoding, 'backslashreplace')
    assert (done.stdout, done.stderr) == (shown + b'\n', b'error: ' + shown + b'\n')


def test_a_launcher_is_told_the_error(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv(DEFER_ERRORS, '1')
    monkeypatch.setenv('TORCHELASTIC_ERROR_FILE', str(tmp_path / 'error.json'))
    assert ended(raising(UserError('no data')), capsys) == (2, '')
    assert json.loads((tmp_path / 'error.json').read_text())['message'] == 'no data'
