"""A detector that was trained on tiny receipts, once for each file of tests."""

from pathlib import Path

import pytest
import torch
from tiny_training import CONFIG, TINY, run_fresh


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory, data_root) -> Path:
    """The last checkpoint of one epoch."""
    work_dir = tmp_path_factory.mktemp('trained')
    with pytest.MonkeyPatch.context() as monkeypatch:
        args = (CONFIG, '--data-root', data_root, '--work-dir', work_dir, '--cfg-options', *TINY)
        assert run_fresh(monkeypatch, 'train.py', *args) == 0
    return work_dir / 'epoch_1.pth'


@pytest.fixture
def read_files(monkeypatch) -> list[str]:
    """Return a list that gets the name of each file that torch reads."""
    names, load = [], torch.load

    def noting(file, *args, **kwargs):
        names.append(Path(file).name)
        return load(file, *args, **kwargs)

    monkeypatch.setattr(torch, 'load', noting)
    return names
