"""tools/train.py from the outside: a tiny training, and every mistake in one line."""

import json
import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from mmcv.transforms import BaseTransform
from mmocr.registry import TRANSFORMS
from tiny_receipts import entry, make_data_root, write_annotations
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

from plugins.evaluation.cleval_metric import CLEvalMetric
from plugins.functional.training import pages_among
from plugins.hooks.nonfinite_loss import RESCUED


@pytest.fixture
def train(monkeypatch, data_root, tmp_path):
    """Return a function that runs a tiny training in this process, and gives its status."""

    def run(*args: object, config: Path = CONFIG, options: tuple = (), root: Path = data_root):
        tiny = TINY if config == CONFIG else []
        overrides = ['--cfg-options', *tiny, *options] if tiny or options else []
        work_dir = [] if '--work-dir' in args else ['--work-dir', tmp_path / 'work']
        return run_fresh(
            monkeypatch, 'train.py', config, '--data-root', root, *work_dir, *args, *overrides
        )

    return run


def checkpoints(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob('*.pth'))


def scalars(folder: Path) -> list[dict]:
    (path,) = folder.glob('*/vis_data/scalars.json')
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_training_leaves_what_one_expects(checkpoint: Path) -> None:
    trained = checkpoint.parent
    assert checkpoints(trained) == ['best_val_hmean_epoch_1.pth', 'epoch_1.pth']
    assert (trained / 'last_checkpoint').read_text() == str(trained / 'epoch_1.pth')
    assert (trained / CONFIG.name).is_file()
    (scores,) = [line for line in scalars(trained) if 'val/hmean' in line]
    assert {'val/precision', 'val/recall', 'val/global_hmean'} <= scores.keys()
    assert scores['val/num_pages'] == 1


def test_a_fold_is_trained_on_its_own_pages(train, tmp_path) -> None:
    root = make_data_root(tmp_path / 'data')
    (root / 'folds/fold0_train.json').unlink()
    images = {name: entry() for name in ('a.png', 'b.png', 'v.png')}
    write_annotations(root / 'folds/fold3_val.json', images)
    assert train('--fold', 3, root=root) == 0
    (scores,) = [line for line in scalars(tmp_path / 'work') if 'val/hmean' in line]
    assert scores['val/num_pages'] == len(images)


def test_a_fold_that_was_never_made(train, capsys, tmp_path) -> None:
    parts = ('fold9_train.json', 'tools/make_folds.py', '--fold')
    assert_one_line_error(train('--fold', 9), capsys.readouterr().err, *parts)
    assert not (tmp_path / 'work').exists()


def test_resume_auto_goes_on_from_the_last_checkpoint(
    checkpoint, train, tmp_path, read_files
) -> None:
    last = tmp_path / 'work/epoch_1.pth'
    last.parent.mkdir()
    last.write_bytes(checkpoint.read_bytes())
    (last.parent / 'last_checkpoint').write_text(str(last))
    assert train('--resume', options=('train_cfg.max_epochs=2', 'param_scheduler.T_max=2')) == 0
    assert 'epoch_2.pth' in checkpoints(last.parent)
    losses = [line['epoch'] for line in scalars(last.parent) if 'loss' in line]
    assert 1 not in losses
    assert read_files == ['epoch_1.pth']


def test_resume_auto_without_a_checkpoint_starts_afresh(train, tmp_path) -> None:
    assert train('--resume', 'auto', '--auto-scale-lr', '--seed', 7) == 0
    rates = [line['lr'] for line in scalars(tmp_path / 'work') if 'lr' in line]
    # A batch of 2 where the rate is meant for 4.
    assert rates[0] == pytest.approx(3e-3 * 2 / 4)


def test_wandb_stays_offline_and_within_the_work_folder(train, tmp_path, monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith('WANDB')]:
        monkeypatch.delenv(name)
    monkeypatch.setenv('HOME', str(tmp_path / 'home'))
    monkeypatch.chdir(tmp_path)
    assert train('--wandb') == 0
    assert os.environ['WANDB_MODE'] == 'offline'
    assert list((tmp_path / 'work').rglob('run-*.wandb'))
    assert not (tmp_path / 'wandb').exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason='a GPU is there')
def test_amp_without_a_gpu(train, capsys) -> None:
    assert_one_line_error(train('--amp'), capsys.readouterr().err, '--amp: no GPU')


