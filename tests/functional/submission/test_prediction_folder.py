"""Prediction files written page by page."""

import errno
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.submission import (
    check_out,
    open_predictions,
    overlay_names,
    read_csv,
    write_csv,
    write_predictions,
)

SQUARE = np.array([[0.25, 0], [10, 0], [10, 10.5], [0, 11.5]])
PAGES = {
    'a.jpg': [Detection(SQUARE, 0.9), Detection(SQUARE + 20, 0.5)],
    'none, "found".jpg': [],
    '영수증.jpg': [Detection(SQUARE + n, 1 / (n + 1)) for n in range(501)],
}


@pytest.mark.parametrize('pages', [PAGES, {}], ids=['pages', 'no page'])
def test_files_are_those_of_the_writers_that_hold_all_pages(tmp_path: Path, pages) -> None:
    write_predictions(tmp_path / 'all.json', pages)
    write_csv(tmp_path / 'all.csv', {n: [d.polygon for d in page] for n, page in pages.items()})
    with open_predictions(tmp_path / 'out') as stream:
        for name, page in pages.items():
            stream.write(name, page)
    for suffix, name in (('json', 'predictions.json'), ('csv', 'submission.csv')):
        assert (tmp_path / 'out' / name).read_bytes() == (tmp_path / f'all.{suffix}').read_bytes()
    assert stream.pages == len(pages)
    assert stream.polygons == sum(map(len, pages.values()))


@pytest.mark.parametrize('error', [RuntimeError, KeyboardInterrupt], ids=['error', 'Ctrl-C'])
def test_nothing_is_left_of_what_broke_off(tmp_path: Path, error) -> None:
    with pytest.raises(error), open_predictions(tmp_path) as stream:
        stream.write('a.jpg', PAGES['a.jpg'])
        raise error
    assert not list(tmp_path.iterdir())


def test_earlier_files_stay_until_the_end(tmp_path: Path, monkeypatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_predictions(tmp_path) as stream:
        stream.write('old.jpg', [])
    with monkeypatch.context() as patch, pytest.raises(UserError, match='No space left'):
        patch.setattr(os, 'fsync', full)
        with open_predictions(tmp_path, force=True):
            pass
    assert list(read_csv(tmp_path / 'submission.csv')) == ['old.jpg']
    with open_predictions(tmp_path, force=True) as stream:
        stream.write('new.jpg', [])
        assert list(read_csv(tmp_path / 'submission.csv')) == ['old.jpg']
    assert list(read_csv(tmp_path / 'submission.csv')) == ['new.jpg']


@pytest.mark.parametrize('blocked', [0, 1], ids=['the JSON', 'the CSV'])
def test_a_full_disk_leaves_both_or_none(tmp_path: Path, monkeypatch, blocked) -> None:
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == blocked + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, 'fsync', full)
    with pytest.raises(UserError, match='No space left'), open_predictions(tmp_path) as stream:
        stream.write('a.jpg', [])
    assert not list(tmp_path.iterdir())


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / 'labels.json').write_text('mine')
    (tmp_path / 'out').mkdir()
    (tmp_path / 'out/predictions.json').symlink_to(tmp_path / 'labels.json')
    with open_predictions(tmp_path / 'out', force=True):
        pass
    assert (tmp_path / 'labels.json').read_text() == 'mine'
    assert (tmp_path / 'out/predictions.json').read_text() == '{"images": {}}'


@pytest.mark.parametrize('name', ['predictions.json', 'submission.csv'])
def test_earlier_files_are_not_replaced_unasked(tmp_path: Path, name) -> None:
    (tmp_path / name).write_text('mine')
    with pytest.raises(UserError, match=f'{name}.*--force'), open_predictions(tmp_path):
        pytest.fail('too late')
    assert (tmp_path / name).read_text() == 'mine'


def test_a_page_that_cannot_be_written_leaves_both_files_in_step(tmp_path: Path) -> None:
    with open_predictions(tmp_path) as stream:
        with pytest.raises(ValueError, match=r"'a\.jpg': polygon 1 "):
            stream.write('a.jpg', [Detection(SQUARE * np.nan, 0.5)])
        with pytest.raises(ValueError, match='not JSON compliant'):
            stream.write('a.jpg', [Detection(SQUARE, float('nan'))])
        stream.write('b.jpg', [])
    assert (tmp_path / 'submission.csv').read_text() == 'filename,polygons\nb.jpg,\n'
    assert (tmp_path / 'predictions.json').read_text() == '{"images": {"b.jpg": {"words": {}}}}'


def test_memory_does_not_grow_with_pages(tmp_path: Path) -> None:
    page = [Detection(SQUARE + n, 0.5) for n in range(20)]
    held = []
    with open_predictions(tmp_path) as stream:
        tracemalloc.start()
        try:
            for number in range(600):
                stream.write(f'{number:06}.jpg', page)
                if number in (99, 599):
                    held.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    # Kept in memory, 500 pages of JSON alone would be ten times as much.
    written = (tmp_path / 'predictions.json').stat().st_size
    assert held[1] - held[0] < written / 20


def test_overlays_are_called_by_their_pictures() -> None:
    pictures = [Path('x/a.jpg'), Path('x/b.JPEG'), Path('x/a.png'), Path('x/c.jfif')]
    assert list(overlay_names(pictures).values()) == ['a.jpg', 'b.JPEG', 'a.png.jpg', 'c.jfif']
    assert list(overlay_names(pictures)) == pictures


def test_an_overlay_of_a_long_name_can_be_written() -> None:
    long = Path('영' * 83 + '.png')  # 253 bytes in UTF-8
    assert list(overlay_names([long]).values()) == ['영' * 83 + '.jpg']


def test_two_pictures_of_one_overlay() -> None:
    with pytest.raises(UserError, match=r'a\.png\.jpg.*a\.png'):
        overlay_names([Path('a.png'), Path('a.png.jpg')])


@pytest.mark.parametrize(
    ('place', 'out', 'message'),
    [
        ('in', 'in', 'lies in'),
        ('in', 'in/deep/out', 'lies in'),
        ('in', 'link', 'lies in'),
        ('out/overlays', 'out', 'lies where the overlays go'),
        ('out/overlays/a.jpg', 'out', 'lies where the overlays go'),
        ('in', 'in/a.jpg', 'is no folder'),
    ],
    ids=['same', 'inside', 'by a link', 'overlays', 'an overlay', 'a file'],
)
def test_places_where_results_must_not_go(tmp_path: Path, place, out, message) -> None:
    for name in ('in/a.jpg', 'out/overlays/a.jpg'):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / 'link').symlink_to('in')
    with pytest.raises(UserError, match=message):
        check_out(tmp_path / out, [tmp_path / place], ['a.jpg'], force=True)


def test_beside_single_pictures_there_is_room(tmp_path: Path) -> None:
    (tmp_path / 'a.jpg').touch()
    check_out(tmp_path, [tmp_path / 'a.jpg'], ['a.jpg'], force=False)


@pytest.mark.parametrize('name', ['predictions.json', 'submission.csv', 'overlays/a.jpg'])
def test_earlier_results_want_force(tmp_path: Path, name) -> None:
    (tmp_path / 'out/overlays').mkdir(parents=True)
    check_out(tmp_path / 'out', [], ['a.jpg'], force=False)
    (tmp_path / 'out' / name).touch()
    with pytest.raises(UserError, match=f'{name}.*--force'):
        check_out(tmp_path / 'out', [], ['a.jpg'], force=False)
    check_out(tmp_path / 'out', [], ['a.jpg'], force=True)
