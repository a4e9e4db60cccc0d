"""What a user sees of a run, in a pipe and on a terminal."""

import contextlib
import os
import pty
import shlex
import sys
import threading

import pytest

from plugins.cli.terminal import WIDTH, Terminal, command_lines, folded, resuming_command, row


def run_a_while(terminal: Terminal) -> None:
    terminal.line('before')
    terminal.start('epoch 1/2', 3)
    for loss in (3, 2, 1):
        terminal.advance(f'loss {loss}')
        terminal.line('[meanwhile]')
    terminal.end()
    terminal.end()
    terminal.line('after')


LINES = ['before', *['[meanwhile]'] * 3, 'after']


def test_a_pipe_gets_the_lines_alone(capsys) -> None:
    run_a_while(Terminal())
    assert capsys.readouterr().out.splitlines() == LINES


@pytest.fixture
def on_a_terminal(monkeypatch):
    """Return a function that runs a terminal on standard output and returns all that it sent."""
    for name, value in (('TERM', 'xterm'), ('COLUMNS', '80'), ('LINES', '24')):
        monkeypatch.setenv(name, value)

    def show(terminal: Terminal) -> str:
        reader, writer = pty.openpty()
        sent = bytearray()

        def read() -> None:
            # At the end of a pseudo terminal Linux raises.
            with contextlib.suppress(OSError):
                while part := os.read(reader, 65536):
                    sent.extend(part)

        # A writer that nobody reads waits.
        reading = threading.Thread(target=read)
        reading.start()
        with monkeypatch.context() as patch, os.fdopen(writer, 'w') as stream:
            patch.setattr(sys, 'stdout', stream)
            run_a_while(terminal)
        reading.join(10)
        os.close(reader)
        return sent.decode()

    return show


def test_a_terminal_has_a_bar_that_leaves_nothing_behind(on_a_terminal) -> None:
    text = on_a_terminal(Terminal())
    assert 'epoch 1/2' in text and '3/3' in text and 'loss 1' in text
    # The cursor that was hidden is there again.
    assert 0 < text.rindex('\x1b[?25l') < text.rindex('\x1b[?25h')
    # What stands behind the last erasure of a line remains.
    remains = [line.rpartition('\x1b[2K')[2].strip('\r') for line in text.split('\n')]
    assert [line for line in remains if line in LINES] == LINES
    assert remains[-2:] == ['after', '']


def test_there_is_no_bar_beside_the_whole_log(on_a_terminal) -> None:
    terminal = Terminal()
    terminal.verbose = True
    assert on_a_terminal(terminal).split() == LINES


def test_lines_fit() -> None:
    path = f'/{"x" * 90}'
    text = f'  {"word " * 30}{path}'
    lines = folded(text).splitlines()
    assert all(len(line) <= WIDTH for line in lines if path not in line)
    assert lines[0].startswith('  word') and lines[1].startswith('    word')
    assert ' '.join(text.split()) == ' '.join(folded(text).split())
    assert folded('    1/3    7.156') == '    1/3    7.156'
    assert row('pages', 'many ' * 40).splitlines()[1].startswith(' ' * 11 + 'many')


def test_a_command_can_be_pasted() -> None:
    arguments = ['python', 'tools/test.py', "it's a.pth", *[f'--option-{n}={n}' for n in range(20)]]
    text = command_lines(arguments)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert all(line.endswith(' \\') for line in text.splitlines()[:-1])
    assert shlex.split(text.replace('\\\n', ' ')) == arguments


@pytest.mark.parametrize(
    ('typed', 'again'),
    [
        ('train.py a.py', '  train.py a.py --resume'),
        ('train.py a.py --resume x.pth', '  train.py a.py --resume x.pth'),
        ('train.py --resume=auto a.py', '  train.py --resume=auto a.py'),
        ('train.py --amp -- a.py', '  train.py --amp --resume -- a.py'),
    ],
)
def test_the_command_that_goes_on(typed, again) -> None:
    assert resuming_command(typed.split()) == again
