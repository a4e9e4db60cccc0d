"""tools/analysis_tools/browse_dataset.py from the outside."""

from pathlib import Path

import cv2
import pytest
from tiny_receipts import entry, make_data_root, write_annotations
from tool_runner import assert_one_line_error, run_tool

TOOL = 'analysis_tools/browse_dataset.py'


@pytest.fixture
def browse(repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The tool with a data folder, writing to ``out`` in it."""
    config = repo_root / 'configs/dbnet_mobilenetv3_small_640.py'
    make_data_root(tmp_path)
    common = (config, '--data-root', tmp_path, '--out', tmp_path / 'out')
    return lambda *args: run_tool(monkeypatch, TOOL, *common, *args)


def test_pages_are_spread_over_the_split_and_the_fold_that_is_named(browse, tmp_path: Path) -> None:
    pages = {f'{name}.png': entry() for name in ('a', 'gone', 'b')}
    write_annotations(tmp_path / 'folds/fold1_train.json', pages)
    assert browse('--fold', 1, '--pages', 2) == 0
    written = {path.name for path in (tmp_path / 'out').iterdir()}
    assert written == {'a.png.train.jpg', 'b.png.train.jpg'}
    assert cv2.imread(str(tmp_path / 'out/a.png.train.jpg')).shape[0] > 900


def test_pictures_are_not_replaced_unasked(browse, capsys) -> None:
    assert browse('--split', 'val') == 0
    capsys.readouterr()
    status = browse('--split', 'val')
    assert_one_line_error(status, capsys.readouterr().err, 'v.png.val.jpg', '--force')
    assert browse('--split', 'val', '--force') == 0


def test_batches_of_epochs_are_written(browse, tmp_path: Path) -> None:
    assert browse('--batches', 1, '--at-epoch', 1, 2) == 0
    written = {path.name for path in (tmp_path / 'out').iterdir()}
    assert written == {'epoch1_batch1.jpg', 'epoch2_batch1.jpg'}


def test_epochs_are_rows(browse, tmp_path: Path) -> None:
    assert browse('--pages', 1, '--at-epoch', 1, 2, 3) == 0
    (path,) = (tmp_path / 'out').iterdir()
    assert cv2.imread(str(path)).shape[0] > 3 * 600


def test_test_pages_have_no_epochs(browse, capsys) -> None:
    assert browse('--split', 'test', '--at-epoch', 1) == 2
    assert '--split test' in capsys.readouterr().err


MISTAKES = {
    'fold=7': ('fold7_train.json', 'make_folds.py'),
    'pipeline.0.type=Nothing': ('train_dataloader.dataset', 'Nothing'),
}


@pytest.mark.parametrize(('option', 'parts'), MISTAKES.items(), ids=MISTAKES)
def test_mistakes_are_one_line(browse, capsys, option: str, parts) -> None:
    status = browse('--cfg-options', f'train_dataloader.dataset.{option}')
    assert_one_line_error(status, capsys.readouterr().err, *parts)
