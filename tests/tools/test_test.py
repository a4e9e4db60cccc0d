"""tools/test.py from the outside, on a detector trained for one epoch."""

import csv
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import plugins.register  # noqa: F401  before anything of MMOCR
from plugins.functional.decoding import params_of

# isort: split
import torch
from tiny_receipts import entry, make_data_root, write_annotations
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.functional.decoding import decode_map, write_decoding
from plugins.functional.images import read_image
from plugins.functional.maps import MapFolder
from plugins.functional.submission import read_predictions
from plugins.models.dbnet import ReceiptDBNet

# A detector that has hardly learnt anything finds something at this threshold.
EAGER = ['model.det_head.postprocessor.thresh=0.01', 'model.det_head.postprocessor.box_thresh=0.01']


EAGER_VALUES = 'thresh=0.01,box_thresh=0.01'


@pytest.fixture
def run_test(monkeypatch, data_root, checkpoint, tmp_path):
    """Return a function that tests the checkpoint in this process, and gives its status."""

    def run(*args, checkpoint=checkpoint, options=(), root=data_root):
        places = ('--data-root', root, '--work-dir', tmp_path / 'work')
        overrides = ('--cfg-options', *TINY, *EAGER, *options)
        return run_fresh(monkeypatch, 'test.py', CONFIG, checkpoint, *places, *args, *overrides)

    return run


def read_rows(path: Path) -> dict[str, str]:
    header, *rows = csv.reader(path.open())
    assert header == ['filename', 'polygons']
    return dict(rows)


def scores(work_dir: Path) -> dict:
    (path,) = work_dir.glob('*/*.json')
    return json.loads(path.read_text())


def test_every_listed_page_has_its_row(run_test, tmp_path, data_root) -> None:
    assert run_test('--show-dir', tmp_path / 'shown') == 0
    rows = read_rows(tmp_path / 'work/submission.csv')
    assert list(rows) == ['s.png', 't.png', 'gone.png']
    assert rows['gone.png'] == ''
    assert rows['s.png'] != ''
    images = json.loads((tmp_path / 'work/predictions.json').read_text())['images']
    assert list(images) == list(rows)
    assert images['gone.png']['words'] == {}
    assert len(images['s.png']['words']) == len(rows['s.png'].split('|'))
    # A test set has no words: nothing is scored, and nothing drawn for what is not there.
    assert scores(tmp_path / 'work')['leaderboard/pages'] == 3
    assert not any(name.startswith('test/') for name in scores(tmp_path / 'work'))
    assert sorted(path.name for path in (tmp_path / 'shown').iterdir()) == ['s.png', 't.png']
    drawn, page = (
        read_image(folder / 's.png') for folder in (tmp_path / 'shown', data_root / 'images/test')
    )
    assert drawn.shape == page.shape and (drawn != page).any()


@pytest.fixture
def labelled(tmp_path, data_root) -> Path:
    """Labels of the two test pages that are there."""
    write_annotations(tmp_path / 'labels.json', {'s.png': entry(), 't.png': entry()})
    return tmp_path / 'labels.json'


def test_what_was_trained_is_tested(
    monkeypatch, checkpoint, data_root, labelled, tmp_path, capsys
) -> None:
    """At the size and with the network of the training, whatever the recipe says."""

    def run(name: str, *files: object, options: Sequence[str] = ()) -> tuple[dict, str]:
        out = tmp_path / name
        args = ('--data-root', data_root, '--ann', labelled, '--decode', EAGER_VALUES)
        places = ('--work-dir', out, '--dump-maps', tmp_path / 'maps')
        options = ('--cfg-options', *options) if options else ()
        status = run_fresh(monkeypatch, 'test.py', *args, *places, *options, '--', *files)
        assert status == 0
        figures = {key: value for key, value in scores(out).items() if 'time' not in key}
        return figures, (out / 'predictions.json').read_text()

    workers = [option for option in TINY if 'num_workers' in option or 'persistent' in option]
    repeated = run('repeated', CONFIG, checkpoint, options=TINY)
    assert 'as trained, not as' not in ''.join(capsys.readouterr())
    assert run('recipe', CONFIG, checkpoint, options=workers) == repeated
    said = ''.join(capsys.readouterr())
    assert 'test_dataloader.dataset.input_size: 640 -> 96' in said
    assert 'model.neck.inner_channels: 64 -> 8' in said
    assert run('alone', checkpoint) == repeated
    assert 'points' in repeated[1]


