"""tools/benchmarks/training.py from the outside."""

import contextlib
import io
import json
from pathlib import Path

import pytest
import torch
from tiny_receipts import entry, make_data_root, write_annotations
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

TOOL = 'benchmarks/training.py'
SMALL = [
    *('--model', 'config', '--input-size', 96, '--workers', 0, '--repeat', 2, '--steps', 3),
    *('--batch-size', 1, '--cfg-options', *(key for key in TINY if key.startswith('model.'))),
]


@pytest.fixture(scope='module')
def outcome(data_root: Path, tmp_path_factory) -> tuple[dict, str]:
    """Figures and terminal output of one run."""
    out = tmp_path_factory.mktemp('out') / 'figures.json'
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.redirect_stdout(printed):
        args = (CONFIG, '--data-root', data_root, '--out', out, '--markdown', *SMALL)
        assert run_fresh(monkeypatch, TOOL, *args) == 0
    return json.loads(out.read_text()), printed.getvalue()


def test_machine_and_setup_are_told(outcome, data_root: Path):
    figures, text = outcome
    assert figures['machine']['versions']['torch'] == torch.__version__
    assert torch.__version__ in text.splitlines()[0]
    asked = dict(batch_size=1, workers=0, input_size=96, repeat=2, steps=3, model='config')
    found = dict(pages=2, words_per_page=3, data=str(data_root), config=CONFIG.name)
    assert figures['setup'].items() >= (asked | found).items()
    assert list(figures['stages']) == ['stock MMOCR', 'MMReceipt']
    assert list(figures['steps']) == ['stock MMOCR', 'MMReceipt', 'MMReceipt, square']
    # All pages are 72 x 96: on whichever canvas, a quarter is padding and nothing is to be saved.
    for batch_size in (4, 8, 16):
        assert f'| {batch_size} | 25.0% | 25.0% | 25.0% | 0.0% |' in text


def test_a_gpu_is_fed_no_faster_than_workers_and_main_process_go(outcome):
    stock, ours = outcome[0]['supply'].values()
    assert ours['pages_per_second_at_most'] == ours['pages_per_second'] > 0
    assert ours['main_process_ms'] == 0 < stock['main_process_ms']
    at_most = min(stock['pages_per_second'], 1000 / stock['main_process_ms'])
    assert stock['pages_per_second_at_most'] == pytest.approx(at_most)


def test_pages_are_rendered_where_no_data_is_named(monkeypatch, capsys):
    small = [*SMALL, '--pages', 1, '--repeat', 1, '--steps', 1, '--workers', 1]
    assert run_fresh(monkeypatch, TOOL, CONFIG, *small) == 0
    text = capsys.readouterr().out
    for title in ('A page at 96 px', 'How fast a GPU', 'Training', 'taken apart', 'Padding'):
        assert title in text


@pytest.mark.parametrize(
    ('args', 'parts'),
    [
        pytest.param(['--batch-size', 3], ['2 pages', '--batch-size'], id='too few pages'),
        pytest.param(['--out', __file__], [__file__, '--force'], id='figures are there already'),
        pytest.param(
            ['--cfg-options', 'train_dataloader.dataset.pipeline.0.type=NoSuch'],
            [CONFIG.name, 'NoSuch'],
            id='unknown transform',
        ),
        pytest.param(
            ['--amp'],
            ['--amp', 'GPU'],
            id='mixed precision',
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU'),
        ),
        pytest.param(['--data-root', Path(__file__).parent], ['fold0_train.json'], id='no folds'),
        pytest.param([], ['fold0_train.json', 'word'], id='no words'),
    ],
)
def test_what_the_user_can_mend_is_one_line(monkeypatch, capsys, tmp_path, data_root, args, parts):
    if not args:
        data_root = make_data_root(tmp_path)
        write_annotations(data_root / 'folds/fold0_train.json', {'a.png': entry(())})
    status = run_fresh(monkeypatch, TOOL, CONFIG, '--data-root', data_root, *args)
    # mmengine and the progress bars speak before.
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert_one_line_error(status, last, *parts)


@pytest.mark.parametrize('option', ['--pages', '--repeat', '--steps', '--batch-size'])
def test_nothing_to_measure_is_a_usage_error(monkeypatch, capsys, option: str):
    assert run_fresh(monkeypatch, TOOL, option, 0) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert option in last and '1 or more' in last
