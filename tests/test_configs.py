"""Every shipped config is built and stepped once, and says what its name says."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from tiny_receipts import HEIGHT, WIDTH, make_data_root

import plugins.register  # noqa: F401
from plugins.launch import read_config

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
SHIPPED = sorted(CONFIGS.glob('*.py'))
# A fold's config is proven equal to its recipe below, so that stepping it would tell nothing new.
RECIPES = [path for path in SHIPPED if '_fold' not in path.stem]
FOLDS = range(5)


@pytest.fixture(scope='session')
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data_root(tmp_path_factory.mktemp('receipts'))


def load(path: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv('MMRECEIPT_DATA', str(data_root))
    return read_config(path)


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
    from mmocr.registry import DATASETS

    dataset = DATASETS.build(small(dataset_cfg))
    return pseudo_collate([dataset[i] for i in range(len(dataset))])


@pytest.mark.parametrize('path', RECIPES, ids=lambda path: path.stem)
def test_every_config_takes_a_training_and_a_prediction_step(
    path: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmocr.registry import METRICS, MODELS

    torch.manual_seed(0)
    np.random.seed(0)
    init_default_scope('mmocr')
    config = load(path, data_root, monkeypatch)
    model = MODELS.build(without_download(config.model))
    model.init_weights()
    optim_wrapper = build_optim_wrapper(model, config.optim_wrapper)
    gradients = {}
    for name, parameter in model.named_parameters():
        parameter.register_hook(lambda gradient, name=name: gradients.update({name: gradient}))
    model.train()
    losses = model.train_step(batch_of(config.train_dataloader.dataset), optim_wrapper)
    assert losses['loss'].isfinite()
    assert gradients.keys() == dict(model.named_parameters()).keys()
    assert all(gradient.isfinite().all() for gradient in gradients.values())
    # Residual branches may start at zero and pass nothing on yet; the first layer is fed anyhow.
    first, *_ = model.backbone.named_parameters(prefix='backbone')
    outside = [name for name in gradients if not name.startswith('backbone')]
    assert [name for name in (first[0], *outside) if not gradients[name].any()] == []

    model.eval()
    with torch.no_grad():
        samples = model.test_step(batch_of(config.test_dataloader.dataset))
    assert len(samples) == 2
    for sample in samples:
        assert sample.ori_shape == (HEIGHT, WIDTH)
        assert len(sample.pred_instances.polygons) == len(sample.pred_instances.scores)
    assert METRICS.build(config.val_evaluator).prefix == 'val'


@pytest.mark.parametrize('fold', FOLDS)
def test_a_fold_config_differs_in_the_fold_and_nothing_else(
    fold: int, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = load(CONFIGS / 'dbnet_convnext_tiny.py', data_root, monkeypatch).to_dict()
    folded = load(CONFIGS / f'dbnet_convnext_tiny_fold{fold}.py', data_root, monkeypatch).to_dict()
    for part in ('train_dataloader', 'val_dataloader'):
        assert folded[part]['dataset'].pop('fold') == fold
        plain[part]['dataset'].pop('fold')
    assert folded == plain


def test_the_folds_are_all_there() -> None:
    found = {path.name for path in SHIPPED if '_fold' in path.stem}
    assert found == {f'dbnet_convnext_tiny_fold{fold}.py' for fold in FOLDS}


@pytest.mark.parametrize(
    ('place', 'value'),
    [
        ('optim_wrapper.optimizer.type', 'AdamW'),
        ('optim_wrapper.optimizer.lr', 4.5e-4),
        ('optim_wrapper.optimizer.weight_decay', 8.5e-5),
        ('optim_wrapper.clip_grad.max_norm', 1.0),
        ('param_scheduler.type', 'CosineAnnealingLR'),
        ('param_scheduler.T_max', 20),
        ('param_scheduler.eta_min', 8e-6),
        ('param_scheduler.by_epoch', True),
        ('train_cfg.max_epochs', 20),
        ('train_dataloader.batch_size', 8),
        ('auto_scale_lr.base_batch_size', 8),
        ('ResumableEarlyStoppingHook.monitor', 'val/hmean'),
        ('ResumableEarlyStoppingHook.patience', 5),
        ('ResumableEarlyStoppingHook.min_delta', 1e-4),
        ('default_hooks.checkpoint.save_best', 'val/hmean'),
        ('model.backbone.model_name', 'convnext_tiny'),
        ('model.backbone.pretrained', True),
        ('model.det_head.postprocessor.thresh', 0.29),
        ('model.det_head.postprocessor.box_thresh', 0.25),
        ('model.det_head.postprocessor.max_candidates', 600),
    ],
)
def test_the_convnext_tiny_recipe(place, value, data_root, monkeypatch) -> None:
    config = load(CONFIGS / 'dbnet_convnext_tiny.py', data_root, monkeypatch)
    node = {**config, **{hook.type: hook for hook in config.custom_hooks}}
    for key in place.split('.'):
        node = node[key]
    assert node == value


@pytest.mark.parametrize('path', SHIPPED, ids=lambda path: path.stem)
def test_training_validation_and_test_see_pages_of_one_size(
    path: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(path, data_root, monkeypatch)
    parts = (config.train_dataloader, config.val_dataloader, config.test_dataloader)
    assert len({part.dataset.get('input_size') for part in parts}) == 1
    assert config.train_dataloader.dataset.fold == config.val_dataloader.dataset.fold
