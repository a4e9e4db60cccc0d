"""Every tool's ``--help``: quick, 80 columns, an example that parses and a page that exists."""

import argparse
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tool_runner import TOOLS, call_tool, run_tool

ROOT = TOOLS.parent
PYTHON_TOOLS = sorted(
    str(path.relative_to(TOOLS)) for path in TOOLS.rglob('*.py') if path.name != '_start.py'
)
SHELL_TOOLS = sorted(path.name for path in TOOLS.glob('*.sh') if path.name != 'steps.sh')
# Those that are the face of a Python tool.
FACES = {'run_5fold.sh': 'run_5fold.py', 'dist_train.sh': 'dist_train.py'}


class ParsedError(Exception):
    """A tool has read its command line."""


@pytest.fixture
def helped(monkeypatch, capsys):
    """Return a function that gives what a Python tool prints for ``--help``."""
    monkeypatch.setenv('COLUMNS', '200')

    def print_help(tool: str) -> str:
        assert run_tool(monkeypatch, tool, '--help') == 0
        return capsys.readouterr().out

    return print_help


def only_parse(monkeypatch) -> None:
    """Let tools go no further than to parse their command lines."""
    for name in ('parse_args', 'parse_intermixed_args'):
        parse = getattr(argparse.ArgumentParser, name)

        def stop(parser, *given, parse=parse, **options):
            raise ParsedError(parse(parser, *given, **options))

        monkeypatch.setattr(argparse.ArgumentParser, name, stop)


def example_of(text: str) -> list[str]:
    found = re.search(r'\nexample:\n((?:  .*\n?)+)', text)
    assert found, text
    return shlex.split(found[1].replace('\\\n', ' '))


def assert_reads_well(text: str) -> None:
    assert not [line for line in text.splitlines() if len(line) > 80]
    (page,) = re.findall(r'^(?:.* )?(\S+\.md) says more\.$', text, re.MULTILINE)
    assert (ROOT / page).is_file()


@pytest.mark.parametrize('tool', PYTHON_TOOLS)
def test_help_has_an_example_that_parses(tool, helped, monkeypatch) -> None:
    text = helped(tool)
    assert_reads_well(text)
    program, path, *args = example_of(text)
    named = Path(path).relative_to('tools')
    assert (program, FACES.get(str(named), str(named))) in (('python', tool), ('bash', tool))
    only_parse(monkeypatch)
    with pytest.raises(ParsedError):
        run_tool(monkeypatch, tool, *args)
    for name in (arg for arg in args if arg.startswith('configs/')):
        assert (ROOT / name).is_file()


@pytest.mark.parametrize('tool', [tool for tool in SHELL_TOOLS if tool != 'run_5fold.sh'])
@pytest.mark.parametrize('args', [['-h'], ['--help']], ids=str)
def test_help_of_a_script_builds_nothing(tool, args, tmp_path) -> None:
    shutil.copytree(TOOLS, tmp_path / 'tools', ignore=shutil.ignore_patterns('__pycache__'))
    before = sorted(tmp_path.rglob('*'))
    command = ['bash', str(tmp_path / 'tools' / tool), *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert_reads_well(done.stdout)
    assert f'bash tools/{tool}' in done.stdout
    assert sorted(tmp_path.rglob('*')) == before


def test_help_is_found_anywhere_in_a_test_run(tmp_path) -> None:
    done = call_tool(tmp_path, 'run_tests.sh', '--all', '--help')
    assert (done.returncode, done.stderr) == (0, '')
    assert 'bash tools/run_tests.sh' in done.stdout


def test_help_of_the_folds_is_that_of_the_tool(tmp_path, helped) -> None:
    done = call_tool(tmp_path, 'run_5fold.sh', '--help')
    assert done.stdout.startswith('usage: run_5fold.sh')
    assert example_of(done.stdout) == example_of(helped('run_5fold.py'))


@pytest.mark.parametrize(
    ('tool', 'old', 'args'),
    [
        ('tune_decoding.py', '--jobs=3', '--maps m --ann a --out o'),
        ('evaluate.py', '--worst=3', '--predictions p --ann a'),
        ('dataset_converters/sroie.py', '--test=3', '--src s --out o'),
    ],
)
def test_old_names_are_understood_and_not_shown(tool, old, args, helped, monkeypatch) -> None:
    name = old.partition('=')[0]
    assert not re.search(rf'{name}(?![\w-])', helped(tool))
    only_parse(monkeypatch)
    with pytest.raises(ParsedError) as parsed:
        run_tool(monkeypatch, tool, *args.split(), old)
    assert 3 in vars(parsed.value.args[0]).values()