def test_the_validation_pages_of_a_fold_are_scored(run_test, tmp_path, read_files, capsys) -> None:
    """But not those of another fold, which are those that it was trained on."""
    root = make_data_root(tmp_path / 'data')
    write_annotations(root / 'folds/fold3_val.json', {'v.png': entry(), 'b.png': entry()})
    args = ('--split', 'val', '--fold', 3, '--out', tmp_path / 'out')
    status = run_test(*args, root=root)
    seen = ('epoch_1.pth', '1 of the 2 pages to score', "'b.png'", '--allow-seen')
    assert_one_line_error(status, capsys.readouterr().err, *seen)
    assert not (tmp_path / 'out').exists()
    read_files.clear()
    assert run_test(*args, '--allow-seen', root=root) == 0
    assert list(read_rows(tmp_path / 'out/submission.csv')) == ['v.png', 'b.png']
    figures = scores(tmp_path / 'work')
    assert figures['val/num_pages'] == 2
    assert 0 <= figures['val/hmean'] <= 1
    assert not (tmp_path / 'work/submission.csv').exists()
    assert read_files == ['epoch_1.pth']


def test_decoding_values_beside_the_checkpoint_are_those_of_the_option(
    run_test, tmp_path, checkpoint, capsys
) -> None:
    assert run_test('--decode', 'min_side=1000', '--out', tmp_path / 'option') == 0
    shutil.copy(checkpoint, tmp_path / 'best.pth')
    write_decoding(tmp_path / 'decoding.json', {'min_side': 1000}, {})
    assert run_test('--out', tmp_path / 'file', checkpoint=tmp_path / 'best.pth') == 0
    assert 'min_side 1000' in ''.join(capsys.readouterr())
    option, file = (read_rows(tmp_path / name / 'submission.csv') for name in ('option', 'file'))
    assert option == file
    assert set(option.values()) == {''}
    assert_one_line_error(run_test('--decode', 'thresh=7', '--force'), capsys.readouterr().err, '7')


