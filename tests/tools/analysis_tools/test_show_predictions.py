"""tools/analysis_tools/show_predictions.py from the outside."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from tool_runner import assert_one_line_error, run_tool

from plugins.functional.drawing import colours
from plugins.functional.geometry import Detection
from plugins.functional.submission import write_csv, write_predictions

TOOL = 'analysis_tools/show_predictions.py'
LEFT = np.array([[100, 200], [300, 200], [300, 500], [100, 500]], float)
RIGHT = LEFT + np.array([300, 0])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three white pages; the left half of each was found, the right half is there."""
    words = {'0001': {'points': RIGHT.tolist()}}
    names = [f'{number}.png' for number in range(3)]
    (tmp_path / 'images').mkdir()
    for name in names:
        cv2.imwrite(str(tmp_path / 'images' / name), np.full((900, 600, 3), 255, np.uint8))
    content = {'images': {name: {'words': words} for name in names}}
    (tmp_path / 'truth.json').write_text(json.dumps(content))
    write_predictions(tmp_path / 'found.json', {name: [Detection(LEFT, 0.9)] for name in names})
    write_csv(tmp_path / 'found.csv', {name: [LEFT] for name in names})
    return tmp_path


def has_color(picture: np.ndarray, color: tuple[int, int, int]) -> bool:
    return bool((np.abs(picture.astype(int) - color) < 4).all(axis=2).any())


@pytest.mark.parametrize('predictions', ['found.json', 'found.csv'])
def test_found_and_true_words_are_drawn_in_their_colours(
    data: Path, monkeypatch, capsys, predictions: str
) -> None:
    args = (data / predictions, '--images', data / 'images', '--out', data / 'new/sheet.png')
    assert run_tool(monkeypatch, TOOL, *args, '--pages', 2) == 0
    assert '2 pages' in capsys.readouterr().out
    without = cv2.imread(str(data / 'new/sheet.png'))
    assert has_color(without, colours.FOUND) and not has_color(without, colours.GROUND_TRUTH)
    with_truth = ('--pages', 2, '--ann', data / 'truth.json', '--force')
    assert run_tool(monkeypatch, TOOL, *args, *with_truth) == 0
    both = cv2.imread(str(data / 'new/sheet.png'))
    assert has_color(both, colours.FOUND) and has_color(both, colours.GROUND_TRUTH)
    # Pages stand side by side, so that two are wider than high.
    assert both.shape == without.shape and both.shape[1] > both.shape[0]


@pytest.mark.parametrize(
    ('change', 'parts'),
    [
        pytest.param({'--out': 'truth.json'}, ('truth.json', '.png or .jpg'), id='suffix'),
        pytest.param({'--out': 'images/0.png'}, ('0.png', '--force'), id='exists'),
        pytest.param({'--images': 'nowhere'}, ('nowhere/0.png',), id='no image'),
        pytest.param({'--ann': 'other.json'}, ('other.json', "no page '0.png'"), id='other pages'),
    ],
)
def test_mistakes_are_one_line(data: Path, monkeypatch, capsys, change: dict, parts) -> None:
    (data / 'other.json').write_text(json.dumps({'images': {'x.png': {'words': {}}}}))
    args = {'': 'found.json', '--images': 'images', '--out': 'sheet.png', **change}
    flat = [text for key, value in args.items() for text in (key, str(data / value)) if text]
    status = run_tool(monkeypatch, TOOL, *flat)
    error = capsys.readouterr().err.splitlines()[-1]
    assert_one_line_error(status, error, *parts)
    assert not (data / 'sheet.png').exists()
