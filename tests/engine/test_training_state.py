"""A resumed training goes on as its config says, or is refused with the reason."""

import logging
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.registry import DATASETS, HOOKS, MODELS
from mmengine.runner import Runner
from tiny_training import forget_runs

from plugins.engine import build_runner, find_start, start_from
from plugins.functional.errors import UserError

EPOCHS = 3
COSINE = dict(type='CosineAnnealingLR', T_max=EPOCHS, eta_min=0.001)
WARM_UP = dict(
    type='LinearLR', start_factor=0.1, begin=0, end=2, convert_to_iter_based=True, by_epoch=True
)


@MODELS.register_module(force=True)
class OneWeight(BaseModel):
    def __init__(self, size: int = 1) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(size))

    def forward(self, pages, mode: str = 'loss') -> dict:
        return dict(loss=(self.weight * pages.float().mean()).sum())


@DATASETS.register_module(force=True)
class NamedPages(torch.utils.data.Dataset):
    def __init__(self, names: str) -> None:
        self.names = names

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> dict:
        return dict(pages=torch.tensor(float(index)))

    def get_data_info(self, index: int) -> dict:
        return dict(img_path=f'/anywhere/{self.names[index]}')


@HOOKS.register_module(force=True)
class RatesHook(Hook):
    """Notes the rate that each step is made with, and of how many steps the training is told."""

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        RATES.append(runner.optim_wrapper.get_lr()['lr'][0])

    def after_train(self, runner) -> None:
        assert runner.iter == runner.max_iters