@pytest.mark.parametrize('name', ['work/submission.csv', 'shown/t.png'])
def test_earlier_files_are_kept_unless_forced(run_test, capsys, tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text('mine')
    shown = ('--show-dir', tmp_path / 'shown')
    with monkeypatch.context() as patch:
        patch.setattr('mmengine.runner.Runner.test', lambda runner: pytest.fail('too late'))
        assert_one_line_error(run_test(*shown), capsys.readouterr().err, path.name, '--force')
    assert path.read_bytes() == b'mine'
    assert run_test(*shown, '--force') == 0
    assert path.read_bytes() != b'mine'


def test_pictures_never_replace_the_pages(run_test, capsys, tmp_path, data_root) -> None:
    before = (data_root / 'images/test/s.png').read_bytes()
    status = run_test('--force', '--show-dir', data_root / 'images/test')
    assert_one_line_error(status, capsys.readouterr().err, '--show-dir', 'another folder')
    assert (data_root / 'images/test/s.png').read_bytes() == before
    assert not (tmp_path / 'work/submission.csv').exists()


def test_the_given_checkpoint_is_tested_not_the_one_a_recipe_starts_from(
    run_test, tmp_path, checkpoint
) -> None:
    other = torch.load(checkpoint, weights_only=False)
    other['state_dict'] = {name: value * 0 for name, value in other['state_dict'].items()}
    torch.save(other, tmp_path / 'zeros.pth')
    starts = [
        f'load_from={tmp_path / "zeros.pth"}',
        'model.backbone.pretrained=True',
        'model.backbone.checkpoint=nowhere.pth',
    ]
    assert run_test('--out', tmp_path / 'named') == 0
    # A work folder stands for its best.
    best = dict(checkpoint=checkpoint.parent, options=starts)
    assert run_test('--out', tmp_path / 'found', **best) == 0
    named, found = (
        (tmp_path / name / 'predictions.json').read_text() for name in ('named', 'found')
    )
    assert named == found


@pytest.mark.parametrize(
    ('args', 'options', 'parts'),
    [
        (('--tta',), ['tta_pipeline=None'], ['--tta needs tta_pipeline']),
        # A wider model.
        ((), ['model.neck.inner_channels=16'], ['epoch_1.pth', 'neck.', 'use the config']),
    ],
    ids=['no views', 'other weights'],
)
def test_what_does_not_fit_the_config(run_test, capsys, tmp_path, args, options, parts) -> None:
    status = run_test(*args, options=options)
    assert_one_line_error(status, capsys.readouterr().err, *parts)
    assert not (tmp_path / 'work/submission.csv').exists()


def test_a_truncated_page_leaves_nothing_half_written(run_test, capsys, tmp_path) -> None:
    root = make_data_root(tmp_path / 'data')
    path = root / 'images/test/t.png'
    path.write_bytes(path.read_bytes()[:150])
    status = run_test(root=root, options=('test_dataloader.num_workers=1',))
    assert_one_line_error(status, capsys.readouterr().err, f'{path}: the image is truncated')
    assert not (tmp_path / 'work/submission.csv').exists()
    assert not (tmp_path / 'work/predictions.json').exists()


def read_polygons(folder: Path) -> dict[str, list]:
    pages = read_predictions(folder / 'predictions.json')
    return {name: [found.polygon.tolist() for found in page] for name, page in pages.items()}


@pytest.fixture
def steps(monkeypatch) -> list[int]:
    """Return a list that grows by one whenever the network runs."""
    taken = []

    def counted(model, data, step=ReceiptDBNet.test_step):
        taken.append(len(data['inputs']))
        return step(model, data)

    monkeypatch.setattr(ReceiptDBNet, 'test_step', counted)
    return taken


def test_maps_hold_what_the_network_says(run_test, tmp_path) -> None:
    """Words found in maps of 16 bits are the words found without them, up to a rounding."""
    assert run_test('--out', tmp_path / 'plain') == 0
    args = ('--dump-maps', tmp_path / 'maps', '--map-bits', 16, '--out', tmp_path / 'mapped')
    assert run_test(*args) == 0
    plain, mapped = (read_polygons(tmp_path / name) for name in ('plain', 'mapped'))
    assert list(plain) == list(mapped) == ['s.png', 't.png', 'gone.png']
    assert len(plain['s.png']) == len(mapped['s.png']) > 0
    folder = MapFolder(tmp_path / 'maps')
    assert folder.absent == {'gone.png'}
    assert (params_of(folder).thresh, folder.info['input_size']) == (0.01, 96)
    decoded = decode_map(folder.read('s.png'), params_of(folder))
    assert [found.polygon.tolist() for found in decoded] == mapped['s.png']


def test_maps_of_two_runs_are_not_mixed(run_test, capsys, tmp_path) -> None:
    maps = tmp_path / 'maps'
    assert run_test('--dump-maps', maps, '--out', tmp_path / 'a') == 0
    before = (maps / 's.png.png').read_bytes()
    args = ('--dump-maps', maps, '--out', tmp_path / 'b')
    for named, more, options in (
        ('input_size', (), ['test_dataloader.dataset.input_size=64']),
        ('fp16', (), ['test_cfg.fp16=True']),
        ('bits', ('--map-bits', 16), []),
        ('tta', ('--tta',), []),
    ):
        capsys.readouterr()
        status = run_test(*args, *more, options=options)
        assert_one_line_error(status, capsys.readouterr().err, str(maps), named, '--force')
    assert (maps / 's.png.png').read_bytes() == before
    assert run_test(*args, '--tta', '--force') == 0
    assert (maps / 's.png.png').read_bytes() != before


def test_views_are_averaged(run_test, steps, tmp_path) -> None:
    assert run_test('--out', tmp_path / 'plain') == 0
    alone = ('--tta-scales', '1.0', '--tta-flips', 'none')
    assert run_test('--tta', *alone, '--out', tmp_path / 'alone') == 0
    assert read_polygons(tmp_path / 'alone') == read_polygons(tmp_path / 'plain')
    del steps[:]
    assert run_test('--tta', '--out', tmp_path / 'tta') == 0
    # Two pages, three sizes, two mirror images.
    assert len(steps) == 12
    plain, tta = ((tmp_path / name / 'predictions.json').read_text() for name in ('plain', 'tta'))
    assert tta != plain
    # And once more through maps, which hold the average.
    args = ('--tta', '--dump-maps', tmp_path / 'maps', '--map-bits', 16)
    assert run_test(*args, '--out', tmp_path / 'mapped') == 0
    mapped, direct = (read_polygons(tmp_path / name) for name in ('mapped', 'tta'))
    assert len(mapped['s.png']) == len(direct['s.png'])


def test_the_last_line_is_the_score(run_test, capfd, tmp_path) -> None:
    root = make_data_root(tmp_path / 'data')
    assert run_test('--split', 'val', root=root) == 0
    shown, errors = capfd.readouterr()
    *before, score = shown.splitlines()
    assert errors == '' and len(before) < 12
    assert re.match(r'H [01]\.\d{3}   P [01]\.\d{3}   R [01]\.\d{3}   on 1 page', score)
    assert all(text in shown for text in ('decoding', 'predictions.json', '.log'))
    assert run_test('--force', root=root) == 0
    assert capfd.readouterr().out.splitlines()[-1] == '2 pages without labels, not scored'
