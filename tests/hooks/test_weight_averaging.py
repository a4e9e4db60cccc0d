"""What is saved of averaged weights is what was validated, in every process."""

import pytest
import torch
from processes import free_port, make_data, train_together


@pytest.mark.parametrize('update_buffers', [False, True], ids=['latest', 'averaged'])
def test_saved_is_what_every_process_validated(tmp_path, update_buffers) -> None:
    make_data(tmp_path / 'data')
    shared = dict(WORLD_SIZE='2', MASTER_ADDR='127.0.0.1', MASTER_PORT=free_port())
    environments = [dict(shared, RANK=rank, LOCAL_RANK=rank) for rank in '01']
    average = dict(type='EMAHook', momentum=0.3, update_buffers=update_buffers)
    options = {
        'launcher': 'pytorch',
        'train_cfg.max_epochs': 1,
        'custom_hooks': [dict(type='Witness'), average],
    }
    first, second = train_together(tmp_path, tmp_path / 'data', environments, options)
    assert first['validated'] == second['validated']
    checkpoint = torch.load(tmp_path / 'work/epoch_1.pth', weights_only=False)
    saved = {name: each.tolist() for name, each in checkpoint['state_dict'].items()}
    assert saved == first['validated'][0]
    # The average lags behind what is trained on.
    trained = checkpoint['ema_state_dict']
    assert any(saved[name] != trained[f'module.{name}'].tolist() for name in saved)
