"""tools/train.py where the disk runs full, and in a folder that was trained in before."""

import errno

import torch
from mmengine.fileio import LocalBackend
from tiny_receipts import make_data_root
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error

TWO_EPOCHS = ['train_cfg.max_epochs=2', 'param_scheduler.T_max=2']
# An epoch writes three files: the last checkpoint, a best one, and the last again.
FIRST_OF_EPOCH_2 = 4


def test_a_full_disk_then_a_new_start(tmp_path, monkeypatch, capsys) -> None:
    work_dir, writes = tmp_path / 'work', []
    put = LocalBackend.put

    def put_half(backend: LocalBackend, content: bytes, path: str) -> None:
        writes.append(path)
        if len(writes) == FIRST_OF_EPOCH_2:
            put(backend, content[: len(content) // 2], path)
            raise OSError(errno.ENOSPC, 'No space left on device')
        put(backend, content, path)

    args = (CONFIG, '--data-root', make_data_root(tmp_path / 'data'), '--work-dir', work_dir)
    args = (*args, '--cfg-options', *TINY, *TWO_EPOCHS)
    with monkeypatch.context() as patched:
        patched.setattr(LocalBackend, 'put', put_half)
        status = run_fresh(patched, 'train.py', *args)
    assert_one_line_error(status, capsys.readouterr().err, 'epoch_2.pth', 'No space left')
    kept = {'best_val_hmean_epoch_1.pth', 'epoch_1.pth', 'last_checkpoint', 'checkpoints.json'}
    files = {path.name for path in work_dir.iterdir() if path.is_file()}
    assert files == {*kept, CONFIG.name}
    assert (work_dir / 'last_checkpoint').read_text() == str(work_dir / 'epoch_1.pth')
    before = torch.load(work_dir / 'epoch_1.pth', weights_only=False)['meta']['time']

    # Without --resume nothing of what was trained is lost.
    assert run_fresh(monkeypatch, 'train.py', *args) == 0
    (aside,) = work_dir.glob('earlier_*')
    assert {path.name for path in aside.iterdir()} == kept
    assert torch.load(aside / 'epoch_1.pth', weights_only=False)['meta']['time'] == before
    assert (work_dir / 'epoch_2.pth').is_file()
    assert not (work_dir / 'epoch_1.pth').exists()
