"""What the options of every day make of a config; ``--cfg-options`` still win."""

from pathlib import Path

import pytest
from mmengine.config import Config

from plugins.engine.everyday_options import (
    LOADERS,
    set_annotation,
    set_batch_size,
    set_input_size,
    set_learning_rate,
    set_workers,
)
from plugins.functional.errors import UserError

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SIZED = [dict(type='LoadReceipt'), dict(type='FitPage')]


def staged(*stages: tuple[int, ...]) -> Config:
    loader = dict(batch_size=8, dataset=dict(type='ReceiptDataset', pipeline=SIZED))
    hooks = [dict(type='ProgressiveResolutionHook', stages=list(stages))]
    return Config(dict(train_dataloader=loader, custom_hooks=hooks))


def stages(config: Config) -> list[tuple[int, ...]]:
    return config.custom_hooks[0].stages


def sizes(config: Config) -> list[int]:
    return [config[name].dataset.input_size for name in LOADERS]


@pytest.mark.parametrize('recipe', sorted(CONFIGS.glob('dbnet_*.py')), ids=lambda path: path.stem)
def test_every_recipe_takes_them(parse, recipe) -> None:
    given = ('--input-size=640', '--batch-size=3', '--workers=0', '--epochs=5', '--lr=1e-4')
    config = parse(*given, '--decode', 'thresh=0.15', config=recipe)
    assert sizes(config) == [640] * 3
    assert config.train_dataloader.batch_size == 3
    assert config.val_dataloader.batch_size == 1
    assert {config[name].num_workers for name in LOADERS} == {0}
    assert not any(config[name].persistent_workers for name in LOADERS)
    assert config.train_cfg.max_epochs == config.param_scheduler.T_max == 5
    assert config.optim_wrapper.optimizer.lr == 1e-4
    assert config.model.det_head.postprocessor.thresh == 0.15
    for hook in config.get('custom_hooks', ()):
        if hook.type == 'ProgressiveResolutionHook':
            assert hook.stages[-1][1] == 640
            assert hook.stages[0][1] < 640
            assert hook.stages[-1][0] < 5


@pytest.mark.parametrize(
    ('option', 'override'),
    [
        ('--input-size=640', 'val_dataloader.dataset.input_size=672'),
        ('--batch-size=3', 'train_dataloader.batch_size=2'),
        ('--workers=0', 'train_dataloader.num_workers=2'),
        ('--epochs=5', 'param_scheduler.T_max=7'),
        ('--lr=1e-6', 'param_scheduler.eta_min=0.0'),
        ('--decode=thresh=0.1', 'model.det_head.postprocessor.thresh=0.4'),
    ],
)
def test_cfg_options_win(parse, option, override) -> None:
    name, _, value = override.partition('=')
    node = parse(option, '--cfg-options', override)
    for part in name.split('.'):
        node = node[part]
    assert node == float(value)


@pytest.mark.parametrize(
    ('pixels', 'expected'),
    [
        (480, [(0, 256, 16), (2, 320), (4, 480)]),
        # Only stages before the last are rounded, and none is larger than it.
        (500, [(0, 256, 16), (2, 320), (4, 500)]),
        (40, [(0, 32, 16), (2, 32), (4, 40)]),
        (1920, [(0, 1024, 16), (2, 1280), (4, 1920)]),
    ],
)
def test_stages_keep_their_proportion(pixels, expected) -> None:
    config = staged((0, 512, 16), (2, 640), (4, 960))
    set_input_size(config, pixels)
    assert stages(config) == expected
    assert config.train_dataloader.dataset.input_size == pixels


def test_a_dataset_within_another_is_found() -> None:
    config = staged((0, 960))
    inner = config.train_dataloader.dataset
    config.train_dataloader.dataset = dict(type='RepeatDataset', times=2, dataset=inner)
    set_input_size(config, 640)
    assert config.train_dataloader.dataset.dataset.input_size == 640


def test_a_pipeline_that_names_sizes_is_refused(parse) -> None:
    with pytest.raises(UserError, match=r'--input-size 640: the pipeline of train_dataloader'):
        parse('--input-size=640', config=CONFIGS / 'stock_dbnet_resnet18.py')
    with pytest.raises(UserError, match=r'--input-size 640: has no ReceiptDataset'):
        set_input_size(Config(dict(train_dataloader=dict(dataset=dict(type='Other')))), 640)


def test_batches_of_stages_follow() -> None:
    config = staged((0, 512, 16), (2, 640), (4, 960, 8))
    set_batch_size(config, 4)
    assert stages(config) == [(0, 512, 8), (2, 640), (4, 960, 4)]
    assert config.train_dataloader.batch_size == 4
    set_batch_size(config, 1)
    assert stages(config)[0] == (0, 512, 2)


def test_batches_of_a_test_are_not_those_of_a_training(parse) -> None:
    config = parse()
    set_batch_size(config, 3, LOADERS[1:])
    assert [config[name].batch_size for name in LOADERS] == [4, 3, 3]
    assert config.train_dataloader.batch_sampler.type == 'ReceiptBatchSampler'
    for name in LOADERS[1:]:
        assert config[name].batch_sampler == dict(type='EqualPagesBatchSampler', divisor=32)
    stock = parse(config=CONFIGS / 'stock_dbnet_resnet18.py')
    set_batch_size(stock, 3, LOADERS[1:])
    assert stock.test_dataloader.batch_sampler.divisor is None


def test_no_workers_leave_nothing_that_torch_refuses() -> None:
    loader = dict(num_workers=4, persistent_workers=True, prefetch_factor=2)
    config = Config(dict(train_dataloader=loader, val_dataloader=None))
    set_workers(config, 0)
    assert config.train_dataloader == dict(num_workers=0, persistent_workers=False)


@pytest.mark.parametrize(
    ('scheduler', 'key'),
    [
        (dict(type='CosineAnnealingLR', eta_min=2e-4), 'eta_min=0.0002'),
        (dict(type='OneCycleLR', eta_max=1e-2), 'eta_max=0.01'),
    ],
)
def test_a_rate_that_the_schedule_would_not_follow(scheduler, key) -> None:
    config = Config(dict(optim_wrapper=dict(optimizer=dict(lr=1)), param_scheduler=[scheduler]))
    with pytest.raises(UserError, match=f'--lr 0.0001: {scheduler["type"]} has {key}'):
        set_learning_rate(config, 1e-4)
    set_learning_rate(config, 1e-4, ['param_scheduler.0.eta_min', 'param_scheduler.0.eta_max'])
    assert config.optim_wrapper.optimizer.lr == 1e-4


def test_a_rate_of_several_optimizers() -> None:
    with pytest.raises(UserError, match=r'--lr 0\.0001: optim_wrapper has no optimizer'):
        set_learning_rate(Config(dict(optim_wrapper=dict(constructor='Two'))), 1e-4)


def test_labels_to_score(parse, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path('labels.json').write_text('{}')
    config = parse()
    set_annotation(config, 'labels.json', 'test')
    assert config.test_dataloader.dataset.ann_file == str(tmp_path / 'labels.json')
    assert config.val_dataloader.dataset.ann_file == 'folds/fold{fold}_val.json'
    with pytest.raises(UserError, match=r'--ann gone\.json: no such file'):
        set_annotation(config, 'gone.json', 'test')


def test_decoding_of_another_head(parse) -> None:
    with pytest.raises(UserError, match=r'--decode thresh=0\.1: .*DBPostprocessor'):
        parse('--decode=thresh=0.1', config=CONFIGS / 'stock_dbnet_resnet18.py')
