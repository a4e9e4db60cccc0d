"""A loss that turns NaN ends the training with names and sound weights, whichever way it comes."""

from functools import partial
from pathlib import Path

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel
from mmengine.optim.optimizer import amp_optimizer_wrapper
from mmengine.runner import Runner
from mmocr.structures import TextDetDataSample
from torch.utils.data import DataLoader

import plugins.register  # noqa: F401
from plugins.functional.errors import UserError
from plugins.hooks import nonfinite_loss
from plugins.hooks.nonfinite_loss import RESCUED, page_names

PAGES = 4
CLIP = dict(clip_grad=dict(max_norm=1.0))


def pages() -> list[dict]:
    samples = [TextDetDataSample(metainfo=dict(img_path=f'/data/{n}.jpg')) for n in range(PAGES)]
    return [dict(inputs=torch.tensor([float(n)]), data_samples=s) for n, s in enumerate(samples)]


class Toy(BaseModel):
    """Its loss or gradient goes wrong on one page of one epoch."""

    def __init__(self, wrong: str = '', epoch: int = 1, page: int = 2) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))
        self.norm = torch.nn.BatchNorm1d(1)
        self.wrong, self.epoch, self.page = wrong, epoch, page
        self.calls = 0

    def forward(self, inputs, data_samples, mode='tensor'):
        epoch, page = divmod(self.calls, PAGES)
        self.calls += 1
        wrong = self.wrong if (epoch, page) == (self.epoch, self.page) else ''
        x = torch.stack(inputs) * self.weight
        if wrong == 'activation':
            x = x / 0
        x = self.norm(torch.cat([x, x + 1]))
        loss = x.square().mean()
        if wrong == 'gradient':
            # The slope of a root at 0 is infinite, and 0 times infinity NaN.
            loss = loss + (self.weight * 0).sqrt().sum()
        worse = torch.ones(()) * float(wrong or 1) if wrong in ('nan', 'inf', '-inf') else 1
        return dict(loss_a=loss * worse, loss_b=self.weight.abs().sum())


def train(work_dir: Path, model: Toy, hook: bool = True, **optim_wrapper: object) -> Runner:
    optimizer = dict(type='SGD', lr=0.1, momentum=0.9)
    # mmengine's own hook removes the checkpoint before it writes the next.
    hooks = dict(checkpoint=dict(type='CheckpointHook', interval=1, max_keep_ckpts=1))
    if hook:
        hooks['nonfinite_loss'] = dict(type='NonFiniteLossHook')
    runner = Runner(
        model,
        str(work_dir),
        DataLoader(pages(), collate_fn=pseudo_collate),
        train_cfg=dict(by_epoch=True, max_epochs=3),
        optim_wrapper={'type': 'OptimWrapper', 'optimizer': optimizer, **optim_wrapper},
        default_hooks=hooks,
        experiment_name=str(work_dir),
        log_level='ERROR',
    )
    runner.train()
    return runner


def failure(*args: object, **kwargs: object) -> str:
    with pytest.raises(UserError) as caught:
        train(*args, **kwargs)
    return caught.value.line


def weights(path: Path) -> dict:
    return torch.load(path, weights_only=False)['state_dict']


def assert_sound(folder: Path, *names: str) -> None:
    assert sorted(path.name for path in folder.glob('*.pth')) == sorted(names)
    for name in names:
        assert all(value.isfinite().all() for value in weights(folder / name).values())


@pytest.mark.parametrize('options', [{}, CLIP], ids=['plain', 'clipped'])
@pytest.mark.parametrize('wrong', ['nan', 'inf', '-inf', 'activation'])
def test_a_loss_that_is_not_finite_stops_before_its_step(tmp_path, wrong, options) -> None:
    line = failure(tmp_path, model := Toy(wrong), **options)
    value = 'nan' if wrong == 'activation' else wrong
    assert line.startswith(f'loss_a is {value}')
    assert 'in epoch 2, iteration 3, on 2.jpg; lower optim_wrapper.optimizer.lr' in line
    assert line.endswith(str(tmp_path / RESCUED))
    assert_sound(tmp_path, 'epoch_1.pth', RESCUED)
    rescued = weights(tmp_path / RESCUED)
    torch.testing.assert_close(rescued['weight'], model.weight.data)
    # Two good steps of this epoch are in it.
    assert rescued['weight'] != weights(tmp_path / 'epoch_1.pth')['weight']
    assert rescued['norm.num_batches_tracked'] >= PAGES + 2


def test_in_the_first_epoch_there_is_a_checkpoint_too(tmp_path) -> None:
    assert 'epoch 1, iteration 1, on 0.jpg' in failure(tmp_path, Toy('nan', epoch=0, page=0))
    assert_sound(tmp_path, RESCUED)
    assert weights(tmp_path / RESCUED)['weight'] == 1


