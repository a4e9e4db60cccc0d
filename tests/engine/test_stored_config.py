"""The config in a checkpoint is data, of which a test may be built."""

import pytest
import torch

from plugins.engine import read_checkpoint, stored_config, stored_settings, stored_types
from plugins.functional.errors import UserError


def checkpoint_with(path, trust=False, **meta):
    torch.save({'state_dict': {'x': torch.zeros(1)}, 'meta': meta}, path)
    return read_checkpoint(path, trust)


@pytest.mark.parametrize('trust', [False, True])
def test_what_a_training_wrote_is_read_again(parse, tmp_path, trust) -> None:
    config = parse('--fold', 3)
    stored = stored_settings(checkpoint_with(tmp_path / 'x.pth', trust, cfg=config.pretty_text))
    assert stored.to_dict() == config.to_dict()
    assert stored.filename == str(tmp_path / 'x.pth')


def test_a_detector_is_what_a_test_needs_without_a_trace_of_its_training(parse, tmp_path) -> None:
    config = parse('--fold', 3)
    config.custom_imports = dict(imports=['this'])
    config.custom_hooks = [dict(type='subprocess.Popen')]
    config.model.backbone.init_cfg = dict(type='Pretrained', checkpoint='https://host/x.pth')
    config.test_evaluator[1].update(out_dir='/', force=True)
    detector = stored_config(checkpoint_with(tmp_path / 'x.pth', cfg=config.pretty_text))
    assert [*detector.custom_imports.imports, *detector.get('custom_hooks', [])] == [
        'plugins.register'
    ]
    assert {*stored_types.PARTS} <= {*detector, 'data_preprocessor'}
    assert set(detector.model.backbone) == {'type', 'model_name'}
    assert detector.test_evaluator[1] == dict(type='LeaderboardDumper')
    assert detector.test_dataloader == config.test_dataloader


@pytest.mark.parametrize(
    'text',
    [
        'import os',
        "model = dict(type=__import__('os').system('touch ran'))",
        "import subprocess\nsubprocess.run(['touch', 'ran'])\nmodel = dict()",
        "open('ran', 'w')",
        'model = (',
        'filename = 3',
        'model = dict(\x00)',
    ],
)
def test_a_config_that_is_more_than_data_is_not_run(tmp_path, monkeypatch, text) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r'x\.pth: the config in it cannot be used .*--trust'):
        stored_settings(checkpoint_with(tmp_path / 'x.pth', cfg=text))
    assert [path.name for path in tmp_path.iterdir()] == ['x.pth']


def test_trust_runs_it(tmp_path) -> None:
    text = f"open({str(tmp_path / 'ran')!r}, 'w').close()\nlr = max(1, 2)"
    assert stored_config(checkpoint_with(tmp_path / 'x.pth', True, cfg=text)).lr == 2
    assert (tmp_path / 'ran').exists()
    with pytest.raises(UserError, match=r'x\.pth: the config in it cannot be used \(NameError'):
        stored_settings(checkpoint_with(tmp_path / 'x.pth', True, cfg='lr = other'))


def test_a_checkpoint_without_a_config(tmp_path) -> None:
    with pytest.raises(UserError, match=r'x\.pth: holds weights but no config'):
        stored_settings(checkpoint_with(tmp_path / 'x.pth'))


def test_a_type_that_no_detector_has_is_named_with_its_place(parse, tmp_path) -> None:
    config = parse()
    config.model.neck = dict(type='subprocess.Popen', args='true')
    message = r"x\.pth: .* model\.neck\.type='subprocess\.Popen', .*--trust"
    with pytest.raises(UserError, match=message):
        stored_config(checkpoint_with(tmp_path / 'x.pth', cfg=config.pretty_text))
