"""Two import shims that let MMOCR 1.0.1 run on current wheels without a compiler.

Call :func:`install` once, before anything imports timm, torchvision, mmdet or mmocr. Each shim
leaves an installation that needs no mending untouched, and calling it again changes nothing.
"""

import importlib
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

_keep_alive = []


class _MissingOps(ModuleType):
    """Stand-in for ``mmcv._ext``, the compiled half of mmcv that mmcv-lite comes without.

    ``mmcv.ops`` looks its functions up at import; they only complain when somebody calls one.
    """

    def __getattr__(self, name: str):
        if name.startswith('__'):
            raise AttributeError(name)

        def missing(*args, **kwargs):
            raise NotImplementedError(
                f'mmcv.ops needs the compiled function {name!r}, which mmcv-lite does not have; '
                'install a full mmcv build to use it'
            )

        return missing


def stub_mmcv_ops() -> bool:
    """Put a stub in place of ``mmcv._ext``; return whether it was needed.

    The stub carries a real ModuleSpec, because mmengine's ``mmcv_full_available`` asks
    ``importlib.util.find_spec`` for it, which refuses modules whose ``__spec__`` is None.
    """
    if 'mmcv._ext' in sys.modules or importlib.util.find_spec('mmcv._ext') is not None:
        return False
    stub = _MissingOps('mmcv._ext')
    stub.__spec__ = ModuleSpec('mmcv._ext', None)
    sys.modules['mmcv._ext'] = stub
    return True


def define_torchvision_ops() -> bool:
    """Let a torchvision built for CUDA import beside a CPU torch; return whether that was needed.

    Its binary cannot be loaded there, so the operators it attaches shape functions to do not
    exist. Two schemas without a kernel are enough: nothing in DBNet calls them.

    Raises:
        RuntimeError: torchvision fails to import for any other reason.
    """
    try:
        importlib.import_module('torchvision')
        return False
    except RuntimeError as error:
        if 'torchvision::nms' not in str(error):
            raise
    import torch

    for name in [name for name in sys.modules if name.partition('.')[0] == 'torchvision']:
        del sys.modules[name]
    library = torch.library.Library('torchvision', 'DEF')
    for operator in ('nms', 'qnms'):
        library.define(f'{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')
    # Its schemas vanish with the object.
    _keep_alive.append(library)
    importlib.import_module('torchvision')
    return True


def shorten_spinning() -> None:
    """Let GNU OpenMP's threads spin but shortly while they wait for each other.

    Where another process holds a core they wait for one that is not running: a training step on two
    cores then takes ten times as long; with a short spin, twice. Alone, the same. The library reads
    the variable when torch is imported; the user's own wish stands.
    """
    if 'OMP_WAIT_POLICY' not in os.environ:
        os.environ.setdefault('GOMP_SPINCOUNT', '10000')


def install() -> None:
    """Apply both shims where they are needed, and what has to be set before torch is imported."""
    shorten_spinning()
    define_torchvision_ops()
    stub_mmcv_ops()
