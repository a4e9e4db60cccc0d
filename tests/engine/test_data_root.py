"""The data folder of configs that were stored on another machine."""

import pytest
from mmengine.config import Config

from plugins.engine import read_config
from plugins.engine.data_root import keep_data_root, move_data, set_data_root
from plugins.functional.errors import UserError


@pytest.fixture
def here(parse, tmp_path) -> str:
    # ``parse`` restores the variable.
    set_data_root(str(tmp_path))
    return str(tmp_path)


def test_a_config_says_what_the_variable_stood_for(here, tmp_path) -> None:
    (tmp_path / 'mine.py').write_text("pages = '{{$MMRECEIPT_DATA:nowhere}}/pages'\n")
    assert read_config(tmp_path / 'mine.py').data_root == here
    untouched = Config({'data_root': 'mine'})
    keep_data_root(untouched)
    assert untouched.data_root == 'mine'


def stored(root: str) -> Config:
    dataset = dict(data_root=root, ann_file='data/x.json', data_prefix=dict(img_path='data'))
    own = dict(dataset, data_root='/elsewhere')
    bare = dict(ann_file=f'{root}/x.json', data_prefix=dict(img_path=f'{root}x'))
    loader = dict(dataset=dict(type='ConcatDataset', datasets=[dataset, own, bare]))
    return Config(dict(data_root=root, test_dataloader=loader, load_from=f'{root}/x.pth'))


@pytest.mark.parametrize('root', ['/trained/data', 'data', 'data/'])
def test_paths_below_the_folder_of_the_training_are_found_here(here, root) -> None:
    config = stored(root.rstrip('/'))
    config.data_root = root
    move_data(config)
    first, second, third = config.test_dataloader.dataset.datasets
    assert first == dict(data_root=here, ann_file='data/x.json', data_prefix=dict(img_path='data'))
    assert second.data_root == '/elsewhere'
    assert third.ann_file == f'{here}/x.json'
    assert third.data_prefix.img_path == f'{root.rstrip("/")}x'
    assert config.load_from == f'{root.rstrip("/")}/x.pth'


def test_without_the_variable_they_stay(parse) -> None:
    config = stored('/trained/data')
    move_data(config)
    assert config.to_dict() == stored('/trained/data').to_dict()


def test_a_variable_that_does_not_fit_is_named(monkeypatch) -> None:
    monkeypatch.setenv('MMRECEIPT_DATA', "a'b")
    with pytest.raises(UserError, match="MMRECEIPT_DATA=a'b: quotes"):
        set_data_root(None)
