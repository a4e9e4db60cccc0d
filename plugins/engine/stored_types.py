"""What may be built from the config in a checkpoint: parts of a detector and of a test, no more.

mmengine's registries import whatever a ``type`` names, a module or any object in it, and some of
what is registered runs or fetches what it is given (a condition to evaluate, a config file, a
tokenizer). So each type is looked up here first, and has to come from a module that is listed.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mmengine.registry import FUNCTIONS, Registry
from mmocr.registry import DATA_SAMPLERS, DATASETS, LOOPS, METRICS, MODELS, TRANSFORMS


class _Part(NamedTuple):
    """Where the types of a part of a config are registered, and the modules they come from."""

    registry: Registry
    modules: tuple[str, ...]


_MODEL = _Part(
    MODELS,
    (
        *('plugins.models', 'mmocr.models.common', 'mmocr.models.textdet', 'mmengine.model'),
        *('mmdet.models.backbones', 'mmdet.models.necks', 'mmdet.models.layers'),
        *('mmdet.models.losses', 'mmdet.models.data_preprocessors', 'mmcv.cnn.bricks'),
        *('mmcv.ops', 'mmengine.utils.dl_utils.parrots_wrapper', 'torch.nn'),
    ),
)
_TRANSFORM = _Part(
    TRANSFORMS,
    (
        *('plugins.datasets', 'mmocr.datasets.transforms.adapters'),
        *('mmocr.datasets.transforms.formatting', 'mmocr.datasets.transforms.loading'),
        *('mmocr.datasets.transforms.ocr_transforms', 'mmcv.transforms'),
        'mmocr.datasets.transforms.textdet_transforms',
    ),
)
_DATASET = _Part(
    DATASETS,
    (
        *('plugins.datasets', 'mmocr.datasets.ocr_dataset', 'mmocr.datasets.dataset_wrapper'),
        'mmengine.dataset.dataset_wrapper',
    ),
)
_SAMPLER = _Part(DATA_SAMPLERS, ('plugins.datasets', 'mmengine.dataset.sampler'))
_FUNCTION = _Part(FUNCTIONS, ('mmengine.dataset.utils',))
_METRIC = _Part(METRICS, ('plugins.evaluation', 'mmocr.evaluation.metrics'))
_LOOP = _Part(LOOPS, ('mmengine.runner.loops',))

# The parts of a test. Hooks, visualizers and environment are the tool's own.
PARTS = {
    'model': _MODEL,
    'data_preprocessor': _MODEL,
    'tta_model': _MODEL,
    'tta_pipeline': _TRANSFORM,
    **{f'{split}_dataloader': _DATASET for split in ('val', 'test')},
    **{f'{split}_evaluator': _METRIC for split in ('val', 'test')},
    **{f'{split}_cfg': _LOOP for split in ('val', 'test')},
}
# What a key holds is registered elsewhere than what it stands in.
_INSIDE = {
    'pipeline': _TRANSFORM,
    'sampler': _SAMPLER,
    'batch_sampler': _SAMPLER,
    'collate_fn': _FUNCTION,
    'worker_init_fn': _FUNCTION,
}
# Arguments that name files or addresses to read.
_REFUSED = ('cache_dir', 'pretrained_cfg', 'pretrained_cfg_overlay')
# Whose registries a type may name, and the one of types that name none.
_SCOPES, _SCOPE = ('mmocr', 'mmdet', 'mmengine'), 'mmocr'


def beyond_a_test(config: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield key and value of what a test config has that no test of a detector needs.

    Keys beside those of :data:`PARTS` and ``default_scope`` are not looked at.
    """
    if config.get('default_scope', _SCOPE) != _SCOPE:
        yield 'default_scope', config['default_scope']
    for name, part in PARTS.items():
        yield from _beyond(config.get(name), name, part)


def _beyond(node: Any, place: str, part: _Part) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            inside = f'{place}.{key}'
            if (
                (key == 'type' and not _is_registered(value, part))
                or (key == '_scope_' and value != _SCOPE)
                or (key in _REFUSED and value is not None)
                # Other kinds are read by unpickling them.
                or (key == 'ann_file' and value and not str(value).endswith('.json'))
            ):
                yield inside, value
            else:
                yield from _beyond(value, inside, _INSIDE.get(key, part))
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from _beyond(value, f'{place}.{index}', part)


def _is_registered(name: Any, part: _Part) -> bool:
    """Tell whether a type is of a listed module, without importing anything for it."""
    if not isinstance(name, str):
        return False
    scope, _, bare = name.rpartition('.')
    root = part.registry.root
    if not scope:
        tables = [part.registry, root]
    else:
        tables = [root] if scope == root.scope else [root.children.get(scope)]
        if scope not in _SCOPES or tables == [None]:
            return False
    for table in tables:
        table.import_from_location()
        if bare in table.module_dict:
            module = table.module_dict[bare].__module__
            return any(f'{module}.'.startswith(f'{each}.') for each in part.modules)
    return False
