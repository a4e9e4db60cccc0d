"""Which fold of the data a config stands for: ``--fold K`` on any recipe."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError


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
    own = re.search(r'_fold(\d+)$', name.stem)
    if own and int(own[1]) != fold:
        recipe = name.with_name(name.stem[: own.start()] + name.suffix)
        raise UserError(
            f'--fold {fold}: {name} is the config of fold {own[1]}; give {recipe} --fold {fold}'
        )
    loaders = [part for key, part in config.items() if key.endswith('_dataloader')]
    datasets = list(_with_folds(loaders))
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


def check_fold_files(part: dict | None) -> None:
    """Refuse a dataloader's or dataset's fold whose annotation file was never written.

    Raises:
        UserError: see above.
    """
    for dataset in _with_folds(part):
        fold = dataset.get('fold')
        ann_file = dataset['ann_file'].replace('{fold}', str(fold))
        path = Path(dataset.get('data_root') or '', ann_file)
        if isinstance(fold, int) and not path.is_file():
            raise UserError(
                f'{path}: no such file for fold {fold}; write the folds with tools/make_folds.py, '
                'name one that is there with --fold, or check --data-root'
            )


def _with_folds(node: object) -> Iterator[dict]:
    """Yield the dataset configs that go by folds, inside of loaders and wrappers as well."""
    if isinstance(node, dict):
        if '{fold}' in str(node.get('ann_file')):
            yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for item in node:
            yield from _with_folds(item)
