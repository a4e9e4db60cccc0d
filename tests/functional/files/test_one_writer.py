"""Who writes into a folder is alone there; who died is followed."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.functional.files import one_writer

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys, time
from plugins.functional.files import one_writer
with one_writer(sys.argv[1], 'training'):
    print('here', flush=True)
    time.sleep(100)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock of ``w``."""
    command = [sys.executable, '-c', HOLD, str(tmp_path / 'w')]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == 'here\n'
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def quick(monkeypatch):
    module = sys.modules['plugins.functional.files.one_writer']
    for name, seconds in dict(BEAT=0.05, SILENCE=0.4, PATIENCE=0.2, ENDING=0.3).items():
        monkeypatch.setattr(module, name, seconds)
    return module


def leave(folder: Path, **holder: object) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / '.training.lock'
    path.write_text(json.dumps(dict(host='elsewhere', process=7, since='yesterday') | holder))
    return path


def test_a_second_writer_is_refused_by_name(other, tmp_path) -> None:
    refused = pytest.raises(UserError, match=rf'w: the training of process {other.pid} on .*; wait')
    with refused, one_writer(tmp_path / 'w', 'training', patience=0):
        pass
    with one_writer(tmp_path / 'w', 'predictions'), one_writer(tmp_path / 'v', 'training'):
        pass


def test_who_was_killed_is_followed(other, tmp_path, capsys) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    with one_writer(tmp_path / 'w', 'training'):
        holder = json.loads((tmp_path / 'w/.training.lock').read_text())
        assert holder['process'] == os.getpid()
    assert f'process {other.pid} on {holder["host"]}' in capsys.readouterr().err


def test_what_was_not_there_is_not_there_afterwards(tmp_path, capsys) -> None:
    with one_writer(tmp_path / 'new', 'training'):
        assert (tmp_path / 'new').is_dir()
    assert not (tmp_path / 'new').exists()
    (tmp_path / 'old').mkdir()
    with one_writer(tmp_path / 'old', 'training'):
        (tmp_path / 'old/result').write_text('')
    assert [path.name for path in (tmp_path / 'old').iterdir()] == ['result']
    assert capsys.readouterr().err == ''


def test_a_child_that_inherits_it_holds_it(tmp_path, quick) -> None:
    with one_writer(tmp_path, 'folds') as lock:
        child = subprocess.Popen(['sleep', '100'], pass_fds=[lock])
        # As where the parent is killed: neither unlocked nor removed.
        copy = os.dup(lock)
        fcntl.flock(copy, fcntl.LOCK_EX)
        other_file = os.open(tmp_path / '.folds.lock', os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child.kill()
        child.wait()
        os.close(copy)
        os.close(other_file)


def test_a_silent_holder_elsewhere_is_dead(tmp_path, quick, capsys) -> None:
    leave(tmp_path / 'w')
    with one_writer(tmp_path / 'w', 'training'):
        pass
    assert 'process 7 on elsewhere, begun yesterday, died' in capsys.readouterr().err


def test_a_holder_elsewhere_that_shows_life_is_left_alone(tmp_path, quick, monkeypatch) -> None:
    path = leave(tmp_path / 'w')
    times = iter(range(100))
    monkeypatch.setattr(quick.time, 'sleep', lambda seconds: os.utime(path, (next(times),) * 2))
    with (
        pytest.raises(UserError, match='process 7 on elsewhere'),
        one_writer(path.parent, 'training'),
    ):
        pass
    assert json.loads(path.read_text())['process'] == 7


def test_signs_of_life_are_shown(tmp_path, quick) -> None:
    with one_writer(tmp_path, 'training'):
        path = tmp_path / '.training.lock'
        os.utime(path, (0, 0))
        for _ in range(100):
            if path.stat().st_mtime > 0:
                break
            quick.time.sleep(0.05)
        assert path.stat().st_mtime > 0


@pytest.mark.parametrize('alive', [True, False])
def test_a_disk_without_locks_goes_by_the_name(tmp_path, quick, monkeypatch, alive) -> None:
    def without_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, 'No locks available')

    monkeypatch.setattr(quick.fcntl, 'flock', without_locks)
    host = quick.socket.gethostname()
    path = leave(tmp_path / 'w', host=host, process=os.getpid() if alive else 2**22 + 1)
    times = iter(range(100))
    monkeypatch.setattr(quick.time, 'sleep', lambda seconds: os.utime(path, (next(times),) * 2))
    if alive:
        with pytest.raises(UserError, match='is writing'), one_writer(path.parent, 'training'):
            pass
    else:
        with one_writer(path.parent, 'training'):
            pass


@pytest.mark.parametrize('text', ['', 'half of {', '[]', '{"host": 1}'])
def test_a_lock_that_names_nobody_is_free(tmp_path, text) -> None:
    (tmp_path / '.training.lock').write_text(text)
    with one_writer(tmp_path, 'training', patience=0):
        pass


def test_a_folder_that_cannot_be(tmp_path) -> None:
    (tmp_path / 'file').write_text('mine')
    with (
        pytest.raises(UserError, match='file: is no folder'),
        one_writer(tmp_path / 'file', 'training'),
    ):
        pass