@pytest.mark.parametrize(
    ('options', 'parts'),
    [
        pytest.param(['train_dataloder.batch_size=2'], ['override train_dataloader'], id='typo'),
        pytest.param(['model.nek.x=1'], ["'nek'"], id='unknown part of the model'),
        pytest.param(['model.type=DBNat'], ['model.type=DBNat', 'DBNet'], id='unknown type'),
        pytest.param(
            ['param_scheduler.type=CosineLR'],
            ['param_scheduler.type=CosineLR', 'CosineAnnealingLR'],
            id='scheduler',
        ),
        pytest.param(
            ['optim_wrapper.optimizer.type=AdamX'],
            ['optimizer.type=AdamX', 'Adam '],
            id='optimizer',
        ),
        pytest.param(['optim_wrapper.optimizer.lr=fast'], ['lr=fast', 'a number'], id='no number'),
        pytest.param(['train_dataloader.0.x=1'], ['cannot be built'], id='index into an object'),
        pytest.param(['model.det_head.postprocessor.thresh=2'], ['thresh', '2'], id='range'),
        pytest.param(['load_from=nowhere.pth'], ['nowhere.pth: no such'], id='no start'),
        pytest.param(
            ['model.backbone.model_name=resnet19'], ["'resnet19'", 'resnet18'], id='backbone'
        ),
    ],
)
def test_options_that_do_not_fit(train, capsys, tmp_path, options, parts) -> None:
    assert_one_line_error(train(options=tuple(options)), capsys.readouterr().err, *parts)
    assert checkpoints(tmp_path) == []


@pytest.mark.parametrize(
    ('text', 'part'),
    [
        pytest.param('a = 1\n', 'cannot be built', id='empty of parts'),
        pytest.param(
            "custom_imports = dict(imports=['nowhere'])\n", 'nowhere', id='import missing'
        ),
        pytest.param("model = dict(neck=dict(colour='red'))\n", "'colour'", id='wrong argument'),
    ],
)
def test_bad_configs(train, capsys, tmp_path, text, part) -> None:
    path = tmp_path / 'bad.py'
    path.write_text(text if 'a = 1' in text else f"_base_ = '{CONFIG}'\n{text}")
    assert_one_line_error(train(config=path), capsys.readouterr().err, 'bad.py', part)


@pytest.mark.parametrize(
    ('text', 'part'),
    [('{"images": {', 'line 1'), ('{"images": {"x.png": {"words": {}}}}', '--data-root')],
)
def test_bad_annotations(train, capsys, tmp_path, text, part) -> None:
    root = make_data_root(tmp_path / 'data')
    path = root / 'folds/fold0_train.json'
    path.write_text(text)
    assert_one_line_error(train(root=root), capsys.readouterr().err, str(path), part)
    assert checkpoints(tmp_path) == []


@pytest.mark.parametrize('workers', [0, 1])
def test_a_broken_image_is_named(train, capsys, tmp_path, workers) -> None:
    root = make_data_root(tmp_path / 'data')
    path = root / 'images/train/b.png'
    path.write_bytes(path.read_bytes()[:200])
    status = train(root=root, options=(f'train_dataloader.num_workers={workers}',))
    assert_one_line_error(status, capsys.readouterr().err, f'{path}: the image')


