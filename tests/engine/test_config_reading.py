"""From a config file and a command line to a config."""

import pytest

from plugins.engine import read_config
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


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        pytest.param(None, 'no such config file', id='missing'),
        pytest.param('model = dict(\n', 'line 1', id='syntax error'),
        pytest.param('a = 1 / 0\n', 'ZeroDivisionError', id='raises'),
        pytest.param("_base_ = 'nowhere.py'\n", 'nowhere.py', id='base missing'),
        pytest.param('\x00\x01', 'not a usable config', id='not Python'),
    ],
)
def test_files_that_are_no_configs(tmp_path, text, message) -> None:
    if text is not None:
        (tmp_path / 'bad.py').write_text(text)
    with pytest.raises(UserError, match=rf'bad\.py: .*{message}'):
        read_config(tmp_path / 'bad.py')


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('a = 1\nb = (\n', 'line 2.*never closed'),
        ("a = 1\nb = 'x\n", 'line 2: .*unterminated'),
        ('a = 1\n\nb = nowhere\n', 'line 3.*nowhere'),
    ],
)
def test_a_mistake_in_a_base_is_told_by_its_place(tmp_path, text, message) -> None:
    (tmp_path / 'base.py').write_text(text)
    (tmp_path / 'recipe.py').write_text("_base_ = 'base.py'\n")
    (tmp_path / 'own.py').write_text(text)
    with pytest.raises(UserError, match=rf'recipe\.py: its base .*base\.py: {message}') as raised:
        read_config(tmp_path / 'recipe.py')
    assert 'unknown' not in raised.value.line
    with pytest.raises(UserError, match=rf'own\.py: {message}'):
        read_config(tmp_path / 'own.py')


@pytest.mark.parametrize(
    ('name', 'message'), [('nowhere', 'no such folder'), ("Kim's", 'rename'), ('a{b', 'rename')]
)
def test_data_folders_that_do_not_serve(parse, tmp_path, name, message) -> None:
    if name != 'nowhere':
        (tmp_path / name).mkdir()
    with pytest.raises(UserError, match=f'--data-root .*{name}: .*{message}'):
        parse('--data-root', tmp_path / name)
