"""tools/analysis_tools/browse_dataset.py from the outside."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from tool_runner import assert_one_line_error, run_tool

TOOL = 'analysis_tools/browse_dataset.py'
WORD = np.array([[200, 300], [500, 300], [500, 420], [200, 420]])


@pytest.fixture
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three pages of 600 x 900 in each split, with one word."""
    for name in ('MMRECEIPT_DATA', 'LOCAL_RANK'):
        # The tool sets them; this way they are restored.
        monkeypatch.setenv(name, '0')
        monkeypatch.delenv(name)
    words = {'0001': {'points': WORD.tolist()}}
    content = {f'{n}.png': {'words': words, 'img_w': 600, 'img_h': 900} for n in range(3)}
    for path in ('folds/fold0_train.json', 'folds/fold0_val.json', 'jsons/test.json'):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(json.dumps({'images': content}))
    for folder in ('images/train', 'images/test'):
        (tmp_path / folder).mkdir(parents=True)
        for name in content:
            cv2.imwrite(str(tmp_path / folder / name), np.full((900, 600, 3), 255, np.uint8))
    return tmp_path


@pytest.fixture
def browse(repo_root: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch):
    config = repo_root / 'configs/dbnet_mobilenetv3_small_640.py'

    def run(*args: object) -> int:
        common = (config, '--data-root', data_root, '--out', data_root / 'out', '--seed', 1)
        return run_tool(monkeypatch, TOOL, *common, *args)

    return run


def panels(path: Path) -> list[np.ndarray]:
    """Cut a picture at the white gaps that run from top to bottom."""
    picture = cv2.imread(str(path))
    # The title line and the blank page are white as well, the outlined words are not.
    words = (picture[40:] < 200).any(axis=2)
    columns = np.flatnonzero(words.any(axis=0))
    cuts = np.flatnonzero(np.diff(columns) > 30) + 1
    return [words[:, part[0] : part[-1] + 1] for part in np.split(columns, cuts)]


@pytest.mark.parametrize('split', ['val', 'test'])
def test_a_page_stands_beside_the_network_input(browse, data_root: Path, split: str) -> None:
    assert browse('--split', split, '--pages', 2) == 0
    assert {path.name for path in (data_root / 'out').iterdir()} == {
        f'0.png.{split}.jpg',
        f'2.png.{split}.jpg',
    }
    page, network_input = panels(data_root / f'out/0.png.{split}.jpg')
    # Scaled to one height, the word is as wide in both: 300 of 900, the page's height.
    assert page.shape[1] == pytest.approx(network_input.shape[1], abs=8)
    assert page.shape[1] == pytest.approx(300, abs=12)


def test_the_training_maps_stand_beside_them(browse, data_root: Path) -> None:
    still = 'train_dataloader.dataset.pipeline.1'
    options = [f'{still}.{key}=0' for key in ('degrees', 'stretch', 'shift', 'flip')]
    options += [f'{still}.scale=(1.0,1.0)', 'train_dataloader.dataset.pipeline.2.brightness=0']
    assert browse('--pages', 1, '--cfg-options', *options) == 0
    word, seen, prob, thresh = (part.shape[1] for part in panels(data_root / 'out/0.png.train.jpg'))
    assert seen == pytest.approx(word, abs=8)
    assert prob < word < thresh  # shrunk, as it is, dilated


def test_the_fold_is_the_one_named(browse, data_root: Path) -> None:
    content = json.loads((data_root / 'folds/fold0_val.json').read_text())['images']
    (data_root / 'folds/fold1_val.json').write_text(
        json.dumps({'images': {'1.png': content['1.png']}})
    )
    assert browse('--fold', 1, '--split', 'val') == 0
    assert [path.name for path in (data_root / 'out').iterdir()] == ['1.png.val.jpg']


def test_pictures_are_not_replaced_unasked(browse, data_root: Path, capsys) -> None:
    assert browse('--pages', 1, '--split', 'val') == 0
    capsys.readouterr()
    status = browse('--pages', 1, '--split', 'val')
    assert_one_line_error(status, capsys.readouterr().err, '0.png.val.jpg', '--force')
    assert browse('--pages', 1, '--split', 'val', '--force') == 0


@pytest.mark.parametrize(
    ('options', 'parts'),
    [
        pytest.param(
            ['train_dataloader.dataset.fold=7'], ('fold7_train.json', 'make_folds.py'), id='fold'
        ),
        pytest.param(
            ['train_dataloader.dataset.pipeline.0.type=Nothing'],
            ('train_dataloader.dataset', 'Nothing'),
            id='unknown transform',
        ),
    ],
)
def test_mistakes_are_one_line(browse, capsys, options: list[str], parts) -> None:
    status = browse('--cfg-options', *options)
    assert_one_line_error(status, capsys.readouterr().err, *parts)
