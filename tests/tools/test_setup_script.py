"""tools/setup.sh with a Python that only pretends: no network, nothing is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMPLETE = '.venv/.mmreceipt-complete'
BUILDING = '.venv/.mmreceipt-building'

# Answers like Python, notes each installation, and fails where FAIL tells it to.
FAKE_PYTHON = f"""#!/usr/bin/env bash
case "$*" in
    *base_prefix*) echo "${{FAKE_VERSION:-3.12.1}} /fake" ;;
    *_base_executable*) echo "$FAKE_BASE" ;;
    *ensurepip*) [[ "${{FAIL:-}}" != ensurepip ]] ;;
    "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && cp "$0" "$3/bin/python3" ;;
    *"-m pip install"*)
        echo "Collecting torch==2.13.0"
        echo "$*" >>"$PIP_CALLS"
        [[ -z "${{PIP_SAYS:-}}" ]] || {{ echo "$PIP_SAYS"; exit 1; }} ;;
    *plugins.register*)
        [[ "${{FAIL:-}}" != import ]] || {{ echo "ImportError: no mmocr"; exit 1; }} ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


class Sandbox:
    """A repository of its own whose only Python is the fake one."""

    def __init__(self, folder: Path, repo: Path) -> None:
        self.root = folder / 'a folder'
        self.bin = folder / 'bin'
        self.calls = folder / 'pip.txt'
        (self.root / 'tools').mkdir(parents=True)
        self.bin.mkdir()
        for name in ('tools/setup.sh', 'tools/steps.sh'):
            shutil.copy(repo / name, self.root / name)
        for name in ('requirements.txt', 'requirements-openmmlab.txt'):
            (self.root / name).write_text('torch==2.13.0\n')
        self.fake('python3')

    def fake(self, name: str, text: str = FAKE_PYTHON) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ['bash', str(self.root / 'tools/setup.sh'), *args],
            capture_output=True,
            text=True,
            check=False,
            cwd='/',
            env={
                'PATH': f'{self.bin}:/usr/bin:/bin',
                'HOME': os.environ.get('HOME', '/'),
                'PIP_CALLS': str(self.calls),
                'FAKE_BASE': str(self.bin / 'python3'),
                **environment,
            },
        )

    def installs(self) -> int:
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    def has(self, name: str) -> bool:
        return (self.root / name).exists()


@pytest.fixture
def sandbox(tmp_path: Path, repo_root: Path) -> Sandbox:
    return Sandbox(tmp_path, repo_root)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    (line,) = done.stderr.strip().splitlines()
    assert done.returncode != 0
    assert line.startswith('error: ')
    return line


def test_both_lists_are_installed_once(sandbox: Sandbox) -> None:
    done = sandbox.run()
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines()[-1].endswith('the environment is complete: .venv')
    plain, no_deps = sandbox.calls.read_text().splitlines()
    assert plain.endswith(f'-r {sandbox.root}/requirements.txt') and '--no-deps' not in plain
    assert no_deps.endswith(f'--no-deps -r {sandbox.root}/requirements-openmmlab.txt')
    assert sandbox.has(COMPLETE) and not sandbox.has(BUILDING)
    again = sandbox.run()
    assert (again.returncode, again.stdout, again.stderr) == (0, '', '')
    assert sandbox.installs() == 2


def test_a_changed_list_is_installed_into_the_same_environment(sandbox: Sandbox) -> None:
    sandbox.run()
    (sandbox.root / '.venv/mine').touch()
    (sandbox.root / 'requirements-openmmlab.txt').write_text('mmocr==1.0.1\n')
    assert 'bringing .venv up to date' in sandbox.run().stdout
    assert sandbox.installs() == 4 and sandbox.has('.venv/mine')


@pytest.mark.parametrize(
    ('args', 'environment'),
    [
        pytest.param([], {'PYTHON': 'python3.13', 'FAKE_VERSION': '3.13.0'}, id='other Python'),
        pytest.param(['--fresh'], {}, id='asked for'),
    ],
)
def test_the_environment_is_made_anew(sandbox: Sandbox, args, environment) -> None:
    sandbox.run()
    (sandbox.root / '.venv/old').touch()
    # The old environment keeps its version, whatever the new interpreter's is.
    fixed = FAKE_PYTHON.replace('${FAKE_VERSION:-3.12.1}', '3.12.1')
    (sandbox.root / '.venv/bin/python').write_text(fixed)
    sandbox.fake('python3.13')
    assert sandbox.run(*args, **environment).returncode == 0
    assert sandbox.installs() == 4 and not sandbox.has('.venv/old')


