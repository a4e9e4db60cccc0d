"""Every shipped config is built and stepped once, and says what its name says."""

import argparse
from collections.abc import Collection
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import EarlyStoppingHook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from tiny_receipts import HEIGHT, WIDTH
from tiny_training import forget_runs

from plugins.cli import add_run_options
from plugins.engine import build_runner, load_config

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
SHIPPED = sorted(CONFIGS.glob('*.py'))
# A fold's config is proven equal to its recipe below, so that stepping it would tell nothing new.
RECIPES = [path for path in SHIPPED if '_fold' not in path.stem]
OURS = [path for path in RECIPES if not path.stem.startswith('stock_')]
FOLDS = range(5)
SIZE = 96
# Their parts are those of a recipe that is stepped anyhow, in another number or size.
SIBLINGS = {
    'dbnet_convnext_small',
    'dbnet_convnext_tiny_3stages',
    'dbnet_convnext_tiny_5stages',
    'dbnet_efficientnet_b4',
    'dbnet_hrnet_w44_1024',
    'dbnet_resnet101',
    'dbnet_resnet50_1024',
    'dbnet_resnet50_5fold',
    'dbnet_resnet50_run8',
}


def by_name(paths: list[Path], slow: Collection[str] = ()) -> pytest.MarkDecorator:
    marked = [
        pytest.param(path, marks=pytest.mark.slow if path.stem in slow else (), id=path.stem)
        for path in paths
    ]
    return pytest.mark.parametrize('path', marked)


