"""tools/dataset_converters/sroie.py from the outside."""

import json
from pathlib import Path

import pytest
from PIL import Image
from tool_runner import assert_one_line_error, call_tool, run_tool

TOOL = 'dataset_converters/sroie.py'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / 'sroie'
    for folder in ('img', 'box'):
        (root / folder).mkdir(parents=True)
    for name in ('000', '001', '002'):
        Image.new('RGB', (40, 60)).save(root / f'img/{name}.jpg')
        (root / f'box/{name}.txt').write_text('1,2,30,2,30,9,1,9,TOTAL, 5\n')
    return root


def test_three_in_three_out(source: Path, tmp_path: Path) -> None:
    done = call_tool(tmp_path, TOOL, '--src', source, '--out', 'data', '--test', 1)
    assert done.returncode == 0
    assert '3 receipts in, 3 out: 2 for training, 1 for testing; 3 text lines' in done.stdout
    assert len(json.loads((tmp_path / 'data/jsons/train.json').read_text())['images']) == 2


def test_a_missing_partner_is_named_and_the_rest_converted(
    source: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    (source / 'box/001.txt').unlink()
    assert run_tool(monkeypatch, TOOL, '--src', source, '--out', tmp_path / 'out') == 1
    captured = capsys.readouterr()
    assert f'left out: {source}/img/001.jpg has no partner' in captured.err
    assert '2 receipts in, 2 out' in captured.out


MISTAKES = {
    'malformed row': ('box/001.txt', b'1,2,3\n', [], '001.txt:1: 2 commas'),
    'empty image': ('img/001.jpg', b'', [], '001.jpg: the image file is empty'),
    'all for testing': ('read me', b'', ['--test', 3], '3 of 3 receipts'),
}


@pytest.mark.parametrize(('file', 'data', 'options', 'message'), MISTAKES.values(), ids=MISTAKES)
def test_bad_input_is_one_line_and_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch, capsys, file, data, options, message
) -> None:
    (source / file).write_bytes(data)
    out = tmp_path / 'out'
    status = run_tool(monkeypatch, TOOL, '--src', source, '--out', out, *options)
    assert_one_line_error(status, capsys.readouterr().err, message)
    assert not out.exists()


def test_a_dataset_is_replaced_only_with_force(source: Path, tmp_path: Path) -> None:
    command = (tmp_path, TOOL, '--src', source, '--out', 'data')
    assert call_tool(*command).returncode == 0
    again = call_tool(*command)
    assert_one_line_error(again.returncode, again.stderr, 'train.json', '--force')
    assert call_tool(*command, '--force').returncode == 0
