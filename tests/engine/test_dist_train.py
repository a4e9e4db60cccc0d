"""How many processes train together, and where they meet."""

import socket

import pytest

from plugins.engine import dist_train
from plugins.functional.errors import UserError


def test_more_processes_than_gpus(monkeypatch) -> None:
    monkeypatch.setattr(dist_train.torch.cuda, 'device_count', lambda: 2)
    with pytest.raises(UserError, match='N is 3, but 2 GPUs are visible'):
        dist_train.check_count(3)


def test_without_a_gpu_there_may_be_any_number(monkeypatch) -> None:
    monkeypatch.setattr(dist_train.torch.cuda, 'device_count', lambda: 0)
    dist_train.check_count(2)


@pytest.mark.parametrize(
    ('variables', 'expected'),
    [
        pytest.param({}, ['--standalone'], id='a free port'),
        pytest.param(
            dict(NNODES='2', NODE_RANK='1', MASTER_ADDR='gpu01', PORT='29511'),
            [
                *('--nnodes', '2', '--node-rank', '1'),
                *('--master-addr', 'gpu01', '--master-port', '29511'),
            ],
            id='several machines',
        ),
        pytest.param(dict(PORT='x'), "PORT is 'x'", id='no port'),
        pytest.param(dict(PORT='70000'), "PORT is '70000'", id='beyond the last port'),
        pytest.param(dict(NNODES='2'), 'NODE_RANK is not set', id='which machine is this'),
    ],
)
def test_where_processes_meet(variables, expected, monkeypatch) -> None:
    for name in ('NNODES', 'NODE_RANK', 'MASTER_ADDR', 'PORT'):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if isinstance(expected, list):
        assert dist_train.meeting_place() == expected
    else:
        with pytest.raises(UserError, match=expected):
            dist_train.meeting_place()


def test_a_port_in_use(monkeypatch) -> None:
    with socket.socket() as taken:
        taken.bind(('', 0))
        taken.listen()
        monkeypatch.delenv('NNODES', raising=False)
        monkeypatch.setenv('PORT', str(taken.getsockname()[1]))
        with pytest.raises(UserError, match='already in use'):
            dist_train.meeting_place()