@pytest.fixture
def load(data_root: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that reads a config as the tools do."""
    for variable in ('MMRECEIPT_DATA', 'LOCAL_RANK'):
        monkeypatch.setenv(variable, 'restored afterwards')
        monkeypatch.delenv(variable)

    def read(path: Path, *args: str) -> Config:
        parser = argparse.ArgumentParser()
        add_run_options(parser)
        args = parser.parse_args([str(path), '--data-root', str(data_root), *args])
        return load_config(args)

    return read


def shrink(config: Config) -> Config:
    """Take a recipe's downloads, its workers and most of its pixels, and nothing else."""
    if config.model.backbone.type == 'TimmBackbone':
        config.model.backbone.pretrained = False
    for part in (config.train_dataloader, config.val_dataloader):
        part.update(num_workers=0, persistent_workers=False)
        if 'input_size' in part.dataset:
            part.dataset.input_size = SIZE
        for step in part.dataset.pipeline:
            for key in step.keys() & {'scale', 'size'} if step.type in ('Resize', 'Pad') else ():
                step[key] = (SIZE, SIZE)
    return config


def train_step(runner: Runner) -> dict[str, torch.Tensor]:
    """Take one step, check its loss, and return the gradient that each parameter got."""
    gradients = {}
    for name, parameter in runner.model.named_parameters():
        parameter.register_hook(lambda gradient, name=name: gradients.update({name: gradient}))
    (batch,) = runner.train_dataloader
    losses = runner.model.train().train_step(batch, runner.optim_wrapper)
    assert losses['loss'].isfinite()
    return gradients


def validate(runner: Runner) -> dict[str, float]:
    """Score the validation page as the validation loop does, but write no checkpoint."""
    evaluator = runner.val_loop.evaluator
    (batch,) = runner.val_dataloader
    with torch.no_grad():
        (sample,) = samples = runner.model.eval().val_step(batch)
    assert sample.ori_shape == (HEIGHT, WIDTH)
    assert len(sample.pred_instances.polygons) == len(sample.pred_instances.scores)
    evaluator.process(data_samples=samples, data_batch=batch)
    return evaluator.evaluate(len(samples))


@by_name(RECIPES, slow=SIBLINGS)
def test_every_recipe_takes_a_training_and_a_validation_step(
    load, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_runs(monkeypatch)
    # The log would print the config, whose formatting takes longer than the steps.
    monkeypatch.setattr(Config, 'pretty_text', '')
    config = shrink(load(path, '--work-dir', str(tmp_path)))
    # Loops, loaders, schedulers and hooks, as tools/train.py builds them.
    runner = build_runner(config, train=True)
    runner.call_hook('before_run')
    runner.model.init_weights()
    gradients = train_step(runner)
    # A parameter that is left out stops a training on several GPUs.
    assert gradients.keys() == dict(runner.model.named_parameters()).keys()
    assert all(gradient.isfinite().all() for gradient in gradients.values())
    # Residual branches may start at zero and pass nothing on yet; the first layer is fed anyhow.
    first, *_ = runner.model.backbone.named_parameters(prefix='backbone')
    outside = [name for name in gradients if not name.startswith('backbone')]
    assert [name for name in (first[0], *outside) if not gradients[name].any()] == []

    scores = validate(runner)
    assert 0 <= scores['val/hmean'] <= 1
    # What the checkpoints and the early stop go by is among what is measured.
    assert config.default_hooks.checkpoint.save_best in scores
    assert {hook.monitor for hook in early_stops(config)} <= scores.keys()


def hooks_of(config: Config, kind: str) -> list[dict]:
    hooks = [*config.default_hooks.values(), *config.get('custom_hooks', ())]
    return [hook for hook in hooks if hook.type.endswith(kind)]


def early_stops(config: Config) -> list[EarlyStoppingHook]:
    return [HOOKS.build(hook) for hook in hooks_of(config, 'EarlyStoppingHook')]


@pytest.mark.parametrize('fold', FOLDS)
def test_a_fold_config_differs_in_the_fold_and_nothing_else(load, fold: int) -> None:
    by_file = load(CONFIGS / f'dbnet_convnext_tiny_fold{fold}.py')
    by_flag = load(CONFIGS / 'dbnet_convnext_tiny.py', '--fold', str(fold))
    assert by_file.train_dataloader.dataset.fold == by_file.val_dataloader.dataset.fold == fold
    assert by_file.to_dict() == by_flag.to_dict()


def test_the_folds_are_all_there() -> None:
    found = {path.name for path in SHIPPED if '_fold' in path.stem}
    assert found == {f'dbnet_convnext_tiny_fold{fold}.py' for fold in FOLDS}


@by_name(RECIPES)
def test_the_fold_flag_changes_the_fold_and_the_work_folder_alone(load, path: Path) -> None:
    plain, folded = load(path).to_dict(), load(path, '--fold', '3').to_dict()
    assert folded.pop('work_dir') == f'{plain.pop("work_dir")}_fold3'
    for part in ('train_dataloader', 'val_dataloader'):
        assert (plain[part]['dataset'].pop('fold'), folded[part]['dataset'].pop('fold')) == (0, 3)
    assert folded == plain


def flattened(node: object, name: str = '') -> dict[str, object]:
    """Return the values of a config by their dotted names."""
    if not isinstance(node, dict):
        return {name: node}
    parts = (flattened(value, f'{name}.{key}' if name else key) for key, value in node.items())
    return {key: value for part in parts for key, value in part.items()}


# What is typed behind --cfg-options; no recipe has these values.
OVERRIDES = {
    'train_cfg.max_epochs': 3,
    'param_scheduler.T_max': 3,
    'train_dataloader.batch_size': 3,
    'train_dataloader.dataset.input_size': 96,
    'val_dataloader.dataset.input_size': 128,
    'test_dataloader.dataset.input_size': 160,
    'train_dataloader.num_workers': 5,
    'val_dataloader.num_workers': 6,
    'test_dataloader.num_workers': 7,
    'model.det_head.postprocessor.thresh': 0.123,
}
NETWORKS = {
    'TimmBackbone': {'model.backbone.model_name': 'resnet18', 'model.neck.inner_channels': 24},
    'OnnxBackbone': {'model.backbone.file': 'mine.onnx'},
}


@by_name(OURS)
def test_the_keys_that_people_type_change_what_they_name_and_nothing_else(load, path: Path) -> None:
    plain = flattened(load(path).to_dict())
    overrides = OVERRIDES | NETWORKS[plain['model.backbone.type']]
    options = [f'{key}={value}' for key, value in overrides.items()]
    changed = flattened(load(path, '--cfg-options', *options).to_dict())
    assert {key: value for key, value in changed.items() if plain.get(key) != value} == overrides
    assert changed.keys() >= plain.keys()


def test_the_strong_recipe_differs_in_looks_and_mixing_alone(load) -> None:
    plain, strong = (
        load(CONFIGS / f'dbnet_convnext_tiny{suffix}.py') for suffix in ('', '_strong_aug')
    )
    # In the order in which light, lens, sensor and file change a page.
    looks = ['RandomShadow', 'ColorJitter', 'RandomBlur', 'RandomNoise', 'RandomJPEG']
    types = [step.type for step in strong.train_pipeline]
    assert types == ['LoadReceipt', 'RandomWarp', *looks, 'MakeDBTargets', 'PackReceipt']
    for config in (plain, strong):
        config.train_pipeline = [step for step in config.train_pipeline if step.type not in looks]
        config.train_dataloader.dataset.pipeline = config.train_pipeline
        config.work_dir = ''
    augments = strong.model.data_preprocessor.pop('batch_augments')
    assert [(step.type, step.alpha) for step in augments] == [('MixUp', 0.2), ('CutMix', 1.0)]
    assert strong.to_dict() == plain.to_dict()


@by_name(RECIPES)
def test_training_validation_and_test_see_pages_of_one_size(load, path: Path) -> None:
    config = load(path)
    parts = (config.train_dataloader, config.val_dataloader, config.test_dataloader)
    sizes = {part.dataset.get('input_size') for part in parts}
    assert len(sizes) == 1
    for hook in hooks_of(config, 'ProgressiveResolutionHook'):
        first_epoch, size, *_ = hook.stages[-1]
        # The last stage is reached, and is what validation measures.
        assert (first_epoch < config.train_cfg.max_epochs, {size}) == (True, sizes)


@by_name(OURS)
def test_the_learning_rate_falls_until_the_last_epoch(load, path: Path) -> None:
    config = load(path)
    assert config.param_scheduler.type == 'CosineAnnealingLR'
    # A cosine that goes on rises again.
    assert config.param_scheduler.T_max == config.train_cfg.max_epochs
    assert config.param_scheduler.by_epoch


@by_name(RECIPES)
def test_the_learning_rate_is_meant_for_the_batch(load, path: Path) -> None:
    # Or else --auto-scale-lr changes it on a single GPU.
    config = load(path)
    assert config.auto_scale_lr.base_batch_size == config.train_dataloader.batch_size


@by_name(OURS)
def test_an_early_stop_is_on_the_scale_of_the_score(load, path: Path) -> None:
    for hook in early_stops(load(path)):
        # mmengine's own 0.1 would end any training once H-mean is past 0.9.
        assert 0 < hook.min_delta <= 1e-3
        assert (hook.monitor, hook.rule) == ('val/hmean', 'greater')


@by_name(OURS)
def test_the_zoo_says_what_the_recipe_is(load, path: Path) -> None:
    assert settings_row(path, load(path)) in (CONFIGS / 'README.md').read_text().splitlines()


def settings_row(path: Path, config: Config) -> str:
    """Return a recipe's row of the table in configs/README.md."""
    optimizer, schedule = config.optim_wrapper.optimizer, config.param_scheduler
    decoding = config.model.det_head.postprocessor
    accumulated = config.optim_wrapper.get('accumulative_counts', 1)
    cells = [
        f'`{path.name}`',
        backbone_cell(config.model.backbone),
        neck_cell(config.model.neck),
        size_cell(config),
        rate_cell(optimizer.lr),
        rate_cell(optimizer.weight_decay),
        f'{schedule.T_max} → {rate_cell(schedule.eta_min)}',
        f'{config.train_dataloader.batch_size}' + (f' × {accumulated}' if accumulated > 1 else ''),
        ', '.join(str(hook.patience) for hook in hooks_of(config, 'EarlyStoppingHook')) or '–',
        f'{decoding.thresh:g} / {decoding.box_thresh:g} / {decoding.max_candidates}',
    ]
    return f'| {" | ".join(cells)} |'


def backbone_cell(backbone: dict) -> str:
    if backbone.type == 'OnnxBackbone':
        return Path(backbone.file.partition(':')[2]).stem + ' ‡'
    return backbone.model_name + ('' if backbone.pretrained else ' †')


def neck_cell(neck: dict | None) -> str:
    if neck is None:
        return '–'
    if neck['type'] == 'UNetNeck':
        return f'UNet {neck["inner_channels"]}/{neck["out_channels_per_level"]}'
    return neck['type']


def rate_cell(rate: float) -> str:
    mantissa, exponent = f'{rate:e}'.split('e')
    return f'{float(mantissa):g}e{int(exponent)}' if rate else '0'


def size_cell(config: Config) -> str:
    for hook in hooks_of(config, 'ProgressiveResolutionHook'):
        (_, first, *_), *later = hook.stages
        return ', '.join([str(first), *(f'{epoch}: {size}' for epoch, size, *_ in later)])
    return str(config.train_dataloader.dataset.input_size)
