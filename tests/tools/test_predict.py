"""tools/predict.py from the outside, on a detector trained for one epoch."""

import csv
import json
import os
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from drawn_images import turned
from PIL import Image
from tiny_receipts import draw_page
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error, group_exists, start_tool, wait_for

from plugins.functional.images import read_image

# A detector that has hardly learnt anything finds some 150 scraps a page from here on.
EAGER = tuple(f'model.det_head.postprocessor.{key}=0.6' for key in ('thresh', 'box_thresh'))


@pytest.fixture
def pictures(tmp_path) -> Path:
    for name, size in (('a.png', (72, 96)), ('b.jpg', (96, 72)), ('c.png', (72, 96))):
        draw_page(tmp_path / 'in' / name, size=size)
    return tmp_path / 'in'


@pytest.fixture
def predict(monkeypatch, checkpoint, tmp_path):
    """Return a function that predicts in this process, and gives its status."""

    def run(*args, checkpoint=checkpoint, out=tmp_path / 'out', options=EAGER):
        overrides = ('--cfg-options', *options) if options else ()
        places = ('--checkpoint', checkpoint, '--out', out, '--device', 'cpu')
        return run_fresh(monkeypatch, 'predict.py', *args, *places, *overrides)

    return run


def rows(out: Path) -> dict[str, str]:
    header, *found = csv.reader((out / 'submission.csv').open())
    assert header == ['filename', 'polygons']
    return dict(found)


def files(out: Path) -> list[str]:
    return sorted(str(p.relative_to(out)) for p in out.rglob('*') if p.is_file())


def test_without_a_checkpoint_the_pretrained_detector_reads(tmp_path, monkeypatch) -> None:
    page = np.full((256, 640, 3), 255, np.uint8)
    for line, text in enumerate(('TOTAL 12.50', 'CASH 20.00', 'CHANGE 7.50')):
        cv2.putText(page, text, (40, 70 + 70 * line), cv2.FONT_HERSHEY_DUPLEX, 1.5, 0, 2)
    cv2.imwrite(str(tmp_path / 'receipt.png'), page)
    args = (tmp_path / 'receipt.png', '--out', tmp_path / 'out', '--input-size', 640)
    assert run_fresh(monkeypatch, 'predict.py', *args, '--device', 'cpu') == 0
    polygons = rows(tmp_path / 'out')['receipt.png'].split('|')
    # A line of two words may be found as one.
    assert 3 <= len(polygons) <= 6


def test_a_recipe_that_starts_from_nothing_needs_a_checkpoint(
    pictures, tmp_path, monkeypatch, capsys
) -> None:
    args = (pictures, '--out', tmp_path / 'out', '--config', CONFIG, '--device', 'cpu')
    status = run_fresh(monkeypatch, 'predict.py', *args)
    assert_one_line_error(status, capsys.readouterr().err, CONFIG.name, '--checkpoint')
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize('batch_size', [1, 4])
def test_the_result_is_that_of_the_test_tool(
    predict, monkeypatch, data_root, checkpoint, tmp_path, batch_size
) -> None:
    listed = json.loads((data_root / 'jsons/test.json').read_text())['images']
    there = [data_root / 'images/test' / name for name in listed if name != 'gone.png']
    args = (CONFIG, checkpoint, '--data-root', data_root, '--work-dir', tmp_path / 'tested')
    options = ('--cfg-options', *TINY, *EAGER, f'test_dataloader.batch_size={batch_size}')
    assert run_fresh(monkeypatch, 'test.py', *args, *options) == 0
    assert predict(*there, '--batch-size', batch_size) == 0
    images = [
        json.loads((tmp_path / out / 'predictions.json').read_text())['images']
        for out in ('tested', 'out')
    ]
    del images[0]['gone.png']
    assert images[0] == images[1]
    assert len(images[1]['s.png']['words']) > 50
    assert rows(tmp_path / 'tested') == {**rows(tmp_path / 'out'), 'gone.png': ''}