RATES: list[float] = []


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Return a function that trains, and gives the rates of the steps."""
    monkeypatch.setattr(Runner, '_log_env', lambda *args: None)

    def run(folder: str = 'w', resume: str | None = None, epochs: int = EPOCHS, **changed) -> list:
        forget_runs(monkeypatch)
        monkeypatch.setattr(Config, 'pretty_text', property(lambda self: self.text))
        batch, names = changed.pop('batch', 2), changed.pop('names', 'abcd')
        loader = dict(
            dataset=dict(type='NamedPages', names=names),
            batch_size=batch,
            sampler=dict(type='DefaultSampler', shuffle=False),
            collate_fn=dict(type='default_collate'),
            num_workers=0,
        )
        hooks = dict(checkpoint=dict(type='CheckpointHook', interval=1))
        config = dict(
            work_dir=str(tmp_path / folder),
            default_scope='mmengine',
            model=dict(type='OneWeight'),
            train_dataloader=loader,
            train_cfg=dict(by_epoch=True, max_epochs=epochs),
            optim_wrapper=dict(optimizer=dict(type='AdamW', lr=0.1)),
            param_scheduler=[COSINE],
            default_hooks=hooks,
            custom_hooks=[dict(type='RatesHook')],
            randomness=dict(seed=0),
        )
        config = Config(config | changed)
        checkpoint = find_start(config, resume and str(tmp_path / resume))
        runner = build_runner(config, train=True)
        start_from(runner, checkpoint)
        RATES.clear()
        runner.train()
        return list(RATES)

    return run


OTHERS = {
    'longer': dict(epochs=5, param_scheduler=[COSINE | dict(T_max=5)]),
    'shorter': dict(epochs=2, param_scheduler=[COSINE | dict(T_max=2)]),
    'another rate': dict(optim_wrapper=dict(optimizer=dict(type='AdamW', lr=0.7))),
    'smaller batches': dict(batch=1),
    'warm-up by iterations, smaller batches': dict(batch=1, param_scheduler=[WARM_UP, COSINE]),
    'more schedules': dict(param_scheduler=[WARM_UP, COSINE]),
    'no schedule': dict(param_scheduler=None),
    'momentum': dict(param_scheduler=[COSINE, dict(type='CosineAnnealingMomentum', T_max=2)]),
}


@pytest.mark.parametrize('changed', OTHERS.values(), ids=OTHERS)
def test_rates_are_those_of_a_training_with_these_settings(train, changed) -> None:
    train()
    resumed = train(resume='w/epoch_1.pth', **changed)
    fresh = train('fresh', **changed)
    assert resumed == fresh[len(fresh) - len(resumed) :]
    assert len(resumed) == len(fresh) * (changed.get('epochs', 3) - 1) / changed.get('epochs', 3)


def test_the_same_settings_change_nothing(train, tmp_path, caplog) -> None:
    rates = train(param_scheduler=[WARM_UP, COSINE])
    whole = torch.load(tmp_path / 'w/epoch_3.pth', weights_only=False)
    with caplog.at_level(logging.WARNING, 'mmengine'):
        again = train(resume='w/epoch_2.pth', param_scheduler=[WARM_UP, COSINE])
    assert again == rates[-2:]
    resumed = torch.load(tmp_path / 'w/epoch_3.pth', weights_only=False)
    assert resumed['param_schedulers'] == whole['param_schedulers']
    assert resumed['state_dict'] == whole['state_dict']
    assert 'schedule' not in caplog.text


def test_another_schedule_is_said(train, tmp_path) -> None:
    train()
    rates = train(resume='w/epoch_1.pth', param_scheduler=[COSINE | dict(T_max=7)])
    log = ''.join(path.read_text() for path in (tmp_path / 'w').glob('*/*.log'))
    assert f'goes on with {rates[0]:.4g}, where that of this config is after 1 epoch' in log


def test_settings_of_the_optimizer_and_the_seed_are_those_of_the_config(train, tmp_path) -> None:
    train()
    wrapper = dict(optimizer=dict(type='Adam', lr=0.1, weight_decay=0.5))
    train(resume='w/epoch_1.pth', optim_wrapper=wrapper, randomness=dict(seed=5))
    last = torch.load(tmp_path / 'w/epoch_3.pth', weights_only=False)
    assert last['optimizer']['param_groups'][0]['weight_decay'] == 0.5
    # What it gathered in the first epoch is there still.
    assert last['optimizer']['state'][0]['step'] == 6
    assert last['meta']['seed'] == 5


REFUSED = {
    'another optimizer': (
        dict(optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1))),
        'AdamW, and SGD',
    ),
    'similar settings': (
        dict(optim_wrapper=dict(optimizer=dict(type='Adamax', lr=0.1))),
        'AdamW, and Adamax',
    ),
    'other pages': (dict(names='abce'), 'trained on 4 pages'),
    'more pages': (dict(names='abcdef'), 'not the 6 of train_dataloader'),
    'fewer epochs': (dict(epochs=1), '2 epochs behind it, but train_cfg.max_epochs is 1'),
    'by scores': (
        dict(param_scheduler=[dict(type='ReduceOnPlateauLR', monitor='x')]),
        'ReduceOnPlateauLR',
    ),
}


@pytest.mark.parametrize(('changed', 'reason'), REFUSED.values(), ids=REFUSED)
def test_what_cannot_hold_is_refused(train, changed, reason) -> None:
    train()
    with pytest.raises(UserError, match=rf'epoch_2\.pth: .*{reason}.*--load-from'):
        train(resume='w/epoch_2.pth', **changed)


def test_pages_that_moved_are_the_same(train, monkeypatch) -> None:
    train()
    monkeypatch.setattr(NamedPages, 'get_data_info', lambda self, i: dict(img_path=self.names[i]))
    assert len(train(resume='w/epoch_2.pth')) == 2


def without(*keys: str):
    def spoil(content: dict) -> None:
        for key in keys[:-1]:
            content = content[key]
        del content[keys[-1]]

    return spoil


ODD = {
    'no epoch': without('meta', 'epoch'),
    'epoch is a text': lambda content: content['meta'].update(epoch='2'),
    'meta is a list': lambda content: content.update(meta=[1]),
    'no scalars': without('message_hub', 'log_scalars'),
    'no message hub': lambda content: content.update(message_hub=None),
    'no groups': without('optimizer', 'param_groups'),
    'no state': without('optimizer', 'state'),
    'optimizer is a list': lambda content: content.update(optimizer=[]),
    'more groups': lambda content: content['optimizer']['param_groups'].append({'params': [1]}),
    'more weights': lambda content: content['optimizer']['param_groups'][0]['params'].append(1),
    'another shape': lambda content: content['optimizer']['state'][0].update(
        exp_avg=torch.zeros(3)
    ),
    'schedules of numbers': lambda content: content.update(param_schedulers=[1]),
}


@pytest.mark.parametrize('spoil', ODD.values(), ids=ODD)
def test_an_odd_state_is_refused(train, tmp_path, spoil) -> None:
    train()
    content = torch.load(tmp_path / 'w/epoch_2.pth', weights_only=False)
    spoil(content)
    torch.save(content, tmp_path / 'odd.pth')
    with pytest.raises(UserError, match=r'odd\.pth: .*--load-from'):
        train(resume='odd.pth')


def test_a_checkpoint_without_schedules_goes_on_where_they_would_be(train, tmp_path) -> None:
    rates = train()
    content = torch.load(Path(tmp_path, 'w/epoch_2.pth'), weights_only=False)
    del content['param_schedulers']
    torch.save(content, tmp_path / 'odd.pth')
    assert train(resume='odd.pth') == rates[-2:]
