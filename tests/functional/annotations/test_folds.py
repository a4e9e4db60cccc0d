"""The k-fold split: sizes, balance, independence of order."""

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from plugins.functional.annotations import (
    Page,
    Word,
    assign_folds,
    load_pages,
    save_pages,
    write_folds,
)
from plugins.functional.errors import UserError

SQUARE = np.array([[0.0, 0.0], [10, 0], [10, 10], [0, 10]])


def page(n_words: int) -> Page:
    return Page(tuple(Word(f'{n:04d}', SQUARE) for n in range(1, n_words + 1)), 960, 1280)


def dataset(path: Path, n_pages: int = 13) -> Path:
    """Pages of 0, 1, 2, ... words, listed in an order that is not that of their names."""
    names = [f'{n:02d}.jpg' for n in range(n_pages)]
    save_pages(path, {name: page(n) for n, name in reversed(list(enumerate(names)))})
    return path


def test_3272_pages_in_5_folds_are_2618_and_654_in_fold_0() -> None:
    counts = np.random.default_rng(0).integers(31, 404, 3272)
    folds = assign_folds(counts, 5, 42)
    sizes = np.bincount(folds)
    assert sizes.tolist() == [654, 654, 654, 655, 655]
    assert (folds != 0).sum() == 2618
    # Dealing neighbours of a sorted row out keeps every two sums within the row's whole range,
    # 403 - 31 words; that is half a word a page, of 217.
    means = np.bincount(folds, weights=counts) / sizes
    assert np.ptp(means) <= (403 - 31) / 654


@pytest.mark.parametrize(
    ('n_pages', 'n_splits', 'sizes'),
    [
        pytest.param(10, 5, [2, 2, 2, 2, 2], id='divides evenly'),
        pytest.param(11, 5, [2, 2, 2, 2, 3], id='one page over goes to the last fold'),
        pytest.param(14, 5, [2, 3, 3, 3, 3], id='four over'),
        pytest.param(5, 5, [1, 1, 1, 1, 1], id='one page a fold'),
        pytest.param(3, 2, [1, 2], id='two folds'),
    ],
)
def test_fold_sizes_differ_by_one_at_most(n_pages: int, n_splits: int, sizes: list[int]) -> None:
    for seed in range(10):
        folds = assign_folds(np.arange(n_pages), n_splits, seed)
        assert np.bincount(folds, minlength=n_splits).tolist() == sizes


def test_every_fold_gets_its_share_of_full_and_of_empty_pages() -> None:
    counts = np.repeat([10, 100, 400], 20)  # 20 pages of each kind over 4 folds: 5 each
    folds = assign_folds(np.random.default_rng(1).permutation(counts), 4, 0)
    counts = np.random.default_rng(1).permutation(counts)
    for fold in range(4):
        assert np.unique(counts[folds == fold], return_counts=True)[1].tolist() == [5, 5, 5]


def test_the_seed_alone_decides() -> None:
    counts = np.arange(100) % 7
    np.testing.assert_array_equal(assign_folds(counts, 5, 1), assign_folds(counts, 5, 1))
    assert (assign_folds(counts, 5, 1) != assign_folds(counts, 5, 2)).any()


def test_the_split_is_the_same_on_every_machine_and_release() -> None:
    # Dealt out once with RandomState; published folds must never move.
    assert assign_folds([5, 3, 9, 1, 7, 2, 8], 3, 42).tolist() == [2, 0, 1, 1, 0, 2, 2]