def test_gradients_that_are_not_finite_stop_before_their_step_when_clipped(tmp_path) -> None:
    line = failure(tmp_path, Toy('gradient'), **CLIP)
    assert line.startswith('grad_norm is nan in epoch 2, iteration 3, on 2.jpg')
    assert_sound(tmp_path, 'epoch_1.pth', RESCUED)


def test_gradients_may_come_from_another_process(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(nonfinite_loss, 'get_world_size', lambda: 2)
    assert 'on 2.jpg or the pages of another process;' in failure(
        tmp_path / 'gradient', Toy('gradient'), **CLIP
    )
    assert 'another process' not in failure(tmp_path / 'loss', Toy('nan'), **CLIP)


def test_only_the_main_process_writes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(nonfinite_loss, 'is_main_process', lambda: False)
    assert failure(tmp_path, Toy('nan')).endswith('epoch_1.pth')
    assert_sound(tmp_path, 'epoch_1.pth')


def test_weights_broken_unseen_name_the_batch_before_too(tmp_path) -> None:
    line = failure(tmp_path, Toy('gradient'))
    assert 'epoch 2, iteration 4, on 3.jpg' in line
    assert 'perhaps by 2.jpg' in line
    assert 'the last checkpoint is ' in line and line.endswith('epoch_1.pth')
    assert_sound(tmp_path, 'epoch_1.pth')


@pytest.mark.parametrize('epoch', [0, 1], ids=['first', 'second'])
def test_weights_broken_by_the_last_step_of_an_epoch_are_not_saved(tmp_path, epoch) -> None:
    line = failure(tmp_path, Toy('gradient', epoch=epoch, page=PAGES - 1))
    assert line.startswith(f'weight weight is not finite (1 of 5 are) in epoch {epoch + 1}')
    assert ('there is no checkpoint yet' in line) == (epoch == 0)
    assert_sound(tmp_path, *['epoch_1.pth'] * epoch)


def test_accumulated_losses_are_looked_at_one_by_one(tmp_path) -> None:
    # The step comes after the page that follows.
    line = failure(tmp_path, Toy('nan'), accumulative_counts=4)
    assert 'epoch 2, iteration 3, on 2.jpg' in line
    assert_sound(tmp_path, 'epoch_1.pth', RESCUED)


@pytest.fixture
def amp_without_a_gpu(monkeypatch) -> dict:
    monkeypatch.setattr(amp_optimizer_wrapper, 'is_cuda_available', lambda: True)
    scaler = partial(torch.amp.GradScaler, device='cpu')
    monkeypatch.setattr(amp_optimizer_wrapper, 'GradScaler', scaler)
    return dict(type='AmpOptimWrapper', dtype='bfloat16', **CLIP)


def test_gradients_that_the_scaler_skips_are_no_error(tmp_path, amp_without_a_gpu) -> None:
    runner = train(tmp_path, Toy('gradient'), **amp_without_a_gpu)
    # Three epochs of four pages, one of them skipped and its scale halved.
    assert runner.optim_wrapper.loss_scaler.get_scale() == 65536 / 2
    assert runner.message_hub.get_info('iter') == 3 * PAGES - 1


def test_a_loss_whose_step_the_scaler_skips_is_one(tmp_path, amp_without_a_gpu) -> None:
    assert 'iteration 3, on 2.jpg' in failure(tmp_path, Toy('nan'), **amp_without_a_gpu)
    assert_sound(tmp_path, 'epoch_1.pth', RESCUED)


def test_a_sound_training_is_left_alone(tmp_path) -> None:
    train(tmp_path / 'with', watched := Toy())
    train(tmp_path / 'without', alone := Toy(), hook=False)
    torch.testing.assert_close(watched.state_dict(), alone.state_dict(), rtol=0, atol=0)
    assert_sound(tmp_path / 'with', 'epoch_3.pth')


def test_a_disk_without_space_does_not_hide_the_reason(tmp_path, monkeypatch) -> None:
    def full(*args, **kwargs):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(Runner, 'save_checkpoint', full)
    assert failure(tmp_path, Toy('nan', epoch=0)).startswith('loss_a is nan in epoch 1')


@pytest.mark.parametrize(
    ('batch', 'names'),
    [
        pytest.param(pseudo_collate(pages()[:2]), ['0.jpg', '1.jpg'], id='two pages'),
        pytest.param(
            dict(data_samples=[TextDetDataSample()]), ['a page without a name'], id='none'
        ),
        pytest.param([torch.zeros(2)], [], id='no samples'),
    ],
)
def test_page_names(batch, names) -> None:
    assert page_names(batch) == names
