"""Which settings a training may have changed since, and which it may not."""

import pytest
import torch

from plugins.engine.trained_settings import check_trained_alike, settings
from plugins.functional.errors import UserError


def test_settings_leave_out_how_data_is_fed() -> None:
    loader = {'num_workers': 4, 'dataset': {'fold': 1}}
    assert settings({'loader': loader, 'log': 1}, ['loader']) == {'loader.dataset.fold': '1'}


@pytest.fixture
def trained(parse, tmp_path):
    """Return a function that compares a training of one epoch with other options."""
    state = {'state_dict': {'x': torch.zeros(1)}, 'optimizer': {}, 'message_hub': {}}
    torch.save({**state, 'meta': {'cfg': parse().pretty_text}}, tmp_path / 'epoch_1.pth')

    def compare(*options: str) -> None:
        check_trained_alike(tmp_path, parse('--cfg-options', 'log_level=INFO', *options))

    return compare


@pytest.mark.parametrize(
    'option',
    [
        'optim_wrapper.optimizer.lr=1',
        'model.det_head.postprocessor.thresh=0.5',
        'train_dataloader.dataset.fold=3',
        'randomness.seed=7',
        'load_from=x.pth',
        'default_hooks.checkpoint.save_best=val/recall',
        'default_hooks.checkpoint.rule=less',
        'default_hooks.early_stop.type=EarlyStoppingHook',
    ],
)
def test_what_weights_and_the_best_follow_from(trained, option) -> None:
    key, _, value = option.partition('=')
    with pytest.raises(UserError, match=rf'trained with {key}=.*, not .*{value}'):
        trained(option)


@pytest.mark.parametrize(
    'option',
    [
        'log_level=DEBUG',
        'train_dataloader.num_workers=9',
        'default_hooks.logger.interval=3',
        'default_hooks.checkpoint.max_keep_ckpts=9',
    ],
)
def test_how_it_is_logged_and_fed_may_change(trained, option) -> None:
    trained(option)


def test_a_training_that_does_not_say(trained, tmp_path) -> None:
    content = torch.load(tmp_path / 'epoch_1.pth', weights_only=False)
    torch.save({**content, 'meta': {}}, tmp_path / 'epoch_1.pth')
    with pytest.raises(UserError, match=r'epoch_1\.pth: does not say how it was trained'):
        trained()
