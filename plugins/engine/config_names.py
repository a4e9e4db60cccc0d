"""Types that a config names and nothing is registered by, and what was meant."""

import difflib
from collections.abc import Iterator
from typing import Any

import mmengine.registry
from mmengine.config import Config
from mmengine.registry import Registry

from .cfg_options import READ_KEYS

# Of similar names those that are registered for the same.
_REGISTRIES = {
    **dict.fromkeys(('model', 'tta_model', 'data_preprocessor'), 'MODELS'),
    'optim_wrapper': 'OPTIM_WRAPPERS',
    'optimizer': 'OPTIMIZERS',
    'param_scheduler': 'PARAM_SCHEDULERS',
    **{f'{part}_dataloader': 'DATASETS' for part in ('train', 'val', 'test')},
    **dict.fromkeys(('pipeline', 'tta_pipeline'), 'TRANSFORMS'),
    **dict.fromkeys(('sampler', 'batch_sampler'), 'DATA_SAMPLERS'),
    'collate_fn': 'FUNCTIONS',
    **{f'{part}_evaluator': 'METRICS' for part in ('val', 'test')},
    **{f'{part}_cfg': 'LOOPS' for part in ('train', 'val', 'test')},
    **dict.fromkeys(('default_hooks', 'custom_hooks'), 'HOOKS'),
    'visualizer': 'VISUALIZERS',
    'vis_backends': 'VISBACKENDS',
    'log_processor': 'LOG_PROCESSORS',
    'init_cfg': 'WEIGHT_INITIALIZERS',
}


def unknown_type(config: Config) -> str | None:
    """Return what is wrong with the first type that nothing is registered by, None without one."""
    known = None
    for place, name, registry in _types(config):
        known = known or {each: _names(each) for each in {*_REGISTRIES.values()}}
        if any(name.rpartition('.')[2] in names for names in known.values()) or '.' in name:
            continue
        similar = difflib.get_close_matches(name, sorted(known[registry]), 3)
        similar = similar or difflib.get_close_matches(
            name, sorted(set().union(*known.values())), 3
        )
        meant = f'did you mean {" or ".join(similar)}?' if similar else 'correct the name'
        return f'{place}={name}: nothing is registered by that name; {meant}'
    return None


def _types(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield place and name of each type, and the name of the registry that it should be in."""

    def walk(node: Any, place: str, registry: str) -> Iterator[tuple[str, str, str]]:
        if isinstance(node, dict):
            if isinstance(node.get('type'), str):
                yield f'{place}.type', node['type'], registry
            for key, value in node.items():
                yield from walk(value, f'{place}.{key}', _REGISTRIES.get(key, registry))
        elif isinstance(node, list | tuple):
            for index, value in enumerate(node):
                yield from walk(value, f'{place}.{index}', registry)

    for key in READ_KEYS:
        if key in _REGISTRIES:
            yield from walk(config.get(key), key, _REGISTRIES[key])


def _names(registry: str) -> set[str]:
    """Return all names of a registry and of those of mmocr and mmdet below it."""

    def collect(each: Registry) -> Iterator[str]:
        each.import_from_location()
        yield from each.module_dict
        for child in each.children.values():
            yield from collect(child)

    return set(collect(getattr(mmengine.registry, registry)))
