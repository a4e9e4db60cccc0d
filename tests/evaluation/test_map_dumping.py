"""A test that writes maps, on a network that sees what is bright."""

import itertools
from pathlib import Path
from unittest.mock import MagicMock, call

import cv2
import numpy as np
import pytest
from brightness_net import BrightnessNet
from mmengine.runner import Runner
from painted_page import SIZE, WORDS, paint
from tiny_receipts import entry, write_annotations

import plugins.register  # noqa: F401
from plugins.evaluation import map_dumping
from plugins.functional.errors import UserError
from plugins.functional.maps import MapFolder, map_path, write_map

PAGES = ('a.png', 'b.png')
RUNS = itertools.count()


@pytest.fixture
def root(tmp_path) -> Path:
    """Two pages on disk and one that is only listed."""
    for name, words in zip(PAGES, (WORDS, WORDS[:1]), strict=True):
        cv2.imwrite(str(tmp_path / name), paint(words, SIZE))
    pages = {'a.png': entry(WORDS), 'gone.png': entry(()), 'b.png': entry(WORDS[:1])}
    write_annotations(tmp_path / 'pages.json', pages)
    return tmp_path


@pytest.fixture
def dump(root, monkeypatch):
    """Return a function that writes the maps; it gives the scores and how often the network ran."""
    monkeypatch.setattr(Runner, '_log_env', lambda *args: None)

    def run(**options) -> tuple[dict, int]:
        net = BrightnessNet(output='maps')
        steps = [dict(type='LoadReceipt'), dict(type='FitPage'), dict(type='PackReceipt')]
        dataset = dict(type='ReceiptDataset', data_root=str(root), ann_file='pages.json')
        dataset.update(data_prefix=dict(img_path=''), pipeline=steps, input_size=240)
        loader = dict(batch_size=1, dataset=dataset, collate_fn=dict(type='pseudo_collate'))
        loop = dict(type='MapTestLoop', folder=str(root / 'maps'), source=dict(config='x.py'))
        runner = Runner(
            net,
            str(root / 'work'),
            test_dataloader={**loader, 'sampler': dict(type='DefaultSampler', shuffle=False)},
            test_cfg={**loop, 'decoding': dict(thresh=0.5), **options},
            test_evaluator=dict(type='CLEvalMetric', prefix='test'),
            default_scope='mmocr',
            experiment_name=f'maps {next(RUNS)}',
            log_level='ERROR',
        )
        return runner.test(), len(net.sizes)

    return run


def test_maps_are_written_with_what_they_are_of(dump, root) -> None:
    scores, runs = dump()
    assert (scores['test/recall'], scores['test/num_pages'], runs) == (1, 2, 2)
    maps = MapFolder(root / 'maps')
    assert (maps.names, maps.absent) == (('a.png', 'gone.png', 'b.png'), {'gone.png'})
    assert maps.decoding['thresh'] == 0.5
    assert (maps.info['config'], maps.info['bits'], set(maps.info['images'])) == (
        'x.py',
        8,
        set(PAGES),
    )
    found = maps.read('a.png')
    assert found.page_size == SIZE
    expected = paint(WORDS, SIZE)[..., 0] / 255
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)


def test_a_run_goes_on_with_the_maps_that_are_missing(dump, root) -> None:
    before, _ = dump()
    map_path(root / 'maps', 'b.png').unlink()
    assert dump() == (before, 1)
    assert dump() == (before, 0)


def test_an_interrupted_run_leaves_whole_maps(dump, root, monkeypatch) -> None:
    def interrupted(folder, name, *args):
        if name == 'b.png':
            raise KeyboardInterrupt
        write_map(folder, name, *args)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(map_dumping, 'write_map', interrupted)
        dump()
    assert [path.name for path in (root / 'maps').glob('*.png')] == ['a.png.png']
    assert dump()[1] == 1


def test_what_is_scored_is_what_is_stored(dump, root) -> None:
    dump()
    write_map(root / 'maps', 'a.png', MapFolder(root / 'maps').read('b.png'))
    scores, runs = dump()
    assert (scores['test/recall'] < 1, runs) == (True, 0)


def test_maps_of_something_else_are_replaced_on_request_alone(dump) -> None:
    dump()
    with pytest.raises(UserError, match=r'maps: .* config was .x\.py. .* --force'):
        dump(source=dict(config='y.py'))
    assert dump(source=dict(config='y.py'), force=True)[1] == 2


def test_a_page_whose_image_changed_is_made_again(dump, root) -> None:
    dump()
    cv2.imwrite(str(root / 'a.png'), paint(WORDS[1:], SIZE))
    with pytest.raises(UserError, match=r"maps: .*'a\.png'.* --force"):
        dump()
    assert dump(force=True)[1] == 1


def test_no_map_outlives_the_network_that_made_it(dump, root) -> None:
    dump()
    write_annotations(root / 'pages.json', {'a.png': entry(WORDS)})
    dump(source=dict(config='y.py'), force=True)
    assert not map_path(root / 'maps', 'b.png').exists()


def test_maps_are_decoded_anew_with_other_values(dump, root) -> None:
    dump()
    scores, runs = dump(decoding=dict(min_side=1000))
    assert (scores['test/recall'], runs) == (0, 0)
    assert MapFolder(root / 'maps').decoding['min_side'] == 1000


def test_maps_are_made_in_the_precision_of_the_config(dump, monkeypatch) -> None:
    autocast = MagicMock()
    monkeypatch.setattr(map_dumping, 'autocast', autocast)
    dump(fp16=True)
    assert autocast.call_args_list == [call(enabled=True)] * 2


def test_bits_that_no_map_has(dump) -> None:
    with pytest.raises(UserError, match='--map-bits 12'):
        dump(bits=12)
