"""The command lines of a training and a test."""

import pytest

from plugins import cli
from plugins.functional.augment import FLIPS


def test_a_config_is_all_that_a_training_needs() -> None:
    args = cli.train_parser().parse_args(['x.py'])
    assert (args.config, args.resume, args.launcher) == ('x.py', None, 'none')
    assert cli.train_parser().parse_args(['x.py', '--resume']).resume == 'auto'


@pytest.mark.parametrize('args', [[], ['x.py', '--fold', 'one'], ['x.py', '--nonsense']])
def test_usage_errors(args, capsys) -> None:
    with pytest.raises(SystemExit, match='2'):
        cli.train_parser().parse_args(args)
    assert 'error: ' in capsys.readouterr().err


def test_all_mirror_images_may_be_named() -> None:
    args = cli.parse_test(['x.py', 'x.pth', '--tta-flips', *FLIPS])
    assert tuple(args.tta_flips) == FLIPS


@pytest.mark.parametrize(
    ('typed', 'config'),
    [
        ('x.pth', None),
        ('x.py x.pth', 'x.py'),
        ('x.pth x.py', 'x.py'),
        ('x.py --fold 1 x.pth', 'x.py'),
        ('--cfg-options a=1 -- x.py x.pth', 'x.py'),
        ('x.py --cfg-options a=1 --fold=1 -- x.pth', 'x.py'),
    ],
)
def test_the_config_of_a_test_may_be_left_out(typed, config) -> None:
    args = cli.parse_test(typed.split())
    assert (args.config, args.checkpoint) == (config, 'x.pth')


def test_a_config_alone_is_what_it_starts_from() -> None:
    args = cli.parse_test(['x.py', '--fold', '1'])
    assert (args.config, args.checkpoint) == ('x.py', None)


@pytest.mark.parametrize('typed', ['', 'x.pth y.pth', 'x.py y.py x.pth'])
def test_a_test_is_of_one_detector(typed, capsys) -> None:
    with pytest.raises(SystemExit, match='2'):
        cli.parse_test(typed.split())
    assert 'error: ' in capsys.readouterr().err
