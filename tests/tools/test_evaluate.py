"""tools/evaluate.py from the outside."""

import csv
import json
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest
from shapes import box
from submission_data import BELOW, WORD, make_submission_data
from tool_runner import assert_one_line_error, run_tool

from plugins.functional.submission import write_csv

TOOL = 'evaluate.py'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_submission_data(tmp_path)


def evaluate(data: Path, monkeypatch, predictions: str, *args: object) -> int:
    ann = ('--ann', data / 'labels.json')
    return run_tool(monkeypatch, TOOL, *ann, '--predictions', data / predictions, *args)


def test_scores_are_printed_worst_page_first_and_written(data, monkeypatch, capsys) -> None:
    assert evaluate(data, monkeypatch, 'poor.csv', '--out', data / 'out') == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == '3 pages, 6 words, 3 detections'
    # H is 1 on a.png, 2 / 3 on b.png, and 0 on c.png; P 1, 1, 0; R 1, 1 / 2, 0.
    mean = next(line for line in lines if line.startswith('mean of the pages'))
    assert mean.split()[4:7] == ['0.5556', '0.6667', '0.5000']
    pages = [line.split()[-1] for line in lines if line.endswith('.png')]
    assert pages == ['c.png', 'b.png', 'a.png']
    assert max(map(len, lines[:-1])) <= 100
    with (data / 'out/pages.csv').open() as file:
        rows = list(csv.DictReader(file))
    assert [row['page'] for row in rows] == ['c.png', 'b.png', 'a.png']
    assert [row['num_char_gt'] for row in rows] == ['8'] * 3


def test_the_worst_pages_are_drawn(data, monkeypatch, capsys) -> None:
    args = ('--images', data / 'images', '--out', data / 'out', '--pages', 2)
    assert evaluate(data, monkeypatch, 'poor.csv', *args) == 0
    pictures = sorted((data / 'out/worst').iterdir())
    assert [path.name for path in pictures] == ['01_c.png', '02_b.png']
    assert all(cv2.imread(str(path)) is not None for path in pictures)
    # A second run would mix its pictures with these.
    capsys.readouterr()
    assert evaluate(data, monkeypatch, 'good.csv', *args) == 2
    assert '--force' in capsys.readouterr().err
    assert evaluate(data, monkeypatch, 'good.csv', *args, '--force') == 0
    assert [p.name for p in sorted((data / 'out/worst').iterdir())] == ['01_a.png', '02_b.png']


def test_a_page_that_cannot_be_drawn_does_not_cost_the_others(data, monkeypatch, capsys) -> None:
    (data / 'images/c.png').write_bytes(b'')
    args = ('--images', data / 'images', '--out', data / 'out')
    assert evaluate(data, monkeypatch, 'poor.csv', *args) == 1
    shown = capsys.readouterr()
    assert 'not drawn: ' in shown.err
    assert 'c.png: the image file is empty' in shown.err
    assert 'worst: 2 pictures' in shown.out
    assert sorted(p.name for p in (data / 'out/worst').iterdir()) == ['02_b.png', '03_a.png']


def test_names_in_another_unicode_form_are_told(data, monkeypatch, capsys) -> None:
    labels = json.loads((data / 'labels.json').read_text())
    labels['images']['가.png'] = labels['images']['a.png']
    (data / 'labels.json').write_text(json.dumps(labels))
    found = {'a.png': [WORD], unicodedata.normalize('NFD', '가.png'): [WORD]}
    write_csv(data / 'mac.csv', found)
    assert evaluate(data, monkeypatch, 'mac.csv') == 0
    assert 'Unicode form' in capsys.readouterr().err
    write_csv(data / 'mac.csv', dict(list(found.items())[1:]), force=True)
    assert evaluate(data, monkeypatch, 'mac.csv') == 2
    assert 'Unicode form' in capsys.readouterr().err


