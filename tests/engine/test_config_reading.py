"""From a config file and a command line to a config."""

import pytest

from plugins.functional.errors import UserError


def test_the_work_folder_is_named_after_the_config(parse) -> None:
    assert parse().work_dir == 'work_dirs/dbnet_mobilenetv3_small_640'
    assert parse('--work-dir', 'here').work_dir == 'here'
    assert parse('--cfg-options', 'work_dir=there').work_dir == 'there'


def test_the_data_folder_reaches_every_part(parse, tmp_path) -> None:
    config = parse('--data-root', str(tmp_path))
    parts = (config.train_dataloader, config.val_dataloader, config.test_dataloader)
    assert {part.dataset.data_root for part in parts} == {str(tmp_path)}


def test_the_seed_and_options_are_taken(parse) -> None:
    config = parse('--seed', '7', '--cfg-options', 'train_dataloader.batch_size=3')
    assert config.randomness.seed == 7
    assert config.train_dataloader.batch_size == 3


def test_a_launcher_without_its_environment(parse) -> None:
    with pytest.raises(UserError, match='--launcher pytorch: RANK is not set'):
        parse('--launcher', 'pytorch')
