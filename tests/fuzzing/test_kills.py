"""Tools killed at random moments and started again: the files at the end are the same."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from tiny_receipts import make_data_root
from tiny_training import CONFIG, TINY
from tool_runner import start_tool

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
KILLS = 4
# The tools end by themselves on these two, in an order of their own.
STOPPED = (130, 143, -signal.SIGTERM, -signal.SIGINT, -signal.SIGKILL, 0)

Command = Callable[[Path], Sequence[object]]


@pytest.fixture(scope='module')
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data, a detector trained on them and its maps of the validation pages."""
    root = tmp_path_factory.mktemp('trained')
    make_data_root(root / 'data')
    end(['train.py', *training(root, root / 'run')])
    end(['test.py', *maps(root, root / 'maps')])
    return root


def end(command: Sequence[object]) -> None:
    process = start_tool(*command)
    out, errors = process.communicate()
    assert process.returncode == 0, out + errors


def training(root: Path, out: Path) -> list[object]:
    tiny = [*TINY, 'train_cfg.max_epochs=3', 'param_scheduler.T_max=3']
    data = ['--data-root', root / 'data', '--work-dir', out]
    return [CONFIG, *data, '--resume', 'auto', '--cfg-options', *tiny]


def maps(root: Path, out: Path) -> list[object]:
    places = ['--work-dir', out.parent / f'{out.name}_log', '--out', out.parent / f'{out.name}_out']
    data = ['--data-root', root / 'data', '--split', 'val', '--dump-maps', out, '--allow-seen']
    return [CONFIG, root / 'run', *data, *places, '--force', '--cfg-options', *TINY]


def tuning(root: Path, out: Path) -> list[object]:
    ann = root / 'data/folds/fold0_val.json'
    return ['--maps', root / 'maps', '--ann', ann, '--out', out, '--jobs', 1, '--force']


def prediction(root: Path, out: Path) -> list[object]:
    checkpoint = ['--checkpoint', root / 'run/epoch_3.pth']
    return [root / 'data/images/train', *checkpoint, '--out', out, '--force', '--device', 'cpu']


def weights(folder: Path) -> dict[str, str]:
    """Return a digest of the weights, as a checkpoint holds the time as well."""
    content = torch.load(folder / 'epoch_3.pth', weights_only=False)
    values = content['state_dict'].values()
    return {'weights': sha256(b''.join(v.numpy().tobytes() for v in values)).hexdigest()}


def files(*patterns: str) -> Callable[[Path], dict[str, str]]:
    """Return what gives a digest of the files in a folder that fit one of the patterns."""

    def digests(folder: Path) -> dict[str, str]:
        found = sorted(path for pattern in patterns for path in folder.glob(pattern))
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}

    return digests


TOOLS = {
    'training': ('train.py', training, weights),
    'maps': ('test.py', maps, files('*.png', 'maps.json')),
    'tuning': ('tune_decoding.py', tuning, files('table.csv', 'decoding.json')),
    'prediction': ('predict.py', prediction, files('*.json', '*.csv', 'overlays/*')),
}


@pytest.mark.slow
@pytest.mark.parametrize('kind', TOOLS)
def test_killed_at_random_moments(kind: str, trained: Path, tmp_path: Path) -> None:
    tool, arguments, products = TOOLS[kind]
    seed = int.from_bytes(os.urandom(4))
    print(f'seed {seed}')  # shown when the test fails
    draw = random.Random(seed)
    started = time.monotonic()
    end([tool, *arguments(trained, tmp_path / 'calm')])
    seconds = time.monotonic() - started
    expected = products(tmp_path / 'calm')
    assert expected
    for _ in range(KILLS):
        process = start_tool(tool, *arguments(trained, tmp_path / 'killed'))
        try:
            process.wait(draw.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(draw.choice(SIGNALS))
        out, errors = process.communicate()
        assert process.returncode in STOPPED, out + errors
        assert 'Traceback' not in errors
    end([tool, *arguments(trained, tmp_path / 'killed')])
    assert products(tmp_path / 'killed') == expected
    left = [path.name for path in (tmp_path / 'killed').rglob('.tmp-*')]
    assert len(left) <= 2 * KILLS
