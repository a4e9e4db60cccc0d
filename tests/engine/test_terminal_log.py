"""What of a log reaches the terminal."""

import logging

import pytest
from mmengine.logging import MMLogger

from plugins.cli import TERMINAL
from plugins.engine.terminal_log import keep_off_terminal, tell


@pytest.fixture
def say_all(monkeypatch, tmp_path):
    """Return a function that logs for users and for others, and returns the logger."""
    monkeypatch.setattr(MMLogger, '_instance_dict', type(MMLogger._instance_dict)())

    def say(level: int = logging.INFO) -> MMLogger:
        logger = MMLogger.get_instance('run', log_file=str(tmp_path / 'log'))
        logger.handlers[0].setLevel(level)
        keep_off_terminal(logger)
        logger.info('a report of versions')
        tell('8 pages')
        logger.warning('the seed differs')
        logger.warning('"FileClient" will be deprecated in future. Please use something else')
        return logger

    return say


def test_the_user_sees_what_is_told_and_warnings(say_all, tmp_path, capsys) -> None:
    say_all()
    assert capsys.readouterr() == ('8 pages\nwarning: the seed differs\n', '')
    log = (tmp_path / 'log').read_text()
    assert [line.rpartition(' - ')[2] for line in log.splitlines()[:3]] == [
        'a report of versions',
        '8 pages',
        'the seed differs',
    ]
    assert 'FileClient' in log


def test_the_user_sees_everything_if_asked_for(say_all, capsys, monkeypatch) -> None:
    monkeypatch.setattr(TERMINAL, 'verbose', True)
    say_all()
    shown = capsys.readouterr().out
    assert all(text in shown for text in ('a report of versions', '8 pages', 'FileClient'))


def test_processes_but_the_first_say_errors_alone(say_all, capsys) -> None:
    # MMLogger's level where the rank is not 0.
    logger = say_all(logging.ERROR)
    assert capsys.readouterr().out == ''
    logger.error('broken')
    assert capsys.readouterr().out == 'error: broken\n'
