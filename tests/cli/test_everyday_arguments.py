"""Options of every day, as they are typed."""

import pytest

from plugins import cli


def test_a_training_takes_them() -> None:
    typed = '--input-size 640 --batch-size 2 --workers 0 --epochs 3 --lr 1e-4 --decode thresh=0.1'
    args = cli.train_parser().parse_args(['x.py', *typed.split()])
    given = (args.input_size, args.batch_size, args.workers, args.epochs, args.lr, args.decode)
    assert given == (640, 2, 0, 3, 1e-4, 'thresh=0.1')


def test_a_test_has_a_batch_of_its_own() -> None:
    args = cli.parse_test(['x.py', 'x.pth', '--batch-size', '2', '--ann', 'a.json'])
    assert (args.test_batch_size, args.ann) == (2, 'a.json')
    assert 'batch_size' not in vars(args)


@pytest.mark.parametrize(
    ('option', 'value'),
    [
        ('--input-size', '31'),
        ('--input-size', '640.0'),
        ('--batch-size', '0'),
        ('--workers', '-1'),
        ('--epochs', '0'),
        ('--epochs', '2.5'),
        ('--lr', '0'),
        ('--lr', '-1e-3'),
        ('--lr', 'nan'),
        ('--lr', 'inf'),
        ('--lr', 'small'),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(option, value, capsys) -> None:
    with pytest.raises(SystemExit, match='2'):
        cli.train_parser().parse_args(['x.py', f'{option}={value}'])
    assert f'{option}: {value!r} is no ' in capsys.readouterr().err.splitlines()[-1]
