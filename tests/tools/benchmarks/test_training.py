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
MODEL = [option for option in TINY if option.startswith('model.')]
SMALL = [
    *('--model', 'config', '--input-size', 96, '--workers', 0),
    *('--repeat', 2, '--steps', 3, '--batch-size', 1, '--cfg-options', *MODEL),
]


@pytest.fixture(scope='module')
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data_root(tmp_path_factory.mktemp('data'))


@pytest.fixture(scope='module')
def outcome(data_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, str]:
    """Figures and terminal output of one run."""
    out = tmp_path_factory.mktemp('out') / 'figures.json'
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.redirect_stdout(printed):
        args = (CONFIG, '--data-root', data_root, '--out', out, '--markdown', *SMALL)
        assert run_fresh(monkeypatch, TOOL, *args) == 0
    return json.loads(out.read_text()), printed.getvalue()


def test_machine_and_setup_are_told(outcome: tuple[dict, str], data_root: Path) -> None:
    figures, text = outcome
    assert figures['machine']['cores'] >= 1
    assert figures['machine']['versions']['torch'] == torch.__version__
    setup = figures['setup']
    assert (setup['pages'], setup['words_per_page'], setup['data']) == (2, 3, str(data_root))
    assert (setup['batch_size'], setup['workers'], setup['input_size']) == (1, 0, 96)
    assert torch.__version__ in text.splitlines()[0]


def test_every_stage_of_both_pipelines_has_its_time(outcome: tuple[dict, str]) -> None:
    figures, text = outcome
    stages = {name: side['stages'] for name, side in figures['stages'].items()}
    assert {'ImgAugWrapper', 'RandomCrop', 'targets, within the loss'} <= {
        stage['name'] for stage in stages['stock MMOCR']
    }
    assert {'LoadReceipt', 'RandomWarp', 'MakeDBTargets'} <= {
        stage['name'] for stage in stages['MMReceipt']
    }
    for side in figures['stages'].values():
        assert all(stage['cpu_mean'] > 0 for stage in side['stages'])
        assert sum(stage['cpu_mean'] for stage in side['stages']) == pytest.approx(
            sum(total['cpu_mean'] for total in side['totals'])
        )
        assert all(stage['name'] in text for stage in side['stages'])


def test_a_gpu_is_fed_no_faster_than_workers_and_main_process_go(outcome: tuple[dict, str]) -> None:
    stock, ours = outcome[0]['supply'].values()
    assert ours['pages_per_second_at_most'] == ours['pages_per_second'] > 0
    assert ours['main_process_ms'] == 0 < stock['main_process_ms']
    at_most = min(stock['pages_per_second'], 1000 / stock['main_process_ms'])
    assert stock['pages_per_second_at_most'] == pytest.approx(at_most)


def test_the_parts_of_a_step_add_up(outcome: tuple[dict, str]) -> None:
    steps = outcome[0]['steps']
    assert list(steps) == ['stock MMOCR', 'MMReceipt', 'MMReceipt, square']
    for name, side in steps.items():
        parts = side['parts_ms']
        assert side['steps'] == 3
        assert 0 < side['waiting_share'] < 1
        assert (parts['drawing targets'] > 0) == (name == 'stock MMOCR')
        if outcome[0]['setup']['device'] == 'cpu':
            assert sum(parts.values()) == pytest.approx(side['ms_per_step'])
            waited = parts['waiting for data'] / side['ms_per_step']
            assert side['waiting_share'] == pytest.approx(waited)
        assert side['pages_per_second'] == pytest.approx(1000 / side['ms_per_step'])


def test_pixels_are_those_of_the_network(outcome: tuple[dict, str]) -> None:
    pixels = {name: side['pixels_per_page'] for name, side in outcome[0]['steps'].items()}
    # 72 x 96 pixels are 96 x 96 for a network of stride 32.
    assert pixels == dict.fromkeys(pixels, 96 * 96)


def test_padding_is_reported_by_batch_size(outcome: tuple[dict, str]) -> None:
    figures, text = outcome
    assert [row['batch_size'] for row in figures['padding']] == [4, 8, 16]
    # All pages are 72 x 96: on whichever canvas, a quarter is padding and nothing is to be saved.
    assert {(row['square'], row['shuffled'], row['saved']) for row in figures['padding']} == {
        (1 / 4, 1 / 4, 0)
    }
    assert '| 4 | 25.0% | 25.0% | 25.0% | 0.0% |' in text


def test_pages_are_rendered_where_no_data_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    small = [*SMALL, '--pages', 1, '--repeat', 1, '--steps', 1, '--workers', 1]
    assert run_fresh(monkeypatch, TOOL, CONFIG, *small) == 0
    text = capsys.readouterr().out
    for title in ('A page at 96 px', 'How fast a GPU', 'Training', 'taken apart', 'Padding'):
        assert title in text


@pytest.mark.parametrize(
    ('args', 'parts'),
    [
        pytest.param(['nosuch.py'], ('nosuch.py', 'no such config'), id='missing config'),
        pytest.param(['--data-root', 'nosuch'], ('nosuch', 'no such folder'), id='missing data'),
        pytest.param(['--batch-size', 3], ('2 pages', '--batch-size'), id='too few pages'),
        pytest.param(['--out', __file__], (__file__, '--force'), id='figures are there already'),
        pytest.param(['--cfg-options', 'nosuch=1'], ('nosuch',), id='unknown key'),
        pytest.param(
            ['--cfg-options', 'train_dataloader.dataset.pipeline.0.type=NoSuch'],
            (CONFIG.name, 'cannot be built', 'NoSuch'),
            id='unknown transform',
        ),
    ],
)
def test_what_the_user_can_mend_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, data_root: Path, args, parts
) -> None:
    head = () if args[0] == 'nosuch.py' else (CONFIG,)
    status = run_fresh(monkeypatch, TOOL, *head, '--data-root', data_root, *args)
    assert_one_line_error(status, last_line(capsys), *parts)


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_mixed_precision_needs_a_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, data_root: Path
) -> None:
    status = run_fresh(monkeypatch, TOOL, CONFIG, '--data-root', data_root, '--amp')
    assert_one_line_error(status, last_line(capsys), '--amp', 'no GPU')


def test_a_folder_without_folds_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    status = run_fresh(monkeypatch, TOOL, CONFIG, '--data-root', tmp_path)
    assert_one_line_error(status, last_line(capsys), 'fold0_train.json', 'no such file')


def test_pages_without_words_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    root = make_data_root(tmp_path)
    write_annotations(root / 'folds/fold0_train.json', {'a.png': entry(())})
    status = run_fresh(monkeypatch, TOOL, CONFIG, '--data-root', root)
    assert_one_line_error(status, last_line(capsys), 'fold0_train.json', 'no page has a word')


@pytest.mark.parametrize('option', ['--pages', '--repeat', '--steps', '--batch-size'])
def test_nothing_to_measure_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, option: str
) -> None:
    assert run_fresh(monkeypatch, TOOL, option, 0) == 2
    last = last_line(capsys)
    assert option in last and '1 or more' in last


def last_line(capsys: pytest.CaptureFixture) -> str:
    """What the tool says last; mmengine and the progress bars speak before."""
    return capsys.readouterr().err.strip().splitlines()[-1]
