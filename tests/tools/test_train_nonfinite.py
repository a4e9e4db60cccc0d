"""tools/train.py on a page whose targets turn NaN: one line, status 2, sound checkpoints."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmcv.transforms import BaseTransform
from mmengine.runner import Runner
from mmocr.registry import TRANSFORMS
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.hooks.nonfinite_loss import RESCUED


@TRANSFORMS.register_module(force=True)
class PoisonPage(BaseTransform):
    """Spoil the targets of b.png, from a given time on that it is loaded."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.loaded = 0

    def transform(self, results: dict) -> dict:
        if results['img_path'].endswith('b.png'):
            self.loaded += 1
            if self.loaded > self.after:
                results['gt_maps'][0, :4] = np.nan
        return results


def write_config(path: Path, after: int) -> Path:
    lines = (
        f'_base_ = {str(CONFIG)!r}',
        'steps = [*_base_.train_pipeline]',
        f"steps.insert(-1, dict(type='PoisonPage', after={after}))",
        'train_dataloader = dict(dataset=dict(pipeline=steps))',
    )
    path.write_text('\n'.join(lines) + '\n')
    return path


@pytest.fixture
def train(monkeypatch, data_root, tmp_path):
    """Return a function that trains three epochs, poisoned after b.png was loaded some times."""
    # The list of compilers and libraries takes a second to collect.
    monkeypatch.setattr(Runner, '_log_env', lambda *args: None)

    def run(after: int, *args: object) -> int:
        config = write_config(tmp_path / 'poisoned.py', after)
        args = (config, '--data-root', data_root, '--work-dir', tmp_path / 'work', *args)
        options = [*TINY, 'train_dataloader.batch_size=1', 'train_cfg.max_epochs=3']
        return run_fresh(monkeypatch, 'train.py', *args, '--cfg-options', *options)

    return run


def assert_kept(folder: Path, *names: str) -> None:
    assert sorted(path.name for path in folder.glob('*.pth')) == sorted(names)
    for name in names:
        weights = torch.load(folder / name, weights_only=False)['state_dict']
        assert all(value.isfinite().all() for value in weights.values())


def test_a_poisoned_page(train, capsys, tmp_path) -> None:
    errors = (train(1), capsys.readouterr().err)
    place = 'in epoch 2, iteration '
    assert_one_line_error(*errors, 'loss_prob is nan', place, 'on b.png;', 'optimizer.lr', RESCUED)
    assert 'a.png' not in errors[1]
    assert_kept(tmp_path / 'work', RESCUED, 'best_val_hmean_epoch_1.pth', 'epoch_1.pth')
    # The page mended, what was kept is where it goes on.
    assert train(99, '--resume', tmp_path / 'work' / RESCUED) == 0
    assert torch.load(tmp_path / 'work/epoch_3.pth', weights_only=False)['meta']['epoch'] == 3
    assert (tmp_path / 'work/best_val_hmean_epoch_1.pth').is_file()
