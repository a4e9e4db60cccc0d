"""Every reader, on files damaged at random: it reads them, or says in a line what is wrong."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from mutations import damaged
from submission_data import make_submission_data
from tiny_onnx import tiny_detector

from plugins.engine import read_checkpoint
from plugins.functional.annotations import check_pages, load_pages, read_content, write_fixed
from plugins.functional.cleval import score_page
from plugins.functional.decoding import DecodeParams, decode_map, read_decoding, write_decoding
from plugins.functional.errors import UserError
from plugins.functional.images import image_size, read_image, read_reduced, verify_image
from plugins.functional.label_formats import find_receipts, read_receipt
from plugins.functional.maps import MapFolder, ProbMap, read_map, write_manifest, write_map
from plugins.functional.submission import load_detections, load_polygons, read_csv
from plugins.functional.submission_check import check_polygons, check_rows, scan_csv
from plugins.functional.training import read_record, read_run, write_record
from plugins.functional.training.checkpoint_record import BestCheckpoint, TrainingRecord
from plugins.models.onnx_detector import read_onnx_detector, take_apart

MEMORY = 1 << 30  # bytes that reading a file of some kilobytes may take beyond what there was


def _annotations(path: Path) -> None:
    pages = load_pages(path)
    for page in list(pages.values())[:3]:
        score_page(page.polygons, page.polygons)


def _checked_annotations(path: Path) -> None:
    content = read_content(path)
    problems = [each for found in check_pages(content['images'], path.parent) for each in found]
    write_fixed(path.parent / 'fixed.json', content, problems, path.parent)
    # What was mended is in order.
    load_pages(path.parent / 'fixed.json')


def _checked_csv(path: Path) -> None:
    scan = scan_csv(path)
    check_rows(scan.rows, ['a.png'])
    for row in scan.rows:
        check_polygons(row, (80, 100))


def _map(path: Path) -> None:
    decode_map(read_map(path.parent, path.stem), DecodeParams())


def _receipt(path: Path) -> None:
    for receipt in find_receipts(path.parent.parent)[0]:
        read_receipt(receipt)


def _picture(path: Path) -> None:
    height_width = image_size(path)
    verify_image(path)
    assert read_image(path).shape[1::-1] == height_width
    read_reduced(path, 32)


def _manifest(path: Path) -> None:
    folder = MapFolder(path.parent)
    for name in folder.names:
        folder.read(name)


def _onnx(path: Path) -> None:
    take_apart(read_onnx_detector(str(path)), path.name)


def _write_run(folder: Path) -> None:
    lines = [
        dict(loss=1.5, lr=1e-3, epoch=1, iter=1, step=1, time=0.1),
        {'val/hmean': 0.9, 'val/precision': 0.9, 'val/recall': 0.9, 'step': 1},
    ]
    (folder / 'scalars.json').write_text('\n'.join(map(json.dumps, lines)) + '\n')


def _read_run(path: Path) -> None:
    run = read_run(path.parent, 'run')
    assert run.summary
    run.best()
    assert run.seconds >= 0


# File to damage, and what reads it.
READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    'annotations': ('labels.json', _annotations),
    'annotations checked': ('labels.json', _checked_annotations),
    'predictions': ('good.json', load_detections),
    'submission': ('good.csv', read_csv),
    'submission or predictions': ('good.csv', load_polygons),
    'submission checked': ('good.csv', _checked_csv),
    'map': ('maps/a.png.png', _map),
    'map folder': ('maps/maps.json', _manifest),
    'decoding': ('decoding.json', read_decoding),
    'record': ('checkpoints.json', lambda path: read_record(path.parent)),
    'log': ('scalars.json', _read_run),
    'receipt': ('sroie/box/a.txt', _receipt),
    'PNG': ('images/a.png', _picture),
    'JPEG': ('images/a.jpg', _picture),
    'WebP': ('images/a.webp', _picture),
    'BMP': ('images/a.bmp', _picture),
    'checkpoint': ('model.pth', read_checkpoint),
    'ONNX': ('model.onnx', _onnx),
}


@pytest.fixture(scope='module')
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small file of each kind, in order."""
    root = make_submission_data(tmp_path_factory.mktemp('files'))
    page = np.random.default_rng(0).integers(0, 255, (40, 30, 3), np.uint8)
    for suffix in ('jpg', 'webp', 'bmp'):
        cv2.imwrite(str(root / f'images/a.{suffix}'), page)
    values = np.zeros((24, 16))
    values[4:12, 3:12] = 0.9
    (root / 'maps').mkdir()
    write_map(root / 'maps', 'a.png', ProbMap.of(values, (80, 100)))
    write_manifest(root / 'maps', ['a.png'], [], {'thresh': 0.3}, {'checkpoint': 'a.pth'})
    write_decoding(root / 'decoding.json', {'thresh': 0.2, 'mode': 'box'}, {'maps': 'maps'})
    best = BestCheckpoint('best.pth', 2, 0.9)
    write_record(root, TrainingRecord('val/hmean', (best,), 'epoch_2.pth', 2))
    _write_run(root)
    (root / 'sroie/box').mkdir(parents=True)
    (root / 'sroie/img').mkdir()
    (root / 'sroie/box/a.txt').write_text('1,1,9,1,9,5,1,5,TOTAL, 9.00\n2,8,9,8,9,12,2,12,TAX\n')
    (root / 'sroie/img/a.jpg').write_bytes((root / 'images/a.jpg').read_bytes())
    torch.save({'meta': {'cfg': 'a = 1'}, 'state_dict': {'w': torch.ones(3)}}, root / 'model.pth')
    onnx.save(tiny_detector(), root / 'model.onnx')
    return root


@pytest.fixture
def bounded_memory() -> Iterator[None]:
    # What earlier tests took would hide a peak.
    Path('/proc/self/clear_refs').write_text('5')
    before = peak_memory()
    yield
    assert peak_memory() - before < MEMORY


def peak_memory() -> int:
    """Return the most bytes that this process had since its mark was reset."""
    lines = Path('/proc/self/status').read_text().splitlines()
    (line,) = (line for line in lines if line.startswith('VmHWM:'))
    return int(line.split()[1]) << 10


def test_a_peak_that_is_gone_is_noticed() -> None:
    Path('/proc/self/clear_refs').write_text('5')
    before = peak_memory()
    np.ones(MEMORY // 32)
    assert peak_memory() - before > MEMORY // 8


@pytest.mark.parametrize('kind', READERS)
def test_whole_files_are_read(kind: str, files: Path) -> None:
    name, read = READERS[kind]
    read(files / name)


@pytest.mark.parametrize('kind', READERS)
def test_damaged_files_are_read_or_refused_in_a_line(
    kind: str, files: Path, bounded_memory: None, request: pytest.FixtureRequest
) -> None:
    name, read = READERS[kind]
    path = files / name
    whole = path.read_bytes()

    @settings(
        max_examples=500 if request.config.getoption('--all') else 40,
        # Nothing that a file of some kilobytes asks for takes longer, on a machine however busy.
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=not request.config.getoption('--all'),
    )
    @given(data=damaged(whole))
    def read_damaged(data: bytes) -> None:
        path.write_bytes(data)
        try:
            read(path)
        except UserError as error:
            assert str(path.parent) in error.line
            assert '\n' not in str(error).strip()

    try:
        read_damaged()
    finally:
        path.write_bytes(whole)
