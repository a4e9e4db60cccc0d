"""Jobs on devices: one a device, none left behind, a failure does not stop the others."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tool_runner import wait_for

from plugins.engine.parallel_jobs import Job, Step, run_jobs, unless_made, visible_devices
from plugins.functional.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


def step(folder: Path, name: str, code: str) -> Step:
    return Step((sys.executable, '-S', '-c', code), folder / f'{name}.log')


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch) -> None:
    monkeypatch.setenv('CUDA_VISIBLE_DEVICES', '')


@pytest.mark.parametrize(
    ('named', 'devices'),
    [
        pytest.param('0,1', ['0', '1'], id='two'),
        pytest.param('GPU-a, GPU-b', ['GPU-a', 'GPU-b'], id='by UUID'),
        pytest.param('', [], id='hidden'),
        pytest.param('2,-1,3', ['2'], id='none after an invalid one'),
        pytest.param(None, ['0', '1', '2'], id='not named: all'),
    ],
)
def test_visible_devices(monkeypatch, named, devices) -> None:
    monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
    if named is not None:
        monkeypatch.setenv('CUDA_VISIBLE_DEVICES', named)
    monkeypatch.setattr('torch.cuda.device_count', lambda: 3)
    assert visible_devices() == devices


def test_one_job_a_device_at_a_time(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv('CUDA_VISIBLE_DEVICES', '0,1')
    # A job that met another one on its device would fail to make the folder.
    code = (
        f"import os, time; d = {str(tmp_path)!r} + '/gpu' + os.environ['CUDA_VISIBLE_DEVICES'];"
        'os.mkdir(d); time.sleep(0.2); os.rmdir(d); print(d[-1])'
    )
    jobs = [Job(f'fold {k}', iter([step(tmp_path, f'{k}', code)])) for k in range(5)]
    seen = []
    assert run_jobs(jobs, seen.append) == []
    assert {'fold 0': '0', 'fold 1': '1'} in seen
    logs = [(tmp_path / f'{k}.log').read_text().strip() for k in range(5)]
    assert set(logs) == {'0', '1'}


def test_what_is_looked_at_is_not_shown(tmp_path, monkeypatch, capfd) -> None:
    monkeypatch.setenv('CUDA_VISIBLE_DEVICES', '')
    seen = []
    for look in (seen.append, None):
        job = Job('fold 0', iter([step(tmp_path, 'a', 'print("epoch 1")')]))
        assert run_jobs([job], look) == []
    assert {'fold 0': None} in seen
    assert capfd.readouterr().out == 'epoch 1\n'


def test_a_failing_job_does_not_stop_the_others(tmp_path) -> None:
    bad = step(tmp_path, 'bad', "import sys; sys.exit('error: no such weights')")
    never = step(tmp_path, 'never', '')
    good = step(tmp_path, 'good', "print('done')")

    def refused():
        yield good
        raise UserError('no best checkpoint')

    jobs = [Job('a', iter([bad, never])), Job('b', refused()), Job('c', iter([good]))]
    failures = run_jobs(jobs)
    assert [(f.job, f.reason) for f in failures] == [
        ('a', f'no such weights (its output: {bad.log})'),
        ('b', 'no best checkpoint'),
    ]
    assert not never.log.exists()
    assert good.log.read_text() == 'done\n' * 2


def test_a_killed_job_says_so(tmp_path) -> None:
    code = 'import os; os.kill(os.getpid(), 9)'
    (failure,) = run_jobs([Job('a', iter([step(tmp_path, 'a', code)]))])
    assert 'signal 9' in failure.reason
    assert str(tmp_path / 'a.log') in failure.reason


def test_the_output_of_jobs_one_after_the_other_is_shown(tmp_path, capsys) -> None:
    jobs = [Job(name, iter([step(tmp_path, 'x', f"print('{name}')")])) for name in 'ab']
    assert run_jobs(jobs) == []
    assert capsys.readouterr().out == 'a\nb\n'
    assert (tmp_path / 'x.log').read_text() == 'a\nb\n'


def test_a_step_is_skipped_where_its_products_were_made_of_the_same(tmp_path) -> None:
    note = tmp_path / 'note.json'

    def steps(made_of: dict, is_there: bool = True) -> list:
        return list(unless_made('step', note, made_of, is_there))

    assert steps({'weights': 1}) == ['step']
    assert steps({'weights': 1}) == []
    assert steps({'weights': 1}, is_there=False) == ['step']
    assert steps({'weights': 2}) == ['step']
    # A step that fails is the last that is asked for.
    next(unless_made('step', note, {'weights': 3}, True))
    assert steps({'weights': 2}) == ['step']


@pytest.mark.parametrize('sent', [signal.SIGINT, signal.SIGKILL], ids=['Ctrl-C', 'kill -9'])
def test_no_process_outlives_its_caller(tmp_path, sent) -> None:
    child = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'
    caller = (
        f'import signal, sys; sys.path.insert(0, {str(ROOT)!r})\n'
        # A shell that started the tests in the background has it ignored.
        'signal.signal(signal.SIGINT, signal.default_int_handler)\n'
        'from pathlib import Path; from plugins.engine.parallel_jobs import *\n'
        f'step = Step((sys.executable, "-S", "-c", {child!r}), Path({str(tmp_path)!r}, "log"))\n'
        'run_jobs([Job("a", iter([step]))])\n'
    )
    process = subprocess.Popen([sys.executable, '-c', caller], stderr=subprocess.DEVNULL)
    log = tmp_path / 'log'
    assert wait_for(lambda: log.is_file() and log.read_text().endswith('\n'))
    process.send_signal(sent)
    process.wait(20)
    pid = int(log.read_text())
    assert wait_for(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Where nobody collects orphans they stay listed, dead.
    stat = Path(f'/proc/{pid}/stat')
    return not (stat.is_file() and stat.read_text().rpartition(')')[2].split()[0] == 'Z')