def test_an_activated_environment_can_be_made_anew(sandbox: Sandbox) -> None:
    sandbox.run()
    active = f'{sandbox.root}/.venv/bin:/usr/bin:/bin'
    assert sandbox.run('--fresh', PATH=active).returncode == 0
    assert sandbox.installs() == 4 and sandbox.has(COMPLETE)


@pytest.mark.parametrize(
    ('said', 'told'),
    [
        pytest.param(
            'OSError: [Errno 28] No space left on device', 'the disk is full', id='disk full'
        ),
        pytest.param(
            'WARNING: Retrying after NewConnectionError: Temporary failure in name resolution\n'
            'ERROR: Could not find a version that satisfies torch (from versions: none)\n'
            'ERROR: No matching distribution found for torch',
            'the package index cannot be reached',
            id='no network',
        ),
        pytest.param(
            'ERROR: Could not find a version that satisfies torch (from versions: 1.0, 2.0)\n'
            'ERROR: No matching distribution found for torch==2.13.0',
            'the package index has no torch==2.13.0 for this Python',
            id='not there',
        ),
        pytest.param('ERROR: wheel is invalid', 'pip failed: ERROR: wheel is invalid', id='other'),
        pytest.param('Killed', 'pip failed: Killed', id='no word of error'),
    ],
)
def test_a_failed_installation_names_its_cause_and_does_not_count(
    sandbox: Sandbox, said: str, told: str
) -> None:
    line = one_line(sandbox.run(PIP_SAYS=said))
    assert told in line and f'{sandbox.root}/work_dirs/setup.log' in line
    assert not sandbox.has(COMPLETE)
    (sandbox.root / '.venv/torn').touch()
    assert sandbox.run().returncode == 0
    assert not sandbox.has('.venv/torn') and sandbox.has(COMPLETE)


def test_an_installation_that_does_not_import_does_not_count(sandbox: Sandbox) -> None:
    line = one_line(sandbox.run(FAIL='import'))
    assert 'ImportError: no mmocr' in line and '--fresh' in line
    assert not sandbox.has(COMPLETE)


@pytest.mark.parametrize('version', ['2.7.18', '3.10.13', '3.15.0'])
def test_a_wrong_python_is_refused(sandbox: Sandbox, version: str) -> None:
    line = one_line(sandbox.run(FAKE_VERSION=version))
    assert f'python3 is Python {version}, but 3.11 to 3.14 is needed' in line
    assert not sandbox.has('.venv')


def test_the_remedy_names_a_python_that_works(sandbox: Sandbox) -> None:
    sandbox.fake('python3.12', '#!/bin/sh\nexit 127\n')
    sandbox.fake('python3.11', FAKE_PYTHON)
    line = one_line(sandbox.run(PYTHON='no-such-python'))
    assert line == (
        'error: no-such-python: no such Python, or it does not start; '
        'run: PYTHON=python3.11 bash tools/setup.sh'
    )


def test_a_python_without_venv_is_refused(sandbox: Sandbox) -> None:
    line = one_line(sandbox.run(FAIL='ensurepip'))
    assert 'no venv and ensurepip' in line and 'python3.12-venv' in line
    assert not sandbox.has('.venv')


def test_a_full_disk_is_told_before_anything_is_made(sandbox: Sandbox) -> None:
    sandbox.fake('df', '#!/bin/sh\necho Filesystem\necho "/dev/x 9 9 1048576 1% /"\n')
    line = one_line(sandbox.run())
    assert '1024 MB are free' in line and '3 GB are needed' in line
    assert not sandbox.has('.venv')


def test_arguments(sandbox: Sandbox) -> None:
    wrong = sandbox.run('--fersh')
    assert wrong.returncode == 2 and '--fersh' in one_line(wrong)
    shown = sandbox.run('--help')
    assert shown.returncode == 0 and 'PYTHON=python3.12 bash tools/setup.sh' in shown.stdout
    assert 'set -euo' not in shown.stdout and not sandbox.has('.venv')
