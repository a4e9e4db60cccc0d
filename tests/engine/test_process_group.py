"""Several processes: the score of one, each page in one of them, and files written once."""

import os
import socket
from pathlib import Path

import pytest
from mmengine.config import Config
from processes import TRAIN_PAGES, VAL_PAGES, free_port, make_data, train_together

from plugins.engine import process_group
from plugins.functional.errors import UserError

SCONTROL = """#!/bin/sh
[ "$*" = "show hostnames node[3-4]" ] && printf '127.0.0.1\\n127.0.0.2\\n'
"""


@pytest.fixture(scope='module')
def data_root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp('receipts')
    make_data(root)
    return root


@pytest.fixture(scope='module')
def alone(tmp_path_factory, data_root) -> dict:
    """What a training in one process saw."""
    (seen,) = train_together(tmp_path_factory.mktemp('alone'), data_root, [{}], {})
    return seen


def torchrun_environments(tmp_path: Path) -> list[dict]:
    shared = dict(WORLD_SIZE='2', MASTER_ADDR='127.0.0.1', MASTER_PORT=free_port())
    return [dict(shared, RANK=rank, LOCAL_RANK=rank) for rank in '01']


def slurm_environments(tmp_path: Path) -> list[dict]:
    scontrol = tmp_path / 'bin/scontrol'
    scontrol.parent.mkdir()
    scontrol.write_text(SCONTROL)
    scontrol.chmod(0o755)
    shared = dict(SLURM_NTASKS='2', SLURM_NODELIST='node[3-4]', MASTER_PORT=free_port())
    shared['PATH'] = f'{scontrol.parent}{os.pathsep}{os.environ["PATH"]}'
    return [dict(shared, SLURM_PROCID=rank, SLURM_LOCALID=rank) for rank in '01']


@pytest.mark.parametrize(
    ('launcher', 'environments'),
    [('pytorch', torchrun_environments), ('slurm', slurm_environments)],
    ids=['torchrun', 'slurm'],
)
def test_two_processes(launcher, environments, data_root, alone, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = train_together(
        tmp_path, data_root, environments(tmp_path), {'launcher': launcher}
    )
    # Five pages in two processes: none is left out, none counts twice, and the sum is the same.
    assert first['scores'] == second['scores'] == alone['scores']
    assert first['scores'][0]['val/num_pages'] == len(VAL_PAGES)
    assert 0 < first['scores'][0]['val/hmean'] < 1
    for epoch in (0, 1):
        halves = [
            [name for at, names in seen['pages'] if at == epoch for name in names]
            for seen in (first, second)
        ]
        assert sorted(halves[0] + halves[1]) == TRAIN_PAGES
        assert len(halves[0]) == len(halves[1]) == len(TRAIN_PAGES) / 2
    # Two epochs, each with the last checkpoint twice and a best one between.
    assert len(first['written']) == 6
    assert second['written'] == []
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith('.')} == set()


@pytest.mark.parametrize(
    ('launcher', 'environment', 'message'),
    [
        pytest.param('pytorch', {}, 'RANK is not set; start .* torchrun', id='no torchrun'),
        pytest.param('slurm', {}, 'SLURM_PROCID is not set; start .* srun', id='no srun'),
        pytest.param('mpi', {}, 'OMPI_COMM_WORLD_RANK is not set', id='no mpirun'),
        pytest.param('pytorch', {'RANK': 'x'}, "RANK is 'x', expected a number", id='no number'),
    ],
)
def test_a_launcher_that_did_not_start_the_process(
    launcher, environment, message, monkeypatch
) -> None:
    for name in ('RANK', 'SLURM_PROCID', 'OMPI_COMM_WORLD_RANK'):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=message):
        process_group.check_launcher(launcher)


@pytest.mark.parametrize(
    ('nodes', 'expected'),
    [
        pytest.param('gpu07', 'gpu07', id='one machine needs no scontrol'),
        pytest.param('node[3-4]', '127.0.0.1', id='the first of several'),
    ],
)
def test_the_machine_of_rank_0(nodes, expected, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv('PATH', slurm_environments(tmp_path)[0]['PATH'])
    assert process_group._first_node(nodes) == expected


@pytest.mark.parametrize('nodes', ['', 'node[3-4]', 'other[1-2]'])
def test_machines_that_cannot_be_looked_up(nodes, tmp_path, monkeypatch) -> None:
    path = slurm_environments(tmp_path)[0]['PATH'] if nodes == 'other[1-2]' else '/nowhere'
    monkeypatch.setenv('PATH', path)
    with pytest.raises(UserError, match='set MASTER_ADDR'):
        process_group._first_node(nodes)


def test_processes_that_cannot_meet_say_where(monkeypatch) -> None:
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        variables = dict(RANK='0', WORLD_SIZE='1', LOCAL_RANK='0', MASTER_ADDR='127.0.0.1')
        variables['MASTER_PORT'] = str(taken.getsockname()[1])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(UserError, match='port is in use'):
            process_group.join(Config(dict(launcher='pytorch')))


@pytest.mark.parametrize(
    ('launcher', 'local', 'count', 'device'),
    [
        pytest.param('pytorch', 1, 2, 1, id='one a process'),
        pytest.param('slurm', 3, 1, 0, id='each task is shown its own'),
        pytest.param('pytorch', 1, 1, None, id='more processes than GPUs'),
    ],
)
def test_every_process_takes_its_gpu(launcher, local, count, device, monkeypatch) -> None:
    taken = []
    monkeypatch.setenv('LOCAL_RANK', str(local))
    monkeypatch.setattr(process_group.torch.cuda, 'device_count', lambda: count)
    monkeypatch.setattr(process_group.torch.cuda, 'set_device', taken.append)
    if device is None:
        with pytest.raises(UserError, match=f'LOCAL_RANK is {local}, but {count} GPUs'):
            process_group._take_gpu(launcher)
    else:
        process_group._take_gpu(launcher)
        assert (taken, os.environ['LOCAL_RANK']) == ([device], str(device))


def test_a_rank_that_is_none_is_told_without_a_launcher(monkeypatch) -> None:
    monkeypatch.setenv('LOCAL_RANK', 'a')
    with pytest.raises(UserError, match="LOCAL_RANK is 'a'"):
        process_group.check_launcher('none')


@pytest.mark.parametrize(
    ('launcher', 'rank', 'expected'),
    [('none', '1', True), ('pytorch', '0', True), ('pytorch', '1', False)],
)
def test_who_is_the_first(monkeypatch, launcher, rank, expected) -> None:
    monkeypatch.setenv('RANK', rank)
    assert process_group.is_first(launcher) is expected
