"""When the maps of a member that is a checkpoint are made, and when again."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_receipts import draw_page, make_data_root

from plugins.engine import Job
from plugins.engine.parallel_jobs import Failure
from plugins.ensembles import member_maps
from plugins.ensembles.config import MemberPlan
from plugins.functional.decoding import DecodeParams
from plugins.functional.errors import UserError
from plugins.functional.maps import ProbMap, write_manifest, write_map

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'


def write_checkpoint(path: Path, weight: float) -> None:
    torch.save({'x': torch.tensor(weight)}, path)


@pytest.fixture
def member(tmp_path, monkeypatch) -> MemberPlan:
    monkeypatch.setenv('MMRECEIPT_DATA', str(make_data_root(tmp_path / 'data')))
    write_checkpoint(tmp_path / 'x.pth', 0)
    options = dict(config=str(CONFIG), test_options=['--tta'])
    return MemberPlan('m', 'checkpoint', str(tmp_path / 'x.pth'), options)


@pytest.fixture
def made(tmp_path, monkeypatch, member):
    """Return a function that makes the maps and gives the commands that this took."""

    def run_jobs(jobs: list[Job]) -> list[Failure]:
        for job in jobs:
            for step in job.steps:
                commands.append(list(step.command))
                folder = member_maps.map_folder(member, tmp_path)
                write_manifest(folder, ['s.png'], [], asdict(DecodeParams()), {})
                write_map(folder, 's.png', ProbMap.of(np.zeros((32, 32)), (32, 32), 8))
        return []

    def make(*options: str) -> list[list[str]]:
        commands.clear()
        member_maps.make_maps([member], tmp_path, options)
        return list(commands)

    commands: list[list[str]] = []
    monkeypatch.setattr(member_maps, 'run_jobs', run_jobs)
    return make


def test_maps_are_made_by_a_test_of_the_checkpoint(made, member, tmp_path) -> None:
    (command,) = made('--data-root=data', '--workers=0')
    assert 'plugins.engine.test_run' in command
    assert command[-3:] == ['--', str(CONFIG), member.path]
    options = ' '.join(command)
    assert f'--tta --data-root=data --workers=0 --dump-maps {tmp_path / "maps/m"}' in options
    assert made('--data-root=data', '--workers=2') == []
    (command,) = made('--data-root=data', '--input-size=320')
    assert '--input-size=320' in command


def other_weights(root: Path) -> None:
    write_checkpoint(root / 'x.pth', 1)


def other_image(root: Path) -> None:
    draw_page(root / 'data/images/test/s.png', ())


def other_list(root: Path) -> None:
    path = root / 'data/jsons/test.json'
    path.write_text(path.read_text() + '\n')


def lost_map(root: Path) -> None:
    (root / 'maps/m/s.png.png').unlink()


@pytest.mark.parametrize('change', [other_weights, other_image, other_list, lost_map])
def test_maps_are_made_again_when_what_they_follow_from_changes(made, tmp_path, change) -> None:
    (command,) = made()
    change(tmp_path)
    assert made() == [command]
    assert made() == []


def test_a_test_that_fails(member, tmp_path, monkeypatch) -> None:
    failures = [Failure('m', 'no such page (its output: m.log)')]
    monkeypatch.setattr(member_maps, 'run_jobs', lambda jobs: failures)
    with pytest.raises(UserError, match="member 'm': its maps were not made: no such page"):
        member_maps.make_maps([member], tmp_path)