def test_one_polygon_around_all_words_is_told(data, monkeypatch, capsys) -> None:
    words = [box(40 * k, 0, 40 * k + 38, 28) for k in range(12)]
    entries = {f'{n:04}': {'points': np.asarray(word).tolist()} for n, word in enumerate(words)}
    images = {'a.png': {'words': entries}}
    (data / 'labels.json').write_text(json.dumps({'images': images}))
    write_csv(data / 'all.csv', {'a.png': [box(0, 0, 480, 28)]})
    assert evaluate(data, monkeypatch, 'all.csv') == 0
    assert 'on 1 of 1 pages a few polygons cover most words' in capsys.readouterr().out
    write_csv(data / 'each.csv', {'a.png': words})
    assert evaluate(data, monkeypatch, 'each.csv') == 0
    assert 'a few polygons' not in capsys.readouterr().out


def test_two_files_are_compared_with_an_interval(data, monkeypatch, capsys) -> None:
    assert evaluate(data, monkeypatch, 'good.csv', '--compare', data / 'poor.csv') == 0
    out = capsys.readouterr().out
    # 1 - 5 / 9
    assert 'H +0.4444' in out
    assert 'better on 2 pages, worse on 0, equal on 1' in out


def test_pages_of_one_file_alone_are_said_aloud(data, monkeypatch, capsys) -> None:
    write_csv(data / 'part.csv', {'a.png': [WORD, BELOW], 'x.png': [WORD]})
    assert evaluate(data, monkeypatch, 'part.csv') == 0
    shown = capsys.readouterr()
    assert 'has no entry for 2 pages (b.png, c.png): they score 0' in shown.err
    assert 'has 1 page (x.png): not in' in shown.err
    assert '0.3333' in shown.out


MISTAKES = {
    'other pages': ('other.csv', (), ('other.csv', 'none of its pages')),
    'other compared': ('good.csv', ('--compare', 'other.csv'), ('other.csv', 'none of')),
    'no labels': ('good.csv', ('--ann', 'test.json'), ('test.json', 'labelled')),
    'no folder': ('good.csv', ('--images', 'nowhere', '--out', 'out'), ('nowhere',)),
    'an image is missing': ('good.csv', ('--images', 'some', '--out', 'out'), ('some/a.png',)),
}


@pytest.mark.parametrize(('predictions', 'args', 'parts'), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_one_line(data, monkeypatch, capsys, predictions, args, parts) -> None:

    write_csv(data / 'other.csv', {'x.png': [WORD]})
    (data / 'some').mkdir()
    paths = [arg if str(arg).startswith('--') else data / arg for arg in args]
    status = evaluate(data, monkeypatch, predictions, *paths)
    errors = capsys.readouterr().err
    assert_one_line_error(status, errors.strip().splitlines()[-1], *parts)
    assert not (data / 'out').exists()


def test_an_out_that_is_a_file_is_refused_before_scoring(data, monkeypatch, capsys) -> None:
    status = evaluate(data, monkeypatch, 'good.csv', '--out', data / 'good.csv')
    out, errors = capsys.readouterr()
    assert_one_line_error(status, errors, 'good.csv', '--out')
    assert not out


def test_images_need_a_place_for_pictures(data, monkeypatch, capsys) -> None:
    assert evaluate(data, monkeypatch, 'good.csv', '--images', data / 'images') == 2
    assert '--images needs --out' in capsys.readouterr().err


def test_files_that_share_no_page_are_scored_as_one(data, monkeypatch, capsys) -> None:
    head, *rows = (data / 'poor.csv').read_text().splitlines(keepends=True)
    (data / 'first.csv').write_text(head + rows[0])
    (data / 'rest.csv').write_text(head + ''.join(rows[1:]))
    assert evaluate(data, monkeypatch, 'poor.csv') == 0
    whole = capsys.readouterr().out
    assert evaluate(data, monkeypatch, 'first.csv', data / 'rest.csv') == 0
    assert capsys.readouterr().out == whole
    status = evaluate(data, monkeypatch, 'first.csv', data / 'poor.csv')
    assert_one_line_error(status, capsys.readouterr().err, 'poor.csv', 'a.png')