@TRANSFORMS.register_module(force=True)
class PoisonPage(BaseTransform):
    """Spoil the targets of b.png, from a given time on that it is loaded."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.loaded = 0

    def transform(self, results: dict) -> dict:
        self.loaded += results['img_path'].endswith('b.png')
        if results['img_path'].endswith('b.png') and self.loaded > self.after:
            results['gt_maps'][0, :4] = np.nan
        return results


def test_a_poisoned_page_is_named_and_a_mended_one_trained_on(train, capsys, tmp_path) -> None:
    def poisoned(after: int, *args: object) -> int:
        (tmp_path / 'poisoned.py').write_text(
            f'_base_ = {str(CONFIG)!r}\n'
            'steps = [*_base_.train_pipeline]\n'
            f"steps.insert(-1, dict(type='PoisonPage', after={after}))\n"
            'train_dataloader = dict(dataset=dict(pipeline=steps))\n'
        )
        options = (*TINY, 'train_dataloader.batch_size=1', 'train_cfg.max_epochs=3')
        return train(*args, config=tmp_path / 'poisoned.py', options=options)

    errors = (poisoned(1), capsys.readouterr().err)
    place = 'in epoch 2, iteration '
    assert_one_line_error(*errors, 'loss_prob is nan', place, 'on b.png;', 'optimizer.lr', RESCUED)
    assert 'a.png' not in errors[1]
    work_dir, best = tmp_path / 'work', 'best_val_hmean_epoch_1.pth'
    assert checkpoints(work_dir) == sorted([RESCUED, best, 'epoch_1.pth'])
    # What was kept is where it goes on.
    assert poisoned(99, '--resume', work_dir / RESCUED) == 0
    assert torch.load(work_dir / 'epoch_3.pth', weights_only=False)['meta']['epoch'] == 3
    assert (work_dir / best).is_file()


def test_validation_pages_without_words_are_not_scored(train, tmp_path) -> None:
    root = make_data_root(tmp_path / 'data')
    write_annotations(root / 'folds/fold0_val.json', {'v.png': entry(())})
    assert train(root=root) == 0
    assert checkpoints(tmp_path) == ['epoch_1.pth']


def test_a_checkpoint_of_another_model_is_not_resumed(train, capsys, tmp_path) -> None:
    state = {'state_dict': {'x': torch.zeros(1)}, 'meta': {}, 'optimizer': {}, 'message_hub': {}}
    torch.save(state, tmp_path / 'x.pth')
    status = train('--resume', tmp_path / 'x.pth')
    assert_one_line_error(status, capsys.readouterr().err, 'x.pth', 'do not fit')


def test_a_training_starts_from_the_weights_of_another(train, tmp_path, checkpoint) -> None:
    start = torch.load(checkpoint, weights_only=False)['state_dict']
    assert train('--load-from', checkpoint, options=('optim_wrapper.optimizer.lr=0',)) == 0
    (log,) = (tmp_path / 'work').glob('*/*.log')
    assert f'{len(start)} of {len(start)} weights start from {checkpoint}' in log.read_text()
    end = torch.load(tmp_path / 'work/epoch_1.pth', weights_only=False)['state_dict']
    name = 'det_head.binarize.0.weight'
    assert torch.equal(end[name], start[name])


def test_pages_that_the_start_was_trained_on_are_no_validation(
    train, capsys, tmp_path, checkpoint
) -> None:
    root = make_data_root(tmp_path / 'data')
    write_annotations(root / 'folds/fold1_train.json', {'v.png': entry()})
    write_annotations(root / 'folds/fold1_val.json', {'a.png': entry()})
    args = ('--fold', 1, '--load-from', checkpoint)
    status = train(*args, root=root)
    seen = ('epoch_1.pth', '1 of the 1 page to validate on', "'a.png'", '--allow-seen')
    assert_one_line_error(status, capsys.readouterr().err, *seen)
    assert checkpoints(tmp_path / 'work') == []
    assert train(*args, '--allow-seen', root=root) == 0
    # The last and the best name its own page, and those of its start.
    for path in sorted((tmp_path / 'work').glob('*.pth')):
        hashes = torch.load(path, weights_only=False)['trained_pages'].numpy()
        assert pages_among(['x.png', 'a.png', 'b.png', 'v.png'], hashes) == [
            *('a.png', 'b.png', 'v.png')
        ]


def test_a_work_folder_that_is_a_file(train, capsys, tmp_path) -> None:
    (tmp_path / 'file').write_text('mine')
    status = train('--work-dir', tmp_path / 'file')
    assert_one_line_error(status, capsys.readouterr().err, 'file')
    assert (tmp_path / 'file').read_text() == 'mine'


def test_pretrained_weights_without_a_network_name_the_remedies(
    train, capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_OFFLINE', True)
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_CACHE', str(tmp_path / 'empty'))
    status = train(options=('model.backbone.pretrained=True',))
    remedies = ('network', 'model.backbone.checkpoint=FILE', 'model.backbone.pretrained=False')
    assert_one_line_error(status, capsys.readouterr().err, 'mobilenetv3_small_050', *remedies)
    assert checkpoints(tmp_path) == []


def test_the_terminal_shows_a_screen_and_the_log_file_the_rest(train, capfd, tmp_path) -> None:
    options = ('train_cfg.max_epochs=2', 'train_dataloader.num_workers=1')
    assert train(options=options) == 0
    shown, errors = capfd.readouterr()
    lines = shown.splitlines()
    assert errors == ''
    # Paths of this test are long; nothing else is.
    assert all(len(line) <= 80 or str(tmp_path) in line for line in lines)
    assert len(lines) < 60
    epochs = [line.split() for line in lines if re.match(r' +\d/2 ', line)]
    assert [epoch[0] for epoch in epochs] == ['1/2', '2/2']
    assert all(re.fullmatch(r'\d\.\d{3}', figure) for epoch in epochs for figure in epoch[2:5])
    assert '2 pages to train on, 1 to validate on' in shown
    assert 'model.neck.inner_channels=8' in shown
    assert 'tools/test.py' in shown.partition('next:')[2]
    (log,) = (tmp_path / 'work').glob('*/*.log')
    logged = log.read_text()
    for text in (
        'System environment',
        'Epoch(train)',
        'Hooks will be executed',
        'optim_wrapper = ',
    ):
        assert text in logged and text not in shown
    assert all(' '.join(epoch[:5]) in ' '.join(logged.split()) for epoch in epochs)


def test_verbose_shows_everything(train, capfd) -> None:
    assert train('--verbose') == 0
    shown = capfd.readouterr().out
    for text in ('System environment', 'Epoch(train)', 'optim_wrapper = ', '2 pages to train on'):
        assert text in shown


def test_ctrl_c_says_how_to_go_on(train, capfd, tmp_path, monkeypatch) -> None:
    validate = CLEvalMetric.process

    def interrupted(metric, *args, **kwargs) -> None:
        if (tmp_path / 'work/epoch_2.pth').is_file():
            raise KeyboardInterrupt
        validate(metric, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(CLEvalMetric, 'process', interrupted)
        assert train(options=('train_cfg.max_epochs=2',)) == 130
    errors = capfd.readouterr().err
    assert errors.startswith('interrupted\n') and 'work/epoch_2.pth' in errors
    _, *command = shlex.split(errors.partition('to go on:\n')[2].replace('\\\n', ' '))
    assert command[-1] == '--resume'
    assert run_fresh(monkeypatch, 'train.py', *command[1:]) == 0
    shown = capfd.readouterr().out
    assert 'going on after epoch 2' in shown and 'Loads checkpoint' not in shown