def test_a_folder_gives_both_files_and_overlays(
    predict, pictures, tmp_path, capfd, read_files
) -> None:
    assert predict(pictures) == 0
    assert read_files == ['epoch_1.pth']
    expected = ['overlays/a.png.jpg', 'overlays/b.jpg', 'overlays/c.png.jpg']
    assert files(tmp_path / 'out') == [*expected, 'predictions.json', 'submission.csv']
    found = rows(tmp_path / 'out')
    assert list(found) == ['a.png', 'b.jpg', 'c.png']
    # Equal pages, whatever lies between them.
    assert found['a.png'] == found['c.png'] != ''
    drawn = read_image(tmp_path / 'out/overlays/b.jpg')
    assert drawn.shape == (72, 96, 3)
    polygons = sum(len(row.split('|')) for row in found.values())
    output, errors = capfd.readouterr()
    decoding, written = output.splitlines()
    assert decoding.startswith('decoding by the config: ')
    assert written == f'wrote {tmp_path / "out"}: {polygons} polygons on 3 pages'
    assert errors.split()[0] == 'predicting'
    assert len(errors.splitlines()) == 1


def test_batches_change_rounding_errors_at_most(predict, pictures, tmp_path) -> None:
    draw_page(pictures / 'd.png')
    assert predict(pictures, '--no-overlays') == 0
    assert predict(pictures, '--no-overlays', '--batch-size', 3, out=tmp_path / 'batched') == 0
    alone, batched = rows(tmp_path / 'out'), rows(tmp_path / 'batched')
    assert list(alone) == list(batched)
    for name, row in alone.items():
        one, other = set(row.split('|')), set(batched[name].split('|'))
        assert len(one & other) > 0.9 * max(len(one), len(other))
    assert files(tmp_path / 'out') == ['predictions.json', 'submission.csv']


def test_broken_pictures_do_not_stop_the_others(predict, pictures, tmp_path, capsys) -> None:
    whole = (pictures / 'a.png').read_bytes()
    (pictures / 'b0.png').write_bytes(whole[:150])
    (pictures / 'b1.png').touch()
    (pictures / 'b2.png').write_text('no image')
    (pictures / 'b3.png').symlink_to('nowhere.png')
    os.mkfifo(tmp_path / 'pipe')
    (pictures / 'b4.png').symlink_to(tmp_path / 'pipe')
    for name, size in (('dot.png', (1, 1)), ('strip.png', (20000, 10)), ('tall.png', (10, 20000))):
        draw_page(pictures / name, size=size)
    # To be turned clockwise for display.
    lying = Image.open(pictures / 'a.png').transpose(Image.Transpose.ROTATE_90)
    lying.save(pictures / 'turned.png', exif=turned(6))
    assert predict(pictures, '--batch-size', 2) == 1
    found = rows(tmp_path / 'out')
    broken = ['b0.png', 'b1.png', 'b2.png', 'b3.png', 'b4.png']
    assert [name for name in found if name.startswith('b') and name != 'b.jpg'] == broken
    assert not any(found[name] for name in broken)
    assert found['a.png'] == found['c.png'] == found['turned.png'] != ''
    assert read_image(tmp_path / 'out/overlays/turned.png.jpg').shape == (96, 72, 3)
    words = json.loads((tmp_path / 'out/predictions.json').read_text())['images']
    assert list(words) == list(found)
    errors = capsys.readouterr().err.splitlines()
    at = errors.index('5 of 12 pictures could not be read; their rows are empty:')
    reasons = ['is truncated', 'is empty', 'not a JPEG', 'No such file', 'a pipe']
    for line, name, reason in zip(errors[at + 1 :], broken, reasons, strict=True):
        assert line.startswith(f'{pictures / name}: ')
        assert reason in line


def test_what_is_left_out_is_named(predict, pictures, tmp_path, capsys) -> None:
    (pictures / 'notes.txt').touch()
    assert predict(pictures, '--no-overlays') == 0
    assert "left out 1 file (no JPEG, PNG, BMP or WebP by its name): 'notes.txt'" in (
        capsys.readouterr().err
    )
    (pictures / 'IMG_0001.HEIC').touch()
    (pictures / 'b.jpg').rename(pictures / 'b.jfif')
    assert predict(pictures, out=tmp_path / 'again') == 1
    errors = capsys.readouterr().err
    assert "left out 1 file (no JPEG, PNG, BMP or WebP; convert it): 'IMG_0001.HEIC'" in errors
    found = rows(tmp_path / 'again')
    assert list(found) == ['a.png', 'b.jfif', 'c.png']
    assert all(found.values())
    assert (tmp_path / 'again/overlays/b.jfif').is_file()


