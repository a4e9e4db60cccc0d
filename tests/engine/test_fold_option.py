"""``--fold K``: one recipe, any fold, and outputs that do not mix."""

from pathlib import Path

import pytest

from plugins.engine.fold_option import written_folds
from plugins.functional.errors import UserError

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
RECIPE = CONFIGS / 'dbnet_convnext_tiny.py'
FOLD0 = CONFIGS / 'dbnet_convnext_tiny_fold0.py'


@pytest.mark.parametrize(
    ('args', 'name'),
    [
        pytest.param((RECIPE,), 'dbnet_convnext_tiny', id='no fold named'),
        pytest.param((RECIPE, '--fold', 0), 'dbnet_convnext_tiny_fold0', id='even the default'),
        pytest.param((RECIPE, '--fold', 3), 'dbnet_convnext_tiny_fold3', id='another'),
        pytest.param((FOLD0,), 'dbnet_convnext_tiny_fold0', id='by the file'),
        pytest.param((FOLD0, '--fold', 0), 'dbnet_convnext_tiny_fold0', id='by both, said once'),
    ],
)
def test_the_work_folder_is_named_after_the_fold(parse, args: tuple, name: str) -> None:
    assert parse(*args[1:], config=args[0]).work_dir == str(Path('work_dirs') / name)


@pytest.mark.parametrize(
    'args', [('--work-dir', 'here'), ('--cfg-options', 'work_dir=here')], ids=lambda args: args[0]
)
def test_a_work_folder_of_ones_own_is_kept(parse, args: tuple) -> None:
    assert parse('--fold', 3, *args, config=RECIPE).work_dir == 'here'


def test_the_config_that_a_training_leaves_behind_serves_for_another_fold(parse, tmp_path) -> None:
    left = tmp_path / 'recipe.py'
    parse('--fold', 3, config=RECIPE).dump(left)
    assert parse(config=left).work_dir == 'work_dirs/dbnet_convnext_tiny_fold3'
    assert parse('--fold', 4, config=left).work_dir == 'work_dirs/dbnet_convnext_tiny_fold4'


def test_datasets_within_wrappers_change_and_the_test_pages_do_not(parse, tmp_path) -> None:
    path = tmp_path / 'wrapped.py'
    path.write_text(
        f"_base_ = '{RECIPE}'\n"
        'inner = _base_.train_dataloader.dataset\n'
        'train_dataloader = dict(dataset=dict(_delete_=True, type="ConcatDataset",\n'
        '    datasets=[inner, dict(type="RepeatDataset", times=2, dataset=inner)]))\n'
    )
    config = parse('--fold', 3, config=path)
    first, repeated = config.train_dataloader.dataset.datasets
    assert [first.fold, repeated.dataset.fold] == [3, 3]
    assert config.test_dataloader == parse(config=path).test_dataloader


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        pytest.param((RECIPE, '--fold', -1), '--fold -1: folds count from 0', id='negative'),
        pytest.param(
            (FOLD0, '--fold', 3),
            'is the config of fold 0; give .*dbnet_convnext_tiny.py --fold 3',
            id='the file says another',
        ),
        pytest.param(
            (RECIPE, '--fold', 3, '--cfg-options', 'val_dataloader.dataset.fold=4'),
            'val_dataloader.dataset.fold says it too',
            id='an override says another',
        ),
    ],
)
def test_contradictions_are_refused(parse, args: tuple, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse(*args[1:], config=args[0])


def test_a_config_without_folds(parse, tmp_path) -> None:
    path = tmp_path / 'plain.py'
    path.write_text(f"_base_ = '{CONFIGS / '_base_/schedules/cosine_20e.py'}'\n")
    with pytest.raises(UserError, match=r'no dataset of .*plain\.py goes by folds'):
        parse('--fold', 1, config=path)


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / 'folds').mkdir()
    return tmp_path


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / 'folds' / name).write_text('{}')


def test_folds_are_counted_by_their_info(parse, root) -> None:
    write(root, 'fold0_train.json', 'fold7_train.json')
    (root / 'folds/fold_info.json').write_text('{"n_splits": 3}')
    assert written_folds(parse('--data-root', root, config=RECIPE)) == [0, 1, 2]


def test_folds_without_an_info_are_those_there(parse, tmp_path) -> None:
    root = tmp_path / 'a [b]*'
    (root / 'folds').mkdir(parents=True)
    write(root, 'fold10_train.json', 'fold2_train.json', 'fold3_val.json', 'foldx_train.json')
    assert written_folds(parse('--data-root', root, config=RECIPE)) == [2, 3, 10]


@pytest.mark.parametrize(
    'text',
    [
        '{}',
        '[]',
        '{"n_splits": "5"}',
        '{"n_splits": 0}',
        '{"n_splits": true}',
        '{"n_splits": 1000000000000}',
    ],
)
def test_an_info_that_does_not_say(parse, root, text) -> None:
    (root / 'folds/fold_info.json').write_text(text)
    with pytest.raises(UserError, match=r'folds/fold_info\.json: n_splits is '):
        written_folds(parse('--data-root', root, config=RECIPE))


def test_no_folds(parse, root) -> None:
    config = parse('--data-root', root, config=RECIPE)
    with pytest.raises(UserError, match=r'fold\{fold\}_train\.json: .*make_folds\.py'):
        written_folds(config)
    for loader in (config.train_dataloader, config.val_dataloader):
        loader.dataset.ann_file = 'jsons/train.json'
    with pytest.raises(UserError, match='no dataset goes by folds'):
        written_folds(config)
