"""Which fold of the data a config stands for, ``--fold K`` on any recipe, and which there are."""

import glob
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from ..functional.files import read_json

_MOST_FOLDS = 1000  # more are no folds but a broken file


def set_fold(config: Config, path: str, fold: int, options: Iterable[str] = ()) -> None:
    """Let every dataset whose ``ann_file`` has ``{fold}`` in it read that fold.

    ``path`` is the config's file, ``options`` the keys that the command line overrides besides.

    Raises:
        UserError: the fold is negative, the file or an override stands for another fold, or no
            dataset of the config goes by folds.
    """
    if fold < 0:
        raise UserError(f'--fold {fold}: folds count from 0; give 0 or more')
    for option in options:
        if option.endswith('.fold'):
            raise UserError(f'--fold {fold}: --cfg-options {option} says it too; leave one out')
    name = Path(path)
    own = re.search(r'_fold(\d+)$', name.stem) if name.suffix != '.pth' else None
    if own and int(own[1]) != fold:
        recipe = name.with_name(name.stem[: own.start()] + name.suffix)
        raise UserError(
            f'--fold {fold}: {name} is the config of fold {own[1]}; give {recipe} --fold {fold}'
        )
    loaders = [part for key, part in config.items() if key.endswith('_dataloader')]
    datasets = list(datasets_by_fold(loaders))
    if not datasets:
        raise UserError(
            f'--fold {fold}: no dataset of {name} goes by folds; write {{fold}} into its ann_file, '
            'as in folds/fold{fold}_train.json, or leave --fold out'
        )
    for dataset in datasets:
        dataset['fold'] = fold


def named_after_fold(name: str, fold: int | None) -> str:
    """Return a name with this fold at its end, in place of another where there is one."""
    return name if fold is None else re.sub(r'(_fold\d+)?$', f'_fold{fold}', name, count=1)


def written_folds(config: Config) -> list[int]:
    """Return the numbers of the folds that a training can be made on: those of ``fold_info.json``.

    Without that file, which tools/make_folds.py writes last, they are those of the files there.

    Raises:
        UserError: there are none, the config does not go by folds, or the file does not say.
    """
    loaders = [config.get(key) for key in ('train_dataloader', 'val_dataloader')]
    paths = [
        Path(each.get('data_root') or '', each['ann_file']).as_posix()
        for each in datasets_by_fold(loaders)
    ]
    if not paths:
        raise UserError(
            f'{config.filename}: no dataset goes by folds; write {{fold}} into its ann_file, as in '
            'folds/fold{fold}_train.json'
        )
    info = Path(paths[0].partition('{fold}')[0] + '_').with_name('fold_info.json')
    if info.is_file():
        content = read_json(info)
        count = content.get('n_splits') if isinstance(content, dict) else None
        if type(count) is not int or not 1 <= count <= _MOST_FOLDS:
            raise UserError(f'{info}: n_splits is {count!r}; write the folds with make_folds.py')
        return list(range(count))
    numbers = {number for path in paths for number in _numbers(path)}
    if not numbers:
        raise UserError(
            f'{paths[0]}: no such file for any fold; write the folds with tools/make_folds.py, or '
            'check --data-root'
        )
    return sorted(numbers)


def _numbers(path: str) -> Iterator[int]:
    """Yield what stands for ``{fold}`` in the files that there are of a path."""
    pattern = re.escape(path).replace(re.escape('{fold}'), r'(\d+)', 1)
    pattern = pattern.replace(re.escape('{fold}'), r'\1')
    for file in glob.iglob(glob.escape(path).replace('{fold}', '*')):
        found = re.fullmatch(pattern, Path(file).as_posix())
        if found:
            yield int(found[1])


def check_fold_files(part: dict | None) -> None:
    """Refuse a dataloader's or dataset's fold whose annotation file was never written.

    Raises:
        UserError: see above.
    """
    for dataset in datasets_by_fold(part):
        fold = dataset.get('fold')
        ann_file = dataset['ann_file'].replace('{fold}', str(fold))
        path = Path(dataset.get('data_root') or '', ann_file)
        if isinstance(fold, int) and not path.is_file():
            raise UserError(
                f'{path}: no such file for fold {fold}; write the folds with tools/make_folds.py, '
                'name one that is there (--fold, for several --folds), or check --data-root'
            )


def datasets_by_fold(node: object) -> Iterator[dict]:
    """Yield the dataset configs that go by folds, inside of loaders and wrappers as well."""
    if isinstance(node, dict):
        if '{fold}' in str(node.get('ann_file')):
            yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for item in node:
            yield from datasets_by_fold(item)
