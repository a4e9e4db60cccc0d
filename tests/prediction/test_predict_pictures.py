"""What predicting holds in memory, and what stays of it."""

import gc
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import cv2
import pytest

from plugins.functional.errors import UserError
from plugins.prediction import predict


def test_torch_is_not_needed_to_import_it(repo_root) -> None:
    code = 'import sys, plugins.prediction; sys.exit("torch" in sys.modules)'
    subprocess.run([sys.executable, '-c', code], cwd=repo_root, check=True)


@pytest.mark.parametrize(
    ('batch_size', 'drawn'), [(1, False), (4, True)], ids=['one by one', 'batches and overlays']
)
def test_few_pages_are_in_memory_at_any_time(
    predictor, pictures, tmp_path, monkeypatch, batch_size, drawn
) -> None:
    alive: weakref.WeakSet = weakref.WeakSet()
    read = predictor.read

    def noting(path: Path):
        page = read(path)
        alive.add(page)
        return page

    monkeypatch.setattr(predictor, 'read', noting)
    monkeypatch.setattr('plugins.prediction.predict_pictures.cores', lambda: 2)
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


def test_an_overlay_that_cannot_be_written_ends_the_run(predictor, pictures, tmp_path) -> None:
    (tmp_path / 'drawn').write_text('in the way')
    overlays = {path: tmp_path / 'drawn' / path.name for path in pictures}
    with pytest.raises(UserError, match='cannot be written'):
        list(predict(predictor, pictures, overlays=overlays))


def test_threads_change_nothing_in_what_is_found(predictor, pictures) -> None:
    found = [
        [
            (page.path, len(page.detections))
            for page in predict(predictor, pictures[:12], 2, workers=n)
        ]
        for n in (0, 1, 3)
    ]
    assert found[0] == found[1] == found[2]
    assert [path for path, _ in found[0]] == pictures[:12]