@pytest.mark.parametrize(
    ('n_pages', 'n_splits', 'seed', 'message'),
    [
        pytest.param(10, 1, 0, '1 .* 10 ', id='one fold'),
        pytest.param(10, 0, 0, '0 .* 10 ', id='no fold'),
        pytest.param(10, -5, 0, '-5 ', id='negative'),
        pytest.param(4, 5, 0, '5 .* 4 ', id='too few pages'),
        pytest.param(0, 5, 0, '5 .* 0 ', id='no pages'),
        pytest.param(10, 5, -1, 'seed -1 ', id='negative seed'),
        pytest.param(10, 5, 2**32, 'seed 4294967296 ', id='huge seed'),
    ],
)
def test_impossible_splits(n_pages: int, n_splits: int, seed: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        assign_folds(np.ones(n_pages), n_splits, seed)


def test_validation_parts_are_disjoint_and_cover_everything_once(tmp_path: Path) -> None:
    path = dataset(tmp_path / 'train.json')
    folds = list(write_folds(path, tmp_path / 'folds', 3, 42))
    everything = load_pages(path)
    seen: list[str] = []
    for fold in folds:
        train = load_pages(tmp_path / f'folds/fold{fold.fold}_train.json')
        val = load_pages(tmp_path / f'folds/fold{fold.fold}_val.json')
        assert train.keys() | val.keys() == everything.keys()
        assert not train.keys() & val.keys()
        for part, pages in ((fold.train, train), (fold.val, val)):
            assert part.pages == len(pages)
            assert part.words == sum(len(p.polygons) for p in pages.values())
        seen.extend(val)
    assert sorted(seen) == sorted(everything)

    info = json.loads((tmp_path / 'folds/fold_info.json').read_text())
    assert (info['seed'], info['n_splits']) == (42, 3)
    assert info['folds'][1]['val'] == {'pages': folds[1].val.pages, 'words': folds[1].val.words}


def test_the_order_in_the_file_does_not_matter(tmp_path: Path) -> None:
    one = dataset(tmp_path / 'one.json')
    content = json.loads(one.read_text())
    content['images'] = dict(sorted(content['images'].items()))
    two = tmp_path / 'two.json'
    two.write_text(json.dumps(content))
    assert one.read_text() != two.read_text()
    for path in (one, two):
        list(write_folds(path, tmp_path / path.stem, 4, 7))
    for file in (tmp_path / 'one').iterdir():
        assert file.read_bytes() == (tmp_path / 'two' / file.name).read_bytes()


def test_entries_are_copied_whole(tmp_path: Path) -> None:
    entry = {'words': {'1': {'points': [], 'note': 'faded'}}, 'img_w': None, 'shop': [1, {'a': 2}]}
    content = {'images': {'a.jpg': entry, 'b.jpg': entry}}
    (tmp_path / 'a.json').write_text(json.dumps(content))
    list(write_folds(tmp_path / 'a.json', tmp_path, 2, 0))
    images = json.loads((tmp_path / 'fold0_train.json').read_text())['images']
    assert list(images.values()) == [entry]


def test_existing_folds_stay_without_force_and_go_whole_with_it(tmp_path: Path) -> None:
    path = dataset(tmp_path / 'train.json')
    out = tmp_path / 'folds'
    list(write_folds(path, out, 5, 42))
    (out / 'notes.txt').write_text('mine')
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(UserError, match='--force'):
        list(write_folds(path, out, 3, 42))
    assert before == {file.name: file.read_bytes() for file in out.iterdir()}

    list(write_folds(path, out, 3, 42, force=True))
    parts = {f'fold{k}_{part}.json' for k in range(3) for part in ('train', 'val')}
    assert {file.name for file in out.iterdir()} == parts | {'fold_info.json', 'notes.txt'}


def test_a_bad_annotation_or_number_leaves_the_old_folds_alone(tmp_path: Path) -> None:
    path = dataset(tmp_path / 'train.json')
    list(write_folds(path, tmp_path, 5, 42))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(UserError, match=r'99 .* 13 '):
        list(write_folds(path, tmp_path, 99, 42, force=True))
    with pytest.raises(UserError, match=r'fold0_train\.json: .*--out'):
        list(write_folds(tmp_path / 'fold0_train.json', tmp_path, 2, 42, force=True))
    assert before == {file.name: file.read_bytes() for file in tmp_path.iterdir()}


def test_a_full_disk_leaves_the_old_folds_alone(tmp_path: Path, monkeypatch) -> None:
    path = dataset(tmp_path / 'train.json')
    list(write_folds(path, tmp_path, 5, 42))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    written = []
    fsync = os.fsync

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(os, 'fsync', full)
    with pytest.raises(UserError, match='No space left'):
        list(write_folds(path, tmp_path, 3, 42, force=True))
    assert before == {file.name: file.read_bytes() for file in tmp_path.iterdir()}
