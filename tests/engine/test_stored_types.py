"""Of a config in a checkpoint only what detectors and their tests consist of may be built."""

import sys
from pathlib import Path

import pytest

from plugins.engine import read_config
from plugins.engine.stored_types import PARTS, beyond_a_test

RECIPES = sorted(Path(__file__).resolve().parents[2].glob('configs/*.py'))
TRANSFORM = dict(type='FitPage')


def refused(**parts) -> list:
    return list(beyond_a_test(parts))


@pytest.mark.parametrize('recipe', RECIPES, ids=lambda path: path.stem)
def test_every_recipe_may_be_built(recipe) -> None:
    config = read_config(recipe)
    assert not refused(**{key: config[key] for key in PARTS if key in config})


@pytest.mark.parametrize(
    'name',
    [
        *('subprocess.Popen', 'builtins.eval', 'os.system', 'torch.load', 'mmengine.Config'),
        *('mmengine.fileio.load', 'mmdet.apis.init_detector', 'mmdet.models.ResNet', '.ResNet'),
        # mmengine would import a module of this name from anywhere.
        *('a_module_of_mine', 'a_module_of_mine.Net', 'mmocr.a_module_of_mine'),
        # Registered, but it reads files, addresses or other configs.
        *('mmdet.KnowledgeDistillationSingleStageDetector', 'mmdet.BertModel', 'SDMGR'),
        # Registered elsewhere.
        *('FitPage', 'LeaderboardDumper', 'ReceiptDataset', 'AdamW', 'WandbVisBackend'),
        *(None, 3, '', 'mmdet.', ['ResNet']),
    ],
)
@pytest.mark.parametrize('place', ['type', 'neck.type', 'neck.0.type', 'neck.act_cfg.0.1.type'])
def test_models_of_others(name, place, tmp_path, monkeypatch) -> None:
    (tmp_path / 'a_module_of_mine.py').write_text('raise SystemExit')
    monkeypatch.syspath_prepend(tmp_path)
    model = name
    for key in reversed(place.split('.')):
        model = [*[()] * int(key), model] if key.isdigit() else {key: model}
    assert refused(model=model) == [(f'model.{place}', name)]
    assert 'a_module_of_mine' not in sys.modules


@pytest.mark.parametrize(
    'name', ['mmdet.ResNet', 'mmocr.FPNC', 'ReceiptDBNet', 'BN', 'mmengine.GN', 'L1Loss']
)
def test_models_of_the_libraries(name) -> None:
    assert not refused(model=dict(backbone=dict(type=name)))


@pytest.mark.parametrize(
    'step',
    [
        # Evaluates its condition.
        dict(type='ConditionApply', condition='open("x")', true_transforms=TRANSFORM),
        # Call what they name in a library of their own.
        dict(type='ImgAugWrapper', args=[['SaveDebugImageEveryNBatches', '/']]),
        dict(type='TorchVisionWrapper', op='Lambda'),
        dict(type='mmdet.Albu', transforms=[dict(type='ToGray')]),
    ],
    ids=lambda step: step['type'],
)
def test_transforms_that_call_what_they_are_given(step) -> None:
    for inside in (step, dict(type='RandomApply', transforms=[step])):
        places = dict(tta_pipeline=[TRANSFORM, inside])
        assert refused(**places)[0][1] == step['type']
        dataset = dict(type='ReceiptDataset', pipeline=[inside])
        ((place, name),) = refused(test_dataloader=dict(dataset=dataset))[:1]
        assert place.startswith('test_dataloader.dataset.pipeline.0.') and name == step['type']


@pytest.mark.parametrize(
    ('parts', 'place'),
    [
        (dict(default_scope='mine'), 'default_scope'),
        (dict(model=dict(type='BN', _scope_='mine')), 'model._scope_'),
        (dict(model=dict(pretrained_cfg_overlay=dict(file='x'))), 'model.pretrained_cfg_overlay'),
        (dict(test_dataloader=dict(dataset=dict(ann_file='x.pkl'))), 'test_dataloader.dataset'),
        (dict(test_dataloader=dict(collate_fn=dict(type='os.system'))), 'test_dataloader.coll'),
        (dict(test_dataloader=dict(worker_init_fn=dict(type='x'))), 'test_dataloader.worker'),
        (dict(test_dataloader=dict(sampler=dict(type='x.Y'))), 'test_dataloader.sampler.type'),
        (dict(test_evaluator=[dict(type='DumpResults', out_file_path='/x.pkl')]), 'test_evaluato'),
        (dict(test_cfg=dict(type='MapTestLoop', folder='/')), 'test_cfg.type'),
    ],
)
def test_what_reads_or_writes_elsewhere(parts, place) -> None:
    assert refused(**parts)[0][0].startswith(place)
