"""A training made shorter or longer: everything that goes by epochs goes along."""

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapper
from mmengine.registry import PARAM_SCHEDULERS

from plugins.engine.training_length import set_epochs
from plugins.functional.errors import UserError


def made(epochs: int, schedulers: object = None, hooks: object = (), **loop) -> Config:
    """Return a recipe of 20 epochs after it was made as long as ``epochs``."""
    config = Config(
        dict(
            train_cfg=dict(max_epochs=20, val_interval=1, **loop),
            param_scheduler=schedulers,
            custom_hooks=list(hooks),
            default_hooks=dict(early_stop=dict(type='ResumableEarlyStoppingHook', patience=5)),
        )
    )
    set_epochs(config, epochs)
    return config


WARM_UP = dict(type='LinearLR', start_factor=0.1, begin=0, end=1)
COSINE = dict(type='CosineAnnealingLR', begin=1, T_max=19)


@pytest.mark.parametrize(
    ('epochs', 'warm_up', 'cosine'),
    [
        pytest.param(20, (0, 1), (1, 19), id='as it was'),
        pytest.param(40, (0, 2), (2, 38), id='longer'),
        pytest.param(4, (0, 1), (1, 3), id='shorter, a warm-up stays'),
        pytest.param(1, None, (0, 1), id='no room for a warm-up'),
    ],
)
def test_warm_up_and_cosine_share_the_epochs(epochs, warm_up, cosine) -> None:
    *first, last = made(epochs, [dict(WARM_UP), dict(COSINE)]).param_scheduler
    assert [(s.begin, s.end) for s in first] == ([] if warm_up is None else [warm_up])
    assert (last.begin, last.T_max) == cosine


@pytest.mark.parametrize(
    ('scheduler', 'expected'),
    [
        pytest.param(
            dict(type='MultiStepLR', milestones=[16, 18]), dict(milestones=[8, 9]), id='milestones'
        ),
        pytest.param(dict(type='StepLR', step_size=6), dict(step_size=3), id='steps'),
        pytest.param(
            dict(type='CosineRestartLR', periods=[4, 16]), dict(periods=[2, 8]), id='periods'
        ),
        pytest.param(dict(type='OneCycleLR', total_steps=20), dict(total_steps=10), id='one cycle'),
        pytest.param(
            dict(type='LinearLR', by_epoch=False, begin=0, end=500), dict(end=250), id='iterations'
        ),
        pytest.param(
            dict(type='LinearLR', begin=0, end=1, convert_to_iter_based=True),
            dict(end=0.5),
            id='parts of an epoch',
        ),
        pytest.param(dict(type='PolyLR', begin=0, end=10**9), dict(end=10**9), id='without an end'),
        pytest.param(dict(type='ExponentialLR', gamma=0.9), dict(gamma=0.9), id='without epochs'),
    ],
)
def test_every_kind_of_schedule(scheduler, expected) -> None:
    config = made(10, dict(scheduler))
    assert config.param_scheduler == {**scheduler, **expected}


def test_schedules_by_optimizer() -> None:
    config = made(10, dict(a=[dict(COSINE)], b=dict(type='StepLR', step_size=2)))
    assert config.param_scheduler.a[0].T_max == 9
    assert config.param_scheduler.b.step_size == 1


@pytest.mark.parametrize('epochs', [2, 7, 31])
def test_the_rate_ends_where_it_ended(epochs) -> None:
    config = made(epochs, dict(type='CosineAnnealingLR', T_max=20, eta_min=1e-3))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    wrapper = OptimWrapper(optimizer)
    default = dict(optimizer=wrapper)
    scheduler = PARAM_SCHEDULERS.build(config.param_scheduler, default_args=default)
    rates = []
    for _ in range(epochs):
        wrapper.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]['lr'])
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ('epochs', 'expected'),
    [
        (40, [(0, 512), (4, 640, 16), (16, 960, 8)]),
        (5, [(0, 512), (1, 640, 16), (2, 960, 8)]),
        # The last size is never left out.
        (2, [(0, 512), (1, 960, 8)]),
        (1, [(0, 960, 8)]),
    ],
)
def test_stages(epochs, expected) -> None:
    stages = [(0, 512), (2, 640, 16), (8, 960, 8)]
    config = made(epochs, hooks=[dict(type='ProgressiveResolutionHook', stages=stages)])
    assert config.custom_hooks[0].stages == expected


def test_hooks_that_begin_later() -> None:
    average = dict(type='EMAHook', begin_epoch=10)
    by_iteration = dict(type='EMAHook', begin_iter=3)
    config = made(4, hooks=[average, by_iteration, dict(type='EMAHook', begin_epoch=0)])
    assert [hook.get('begin_epoch') for hook in config.custom_hooks] == [2, None, 0]
    assert config.custom_hooks[1].begin_iter == 1
    assert config.default_hooks.early_stop.patience == 5


def test_validation() -> None:
    config = made(10, val_begin=8, dynamic_intervals=[(0, 4), (16, 1)])
    assert config.train_cfg.to_dict() == dict(
        max_epochs=10, val_interval=1, val_begin=4, dynamic_intervals=[(0, 4), (8, 1)]
    )
    assert made(100, val_begin=1).train_cfg.val_begin == 1


def test_a_training_by_iterations_is_refused() -> None:
    config = Config(dict(train_cfg=dict(type='IterBasedTrainLoop', max_iters=100)))
    with pytest.raises(UserError, match=r'--epochs 3: train_cfg has no max_epochs'):
        set_epochs(config, 3)
