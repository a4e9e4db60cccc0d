"""What predicting holds in memory, and what stays of it."""

import gc
import threading
import weakref
from pathlib import Path

import cv2
import pytest
import torch
from mmengine.registry import init_default_scope
from mmocr.registry import MODELS
from tiny_receipts import draw_page

import plugins.register  # noqa: F401
from plugins.engine import read_config
from plugins.functional.errors import UserError
from plugins.prediction.load import load_predictor
from plugins.prediction.write import predict

CONFIG = Path(__file__).resolve().parents[2] / 'configs/dbnet_mobilenetv3_small_640.py'
THIN = {'model.backbone.model_name': 'mobilenetv3_small_050', 'model.neck.inner_channels': 8}


@pytest.fixture(scope='module')
def predictor(tmp_path_factory):
    init_default_scope('mmocr')
    config = read_config(CONFIG)
    config.merge_from_dict(THIN)
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('weights') / 'x.pth'
    torch.save({'state_dict': MODELS.build(config.model).state_dict()}, path)
    return load_predictor(str(path), str(CONFIG), THIN, input_size=64, device='cpu')


@pytest.fixture
def pictures(tmp_path) -> list[Path]:
    draw_page(tmp_path / 'page.png')
    (tmp_path / 'broken.png').write_text('no image')
    links = [tmp_path / f'{n:03}.png' for n in range(160)]
    for n, link in enumerate(links):
        link.symlink_to('broken.png' if n % 10 == 9 else 'page.png')
    return links


@pytest.mark.parametrize(
    ('batch_size', 'drawn'), [(1, False), (4, True)], ids=['one by one', 'batches and overlays']
)
def test_few_pages_are_in_memory_at_any_time(
    predictor, pictures, tmp_path, monkeypatch, batch_size, drawn
) -> None:
    alive: weakref.WeakSet = weakref.WeakSet()
    load = predictor.load

    def noting(path: Path):
        page = load(path)
        alive.add(page)
        return page

    monkeypatch.setattr(predictor, 'load', noting)
    monkeypatch.setattr('plugins.prediction.write.cores', lambda: 2)
    overlays = {path: tmp_path / 'drawn' / path.name for path in pictures} if drawn else None
    most = 0
    for number, page in enumerate(predict(predictor, pictures, batch_size, overlays)):
        assert page.path == pictures[number]
        assert (page.problem is not None) == (number % 10 == 9)
        most = max(most, len(alive))
    # Two threads: 4 and a batch read ahead, 3 batches under way, one forming, 4 to be drawn.
    assert 0 < most <= 4 + 5 * batch_size + 5 + 4
    del page
    gc.collect()
    assert not alive


def test_no_thread_and_no_setting_outlives_a_run(predictor, pictures) -> None:
    threads, cv2_threads = threading.active_count(), cv2.getNumThreads()
    run = predict(predictor, pictures)
    next(run)
    assert threading.active_count() > threads
    run.close()
    assert threading.active_count() == threads
    assert cv2.getNumThreads() == cv2_threads


def test_an_error_of_the_network_ends_the_run(predictor, pictures, monkeypatch) -> None:
    def hungry(*args):
        raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 20 GiB')

    monkeypatch.setattr(predictor._model.det_head, 'forward', hungry)
    threads = threading.active_count()
    with pytest.raises(UserError, match='too little memory for a batch of 1; lower --batch-size'):
        list(predict(predictor, pictures))
    assert threading.active_count() == threads


def test_an_overlay_that_cannot_be_written_ends_the_run(predictor, pictures, tmp_path) -> None:
    (tmp_path / 'drawn').write_text('in the way')
    overlays = {path: tmp_path / 'drawn' / path.name for path in pictures}
    with pytest.raises(UserError, match='cannot be written'):
        list(predict(predictor, pictures, overlays=overlays))


def test_a_gpu_that_is_not_there(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    with pytest.raises(UserError, match='--device cuda: PyTorch sees no GPU; give --device cpu'):
        load_predictor('unread.pth', device='cuda')
