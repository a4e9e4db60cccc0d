"""tools/analysis_tools/print_config.py from the outside."""

from pathlib import Path

import pytest
from mmengine.config import Config
from tool_runner import assert_one_line_error, run_tool

TOOL = 'analysis_tools/print_config.py'
CONFIG = 'configs/dbnet_mobilenetv3_small_640.py'


def test_what_is_printed_is_the_whole_config(
    repo_root: Path, tmp_path, monkeypatch, capsys
) -> None:
    options = ('--data-root', tmp_path, '--cfg-options', 'train_dataloader.batch_size=3')
    assert run_tool(monkeypatch, TOOL, repo_root / CONFIG, *options) == 0
    printed = tmp_path / 'printed.py'
    printed.write_text(capsys.readouterr().out)
    config = Config.fromfile(printed, import_custom_modules=False)
    assert config.train_dataloader.batch_size == 3
    assert config.test_dataloader.dataset.data_root == str(tmp_path)
    # Inherited two files away.
    assert config.default_scope == 'mmocr'
    assert '_base_' not in config


MISTAKES = {
    'missing': ('configs/none.py', [], ('none.py: ',)),
    'no config': ('README.md', [], ('README.md: ',)),
    'option that does not fit': (
        CONFIG,
        ['--cfg-options', 'train_dataloader.batch_size.more=3'],
        ('batch_size.more', 'does not fit'),
    ),
}


@pytest.mark.parametrize(('config', 'options', 'parts'), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_one_line(repo_root, monkeypatch, capsys, config, options, parts) -> None:
    status = run_tool(monkeypatch, TOOL, repo_root / config, *options)
    assert_one_line_error(status, capsys.readouterr().err, *parts)
