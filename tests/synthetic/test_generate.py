"""Data sets on disk: readable annotations, independent of workers and of how many pages."""

import json
from pathlib import Path

import pytest

from plugins.functional.annotations import load_pages
from plugins.functional.errors import UserError
from plugins.synthetic import PageOptions, find_faces, generate

OPTIONS = PageOptions(0, find_faces(), sizes=((480, 640),))


def make(out: Path, pages: int, test_pages: int = 0, **options: int):
    for _ in generate(OPTIONS, out, pages, test_pages, **options):
        pass


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob('*') if p.is_file()}


def test_annotations_and_photographs_belong_together(tmp_path: Path):
    make(tmp_path, 3, 2)
    pages = load_pages(tmp_path / 'jsons' / 'train.json')
    assert sorted(pages) == sorted(p.name for p in (tmp_path / 'images' / 'train').iterdir())
    assert all((page.width, page.height) == (480, 640) for page in pages.values())
    assert all(len(page.polygons) >= 40 for page in pages.values())
    word = next(iter(pages.values())).words[0]
    assert (word.id, word.orientation, word.language) == ('0001', 'Horizontal', ('en',))
    blank, labels = (
        load_pages(tmp_path / 'jsons' / name) for name in ('test.json', 'test_labels.json')
    )
    assert sorted(blank) == sorted(p.name for p in (tmp_path / 'images' / 'test').iterdir())
    assert blank.keys() == labels.keys() and not blank.keys() & pages.keys()
    assert not any(page.words for page in blank.values())
    assert all(page.words for page in labels.values())


def test_pages_depend_neither_on_workers_nor_on_how_many_there_are(tmp_path: Path):
    make(tmp_path / 'one', 3, 1, workers=1)
    make(tmp_path / 'two', 3, 1, workers=2)
    make(tmp_path / 'few', 1)
    one, two, few = (content(tmp_path / run) for run in ('one', 'two', 'few'))
    assert one == two
    photograph, annotations = 'images/train/synthetic_000000.jpg', 'jsons/train.json'
    assert few.pop(photograph) == one[photograph]
    first = (json.loads(made[annotations])['images'] for made in (few, one))
    assert len({str(pages['synthetic_000000.jpg']) for pages in first}) == 1


def test_pages_are_not_replaced_unasked(tmp_path: Path):
    make(tmp_path, 1)
    before = content(tmp_path)
    with pytest.raises(UserError, match='--force'):
        make(tmp_path, 2)
    assert content(tmp_path) == before


def test_force_leaves_no_page_of_the_older_run(tmp_path: Path):
    make(tmp_path, 2, 1)
    (tmp_path / 'images' / 'train' / 'mine.jpg').write_bytes(b'kept')
    make(tmp_path, 1, force=True)
    assert sorted(content(tmp_path)) == [
        'images/train/mine.jpg',
        'images/train/synthetic_000000.jpg',
        'jsons/train.json',
    ]


def test_an_interrupted_run_leaves_no_annotations(tmp_path: Path):
    made = generate(OPTIONS, tmp_path, 3)
    next(made)
    made.close()
    assert not (tmp_path / 'jsons').exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / 'file').write_text('in the way')
    with pytest.raises(UserError, match='cannot be written'):
        make(tmp_path / 'file' / 'out', 1)
