"""Logs of trainings, put together and placed on the axis of epochs."""

import json
from pathlib import Path

import pytest

from plugins.functional.errors import UserError
from plugins.functional.training import epoch_positions, read_run, read_scalars, short_names


def train(step: int, epoch: int, **values: float) -> dict:
    return {'loss': 1.0, 'epoch': epoch, 'iter': step, 'step': step, **values}


def val(epoch: int, hmean: float) -> dict:
    return {'val/hmean': hmean, 'step': epoch}


def write(folder: Path, *records: dict, tail: str = '') -> Path:
    path = folder / 'vis_data/scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text(''.join(json.dumps(record) + '\n' for record in records) + tail)
    return path


@pytest.mark.parametrize(
    ('records', 'positions'),
    [
        # 50 iterations an epoch, the last 10 of which are not logged.
        ([(20, 1), (40, 1), (70, 2), (90, 2)], [20 / 50, 40 / 50, 1 + 20 / 50, 1 + 40 / 50]),
        # Short epochs are logged once, at their end.
        ([(3, 1), (6, 2), (9, 3)], [1, 2, 3]),
        ([(20, 1)], [1]),
        ([], []),
    ],
    ids=['rest not logged', 'one record an epoch', 'one record', 'none'],
)
def test_epoch_positions(records, positions) -> None:
    assert epoch_positions([train(*record) for record in records]) == pytest.approx(positions)


def test_a_resumed_run_is_put_together(tmp_path) -> None:
    write(tmp_path / '20260101_000000', train(2, 1), val(1, 0.5), train(4, 2, loss=9.0))
    write(tmp_path / '20260102_000000', train(4, 2, loss=2.0), val(2, 0.7), val(3, 0.7))
    run = read_run(tmp_path, 'a')
    assert run.series('loss')[1].tolist() == [1, 2]
    assert run.series('val/hmean')[1].tolist() == [0.5, 0.7, 0.7]
    assert run.best()['step'] == 2  # the first of equal ones


def test_stages_are_where_the_size_changes(tmp_path) -> None:
    sizes = [640, 640, 960]
    write(tmp_path, *(train(e, e, input_size=s) for e, s in enumerate(sizes, 1)))
    assert read_run(tmp_path, 'a').sizes == ((0, 640), (2, 960))


def test_a_last_line_cut_short_is_left_out(tmp_path) -> None:
    assert read_scalars(write(tmp_path, train(1, 1), tail='{"loss": 0.')) == [train(1, 1)]


@pytest.mark.parametrize('text', ['[1]\n{}\n', 'hello\n', '{"a": 1}\n', '{\n"step": 1}\n'])
def test_foreign_files(tmp_path, text) -> None:
    (tmp_path / 'scalars.json').write_text(text)
    with pytest.raises(UserError, match=r'scalars\.json: line 1 '):
        read_run(tmp_path, 'a')


def test_nothing_logged(tmp_path) -> None:
    (tmp_path / 'scalars.json').write_text('')
    with pytest.raises(UserError, match=f'{tmp_path.name}: '):
        read_run(tmp_path, 'a')


def test_short_names() -> None:
    assert short_names(['net_fold0', 'net_fold1']) == ('net', ['fold0', 'fold1'])
    assert short_names(['net']) == ('', ['net'])
    assert short_names(['a', 'b']) == ('', ['a', 'b'])