def test_options_reach_the_decoding_and_the_network(predict, pictures, tmp_path) -> None:
    best = (*EAGER, 'model.det_head.postprocessor.max_candidates=1')
    assert predict(pictures) == 0
    assert predict(pictures, options=best, out=tmp_path / 'best') == 0
    assert predict(pictures, '--input-size', 64, out=tmp_path / 'small') == 0
    found = rows(tmp_path / 'out')
    assert rows(tmp_path / 'best') == {name: row.split('|')[0] for name, row in found.items()}
    assert not rows(tmp_path / 'small').items() & found.items()


def altered(checkpoint: Path, path: Path, **changes: object) -> Path:
    """Write a checkpoint with other entries, or without those that are None."""
    content = {**torch.load(checkpoint, weights_only=False), **changes}
    torch.save({key: value for key, value in content.items() if value is not None}, path)
    return path


def test_weights_alone_go_with_a_config(predict, pictures, tmp_path, checkpoint, capsys) -> None:
    bare = altered(checkpoint, tmp_path / 'bare.pth', meta=None)
    status = predict(pictures, checkpoint=tmp_path / 'gone.pth')
    assert_one_line_error(status, capsys.readouterr().err, 'gone.pth', 'no such checkpoint')
    status = predict(pictures, options=('model.neck.inner_channels=16',))
    assert_one_line_error(status, capsys.readouterr().err, checkpoint.name, 'do not fit')
    status = predict(pictures, checkpoint=bare)
    assert_one_line_error(status, capsys.readouterr().err, 'bare.pth', 'no config', '--config')
    options = [option for option in TINY if not option.startswith(('train', 'val', 'param'))]
    assert predict(pictures, '--config', CONFIG, checkpoint=bare, options=(*EAGER, *options)) == 0
    assert predict(pictures, out=tmp_path / 'own') == 0
    assert rows(tmp_path / 'out') == rows(tmp_path / 'own')


def test_nothing_is_fetched_and_averaged_weights_are_taken(
    predict, pictures, tmp_path, checkpoint
) -> None:
    content = torch.load(checkpoint, weights_only=False)
    text = content['meta']['cfg']
    assert 'pretrained=False' in text
    other = altered(
        checkpoint,
        tmp_path / 'other.pth',
        meta={'cfg': text.replace('pretrained=False', "pretrained=True, checkpoint='gone.pth'")},
        # mmengine's EMAHook leaves what was averaged in state_dict, and the raw weights here.
        ema_state_dict={key: value * 0 for key, value in content['state_dict'].items()},
    )
    assert predict(pictures) == 0
    assert predict(pictures, checkpoint=other, out=tmp_path / 'other') == 0
    assert rows(tmp_path / 'out') == rows(tmp_path / 'other')


@pytest.mark.parametrize(
    ('config', 'message'),
    [
        ('model = dict(', 'the config in it cannot be used (line 1: '),
        ('work_dir = "x"', 'has no model'),
        ('model = dict(type="DBNet")', 'has no test_dataloader'),
        ('model = open("ran", "w")', "used (line 1: 'open"),
        (
            'model = dict(type="mine.Detector")\ntest_dataloader = dict(batch_size=1)',
            "model.type='mine.Detector'",
        ),
    ],
    ids=['truncated', 'no detector', 'no pages', 'code', 'foreign plugins'],
)
def test_configs_in_a_checkpoint(
    predict, pictures, tmp_path, checkpoint, capsys, config, message
) -> None:
    path = altered(checkpoint, tmp_path / 'x.pth', meta={'cfg': config})
    status = predict(pictures, checkpoint=path)
    assert_one_line_error(status, capsys.readouterr().err, 'x.pth', message, '--config')
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (('model.det_head.postprocessor.thresh=2',), 'thresh must be between 0 and 1'),
        (('thresh=0.2',), "nothing reads 'thresh'"),
        (('test_dataloader.dataset.input_size=8',), 'input_size is 8'),
        (('model.type=NoSuchDetector',), 'NoSuchDetector'),
    ],
)
def test_bad_options_stop_at_once(predict, pictures, tmp_path, capsys, options, message) -> None:
    assert_one_line_error(predict(pictures, options=options), capsys.readouterr().err, message)
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize(('option', 'value'), [('--input-size', 60000), ('--batch-size', 0)])
def test_numbers_out_of_range(predict, pictures, capsys, option, value) -> None:
    assert predict(pictures, option, value) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert f"argument {option}: '{value}' is no whole number from" in line


