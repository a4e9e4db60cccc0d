"""Code in a checkpoint, or in the config in it, runs by no tool unless --trust is given."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from running_pickles import touching
from tiny_training import CONFIG, TINY, run_fresh
from tool_runner import assert_one_line_error


@pytest.fixture
def ran(tmp_path) -> Path:
    """Return the file that code in a checkpoint makes."""
    return tmp_path / 'ran'


@pytest.fixture
def rewritten(checkpoint, tmp_path) -> Callable[..., Path]:
    """Return a function that writes the checkpoint with another config or further entries."""

    def write(name: str, config: Callable[[str], str] = str, **entries: object) -> Path:
        content = torch.load(checkpoint, weights_only=False)
        content['meta']['cfg'] = config(content['meta']['cfg'])
        torch.save({**content, **entries}, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def harmful(rewritten, ran) -> dict[str, Path]:
    """Return checkpoints that make the file when they are run, by what they are refused for."""
    call = f'open({str(ran)!r}, "w").close()'
    popen = f"type='subprocess.Popen', args=['touch', {str(ran)!r}]"
    return {
        '.system': rewritten('pickle.pth', extra=touching(ran)),
        'line 1: ': rewritten('text.pth', lambda text: f'{call}\n{text}'),
        'is more than data': rewritten('value.pth', lambda text: f'{text}\nlr = {call}\n'),
        "model.neck.type='subprocess.Popen'": rewritten(
            'type.pth', lambda text: text.replace("type='UNetNeck'", popen)
        ),
        "type='ConditionApply'": rewritten(
            'condition.pth',
            lambda text: text.replace(
                "type='FitPage'",
                f"type='ConditionApply', true_transforms=[], condition={call!r}",
            ),
        ),
    }


@pytest.fixture
def command(monkeypatch, data_root, tmp_path):
    """Return a function that has a tool read a checkpoint, and gives its status."""

    def run(tool: str, checkpoint: Path, *args: object) -> int:
        data = ('--data-root', data_root)
        work_dir = ('--work-dir', tmp_path / 'work')
        tiny = ('--cfg-options', *TINY)
        ensemble = tmp_path / 'ensemble.py'
        member = dict(config=str(CONFIG), checkpoint=str(checkpoint))
        members = [dict(name=name, **member) for name in 'ab']
        ensemble.write_text(
            f"members = {members!r}\nvoting = dict(type='KFoldVotingEnsembler', min_votes=2)\n"
        )
        commands: dict[str, Sequence[object]] = {
            'resume': ('train.py', CONFIG, '--resume', checkpoint, *data, *work_dir, *args, *tiny),
            'load': ('train.py', CONFIG, '--load-from', checkpoint, *data, *work_dir, *args, *tiny),
            'test': ('test.py', checkpoint, *data, *work_dir, *args),
            'predict': (
                *('predict.py', data_root / 'images/test/s.png', '--checkpoint', checkpoint),
                *('--out', tmp_path / 'out', *args),
            ),
            'ensemble': ('ensemble.py', ensemble, *data, '--out', tmp_path / 'out', *args),
        }
        return run_fresh(monkeypatch, *commands[tool])

    return run


@pytest.mark.parametrize('tool', ['resume', 'load', 'test', 'predict', 'ensemble'])
def test_a_pickle_runs_by_no_tool(command, harmful, ran, capsys, tool) -> None:
    status = command(tool, harmful['.system'])
    assert_one_line_error(status, capsys.readouterr().err, 'pickle.pth', '.system', '--trust')
    assert not ran.exists()


@pytest.mark.parametrize('tool', ['test', 'predict'])
def test_a_config_runs_by_no_tool(command, harmful, ran, capsys, tool) -> None:
    for message, path in list(harmful.items())[1:]:
        status = command(tool, path)
        assert_one_line_error(status, capsys.readouterr().err, path.name, message, '--trust')
    assert not ran.exists()


@pytest.mark.slow
@pytest.mark.parametrize('tool', ['resume', 'load'])
def test_a_training_goes_by_its_own_config(command, harmful, ran, tool) -> None:
    command(tool, harmful["model.neck.type='subprocess.Popen'"])
    command(tool, harmful['line 1: '])
    assert not ran.exists()


@pytest.mark.slow
@pytest.mark.parametrize('tool', ['load', 'test', 'predict'])
def test_trust_is_the_way_out(command, harmful, ran, tool) -> None:
    assert command(tool, harmful['.system'], '--trust') == 0
    assert ran.exists()


def test_a_config_may_be_trusted(command, harmful, ran) -> None:
    assert command('predict', harmful['line 1: '], '--trust') == 0
    assert ran.exists()
