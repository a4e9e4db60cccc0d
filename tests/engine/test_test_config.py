"""What of a test comes from the checkpoint, and what from the config file."""

import pytest
import torch

from plugins.cli import parse_test
from plugins.engine import read_checkpoint, read_test_config
from plugins.engine.test_config import load_test_config, run_as_trained
from plugins.functional.errors import UserError

NETWORK = [
    'model.neck.inner_channels=8',
    'model.data_preprocessor.mean=[1.0,2.0,3.0]',
    'model.det_head.postprocessor.thresh=0.11',
    'test_dataloader.dataset.input_size=384',
    'test_dataloader.batch_size=3',
    'test_dataloader.dataset.pipeline.0.max_zoom=1.7',
    'test_cfg.fp16=True',
]
DATA = [
    'test_dataloader.dataset.ann_file=mine.json',
    'test_dataloader.dataset.data_prefix.img_path=mine',
    'test_dataloader.num_workers=7',
    'test_evaluator.0.hmean_iou=True',
    'tta_pipeline.1.scales=[2.0]',
]


@pytest.fixture
def trained(parse, tmp_path):
    """Return a function that writes a checkpoint of a training with such options."""

    def write(*options: object, **changes: object):
        config = parse(*options)
        config.update(changes)
        state = {'x': torch.zeros(1)}
        torch.save({'state_dict': state, 'meta': {'cfg': config.pretty_text}}, tmp_path / 'x.pth')
        return read_checkpoint(tmp_path / 'x.pth')

    return write


def values(config, pairs: list[str]) -> list[str]:
    found = []
    for key in (pair.partition('=')[0] for pair in pairs):
        node = config
        for part in key.split('.'):
            node = node[int(part)] if part.isdigit() else node[part]
        found.append(f'{key}={node}'.replace(' ', ''))
    return found


def test_the_network_is_that_of_the_checkpoint(parse) -> None:
    config, stored = parse('--cfg-options', *DATA), parse('--cfg-options', *NETWORK)
    run_as_trained(config, stored)
    assert values(config, NETWORK) == NETWORK
    assert values(config, DATA) == DATA


def test_the_fold_is_that_of_the_checkpoint(parse) -> None:
    config = parse()
    run_as_trained(config, parse('--fold', 3))
    assert config.val_dataloader.dataset.fold == 3


def test_datasets_of_another_kind_keep_their_pipeline(parse) -> None:
    config = parse()
    own = dict(type='OCRDataset', ann_file='x.json', pipeline=[dict(type='Mine')])
    config.test_dataloader.dataset = own
    run_as_trained(config, parse('--cfg-options', 'test_dataloader.dataset.input_size=384'))
    assert config.test_dataloader.dataset == own


def test_datasets_within_others_are_read_as_trained(parse) -> None:
    config = parse()
    parts = [dict(config.test_dataloader.dataset, ann_file=name) for name in 'ab']
    config.test_dataloader.dataset = dict(type='ConcatDataset', datasets=parts)
    run_as_trained(config, parse('--cfg-options', 'test_dataloader.dataset.input_size=384'))
    datasets = config.test_dataloader.dataset.datasets
    assert [(each.ann_file, each.input_size) for each in datasets] == [('a', 384), ('b', 384)]


def test_each_difference_that_matters_is_a_line(parse, trained, monkeypatch) -> None:
    options = ['test_dataloader.dataset.input_size=384', 'model.backbone.pretrained=True']
    more = ['optim_wrapper.optimizer.lr=1', 'model.det_head.module_loss.k=9']
    checkpoint = trained('--fold', 1, '--cfg-options', *options, *more)
    path = parse().filename
    _, lines = read_test_config(path, checkpoint)
    assert lines == [
        f'as trained, not as in {path}:',
        '  test_dataloader.dataset.input_size: 640 -> 384',
    ]
    _, lines = read_test_config(path, checkpoint, 'val', ['input_size'])
    assert lines[1:] == ['  val_dataloader.dataset.fold: 0 -> 1']
    assert read_test_config(None, checkpoint, 'val')[1] == []
    assert read_test_config(path, trained())[1] == []


def test_many_differences_are_counted(parse, trained) -> None:
    name = 'x' * 99
    others = [f'model.neck.n{n}=1' for n in range(7)]
    checkpoint = trained('--cfg-options', f'model.backbone.model_name={name}', *others)
    _, lines = read_test_config(parse().filename, checkpoint)
    assert "'mobilenetv3_small_075' -> 'xxx" in lines[1]
    assert lines[-1] == '  and 3 more'
    assert max(map(len, lines[1:])) < 120


def test_options_win_over_both(parse, trained) -> None:
    checkpoint = trained('--cfg-options', *NETWORK)
    typed = (
        f'{parse().filename} x.pth --split val --fold 4 --input-size 512 --batch-size 2 '
        '--cfg-options model.neck.inner_channels=16'
    )
    args = parse_test(typed.split())
    config, lines = load_test_config(args, checkpoint)
    assert config.model.neck.inner_channels == 16
    assert config.val_dataloader.dataset.fold == 4
    assert config.val_dataloader.dataset.input_size == 512
    assert config.val_dataloader.batch_size == 2
    said = ''.join(lines)
    assert 'thresh' in said
    assert not any(key in said for key in ('inner_channels', 'fold', 'input_size', 'batch_size'))
    args = parse_test([*typed.split(), '--decode', 'thresh=0.2'])
    config, lines = load_test_config(args, checkpoint)
    assert config.model.det_head.postprocessor.thresh == 0.2
    assert 'thresh' not in ''.join(lines)


def test_a_checkpoint_alone_finds_the_data_of_today(trained, tmp_path) -> None:
    (tmp_path / 'then').mkdir()
    (tmp_path / 'now').mkdir()
    checkpoint = trained('--data-root', tmp_path / 'then', work_dir='elsewhere')
    config, lines = load_test_config(parse_test(['x.pth']), checkpoint)
    assert config.test_dataloader.dataset.data_root == str(tmp_path / 'then')
    args = parse_test(['x.pth', '--data-root', str(tmp_path / 'now')])
    config, lines = load_test_config(args, checkpoint)
    assert config.test_dataloader.dataset.data_root == str(tmp_path / 'now')
    assert (config.work_dir, lines) == (str(tmp_path), [])


def test_a_checkpoint_that_does_not_say_how_it_was_trained(parse, trained, tmp_path) -> None:
    torch.save({'x': torch.zeros(1)}, tmp_path / 'bare.pth')
    bare = read_checkpoint(tmp_path / 'bare.pth')
    path = parse().filename
    config, (line,) = read_test_config(path, bare)
    assert config.model == parse().model
    assert line == f'{bare.path}: holds weights but no config; it is run as {path} says'
    with pytest.raises(UserError, match=r'bare\.pth: holds weights but no config'):
        read_test_config(None, bare)