def test_a_diverged_checkpoint_stops_at_once(
    predict, pictures, tmp_path, checkpoint, capsys
) -> None:
    weights = torch.load(checkpoint, weights_only=False)['state_dict']
    weights['det_head.binarize.0.weight'].fill_(float('nan'))
    path = altered(checkpoint, tmp_path / 'nan.pth', state_dict=weights)
    assert predict(pictures, checkpoint=path) == 2
    *_, line = capsys.readouterr().err.splitlines()
    assert line.startswith(f'error: {pictures / "a.png"}')
    assert 'NaN' in line
    assert files(tmp_path / 'out') == []


def test_no_picture_that_can_be_read(predict, tmp_path, capsys) -> None:
    for name in ('a.png', 'b.png'):
        (tmp_path / name).write_text('no image')
    assert predict(tmp_path / 'a.png', tmp_path / 'b.png') == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert 'none of 2 pictures can be read' in line
    assert files(tmp_path / 'out') == []


def test_refusals_before_the_checkpoint_is_read(predict, pictures, tmp_path, capsys) -> None:
    draw_page(pictures / 'sub/a.png')
    (tmp_path / 'old').mkdir()
    (tmp_path / 'old/submission.csv').write_text('mine')
    for args, out, parts in (
        ((tmp_path / 'nowhere',), 'out', ('nowhere', 'no such')),
        ((pictures, '--recursive'), 'out', ('a.png', 'have one name', 'rename')),
        ((pictures,), 'in/out', ('in/out', 'name a folder apart')),
        ((pictures,), 'old', ('submission.csv', '--force')),
    ):
        status = predict(*args, checkpoint='unread.pth', out=tmp_path / out)
        assert_one_line_error(status, capsys.readouterr().err, *parts)
    assert (tmp_path / 'old/submission.csv').read_text() == 'mine'


def test_force_replaces_earlier_results(predict, pictures, tmp_path) -> None:
    (tmp_path / 'out').mkdir()
    (tmp_path / 'out/submission.csv').write_text('mine')
    assert predict(pictures / 'a.png', '--force') == 0
    assert list(rows(tmp_path / 'out')) == ['a.png']


def test_pictures_are_not_drawn_over_through_links(predict, pictures, tmp_path) -> None:
    before = {path.name: path.read_bytes() for path in pictures.iterdir()}
    overlays = tmp_path / 'out/overlays'
    overlays.mkdir(parents=True)
    for name in before:
        (overlays / (name if name.endswith('.jpg') else f'{name}.jpg')).symlink_to(pictures / name)
    assert predict(pictures, '--force') == 0
    assert {path.name: path.read_bytes() for path in pictures.iterdir()} == before
    assert not any(path.is_symlink() for path in overlays.iterdir())


def test_ctrl_c_leaves_no_half_file_and_no_process(pictures, tmp_path, checkpoint) -> None:
    for n in range(3000):
        (pictures / f'{n:05}.png').symlink_to('a.png')
    out = tmp_path / 'out'
    process = start_tool('predict.py', pictures, '--checkpoint', checkpoint, '--out', out)
    assert wait_for(lambda: process.poll() is not None or any(out.glob('overlays/*.jpg')))
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == 'interrupted'
    assert 'Traceback' not in errors
    drawn = files(out)
    assert 0 < len(drawn) < 3000
    assert all(name.startswith('overlays/') and '.tmp' not in name for name in drawn)
    assert not group_exists(process.pid)
