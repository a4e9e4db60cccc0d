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
    args = cli.test_parser().parse_args(['x.py', 'x.pth', '--tta-flips', *FLIPS])
    assert tuple(args.tta_flips) == FLIPS
