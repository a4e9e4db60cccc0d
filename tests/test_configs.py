"""Every shipped config is built and stepped once, and says what its name says."""

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.evaluator import Evaluator
from mmengine.optim import OptimWrapper, build_optim_wrapper
from mmengine.registry import init_default_scope
from mmocr.registry import DATASETS, MODELS
from tiny_receipts import HEIGHT, WIDTH, make_data_root
from torch import nn

from plugins import launch

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
SHIPPED = sorted(CONFIGS.glob('*.py'))
# A fold's config is proven equal to its recipe below, so that stepping it would tell nothing new.
RECIPES = [path for path in SHIPPED if '_fold' not in path.stem]
OURS = [path for path in RECIPES if not path.stem.startswith('stock_')]
FOLDS = range(5)


def by_name(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize('path', paths, ids=lambda path: path.stem)


@pytest.fixture(scope='session')
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data_root(tmp_path_factory.mktemp('receipts'))


@pytest.fixture
def load(data_root: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that reads a config as the tools do."""
    for variable in ('MMRECEIPT_DATA', 'LOCAL_RANK'):
        monkeypatch.setenv(variable, 'restored afterwards')
        monkeypatch.delenv(variable)

    def read(path: Path, *args: str) -> Config:
        parser = argparse.ArgumentParser()
        launch.add_arguments(parser)
        args = parser.parse_args([str(path), '--data-root', str(data_root), *args])
        return launch.load_config(args)

    return read


def without_download(model: dict) -> dict:
    if model['backbone']['type'] == 'TimmBackbone':
        model['backbone']['pretrained'] = False
    return model


def small(dataset: dict) -> dict:
    """Shrink the input of a dataset config, whichever pipeline it has."""
    if 'input_size' in dataset:
        dataset['input_size'] = 96
    for step in dataset['pipeline']:
        for key in step.keys() & {'scale', 'size'} if step['type'] in ('Resize', 'Pad') else ():
            step[key] = (96, 96)
    return dataset


def batch_of(dataset_cfg: dict) -> dict:
    dataset = DATASETS.build(small(dataset_cfg))
    return pseudo_collate([dataset[i] for i in range(len(dataset))])


def train_step(model: nn.Module, wrapper: OptimWrapper, batch: dict) -> dict[str, torch.Tensor]:
    """Take one step, check its loss, and return the gradient that each parameter got."""
    gradients = {}
    hooks = [
        parameter.register_hook(lambda gradient, name=name: gradients.update({name: gradient}))
        for name, parameter in model.named_parameters()
    ]
    assert model.train().train_step(batch, wrapper)['loss'].isfinite()
    for hook in hooks:
        hook.remove()
    return gradients


def val_step(model: nn.Module, config: Config) -> dict[str, float]:
    """Score the validation pages as a validation loop does."""
    batch = batch_of(config.val_dataloader.dataset)
    evaluator = Evaluator(config.val_evaluator)
    with torch.no_grad():
        samples = model.eval().val_step(batch)
    for sample in samples:
        assert sample.ori_shape == (HEIGHT, WIDTH)
        assert len(sample.pred_instances.polygons) == len(sample.pred_instances.scores)
    evaluator.process(data_samples=samples, data_batch=batch)
    return evaluator.evaluate(len(samples))


@by_name(RECIPES)
def test_every_recipe_takes_a_training_and_a_validation_step(load, path: Path) -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    init_default_scope('mmocr')
    config = load(path)
    model = MODELS.build(without_download(config.model))
    model.init_weights()
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    gradients = train_step(model, wrapper, batch_of(config.train_dataloader.dataset))
    # A parameter that is left out stops a training on several GPUs.
    assert gradients.keys() == dict(model.named_parameters()).keys()
    assert all(gradient.isfinite().all() for gradient in gradients.values())
    # Residual branches may start at zero and pass nothing on yet; the first layer is fed anyhow.
    first, *_ = model.backbone.named_parameters(prefix='backbone')
    outside = [name for name in gradients if not name.startswith('backbone')]
    assert [name for name in (first[0], *outside) if not gradients[name].any()] == []

    scores = val_step(model, config)
    assert 0 <= scores['val/hmean'] <= 1
    # What the checkpoints and the early stop go by is among what is measured.
    assert config.default_hooks.checkpoint.save_best in scores
    assert {hook.monitor for hook in hooks_of(config, 'EarlyStoppingHook')} <= scores.keys()


def hooks_of(config: Config, kind: str) -> list[dict]:
    hooks = [*config.default_hooks.values(), *config.get('custom_hooks', ())]
    return [hook for hook in hooks if hook.type.endswith(kind)]


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
    for hook in hooks_of(load(path), 'EarlyStoppingHook'):
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
        config.model.backbone.model_name + ('' if config.model.backbone.pretrained else ' †'),
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


def neck_cell(neck: dict) -> str:
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
