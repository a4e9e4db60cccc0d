"""Weights & Biases as a log that may fail without consequences, and what a run is called there."""

import functools
import logging
from collections.abc import Callable
from pathlib import Path

from mmengine.logging import print_log
from mmengine.registry import VISBACKENDS
from mmengine.visualization import WandbVisBackend


def _forgiving(method: Callable[..., None]) -> Callable[..., None]:
    """Let the first failure be the last call: one warning, and no further attempts."""

    @functools.wraps(method)
    def wrapper(self: 'ForgivingWandbBackend', *args: object, **kwargs: object) -> None:
        if self.failed:
            return
        try:
            method(self, *args, **kwargs)
        except Exception as error:
            self.failed = True
            reason = (str(error).strip().splitlines() or [''])[0]
            print_log(
                f'Weights & Biases failed ({type(error).__name__}: {reason}); the training goes '
                'on without it, its figures are in vis_data/scalars.json',
                logger='current',
                level=logging.WARNING,
            )

    return wrapper


@VISBACKENDS.register_module()
class ForgivingWandbBackend(WandbVisBackend):
    """mmengine's WandbVisBackend, which never stops a training.

    Package missing, login refused, disk full, a call that raises: each ends the logging with one
    warning. A run is of the project ``mmreceipt`` and called after its work folder.

    Args:
        save_dir: ``<work folder>/<time of the start>/vis_data``, as mmengine gives it.
        init_kwargs: of ``wandb.init``, ``project`` and ``name`` among them.
        **options: of WandbVisBackend.
    """

    failed = False

    def __init__(self, save_dir: str, init_kwargs: dict | None = None, **options) -> None:
        work_dir = Path(save_dir).parent.parent
        run = dict(project='mmreceipt', name=work_dir.name)
        super().__init__(save_dir, {**run, **(init_kwargs or {})}, **options)

    add_config = _forgiving(WandbVisBackend.add_config)
    add_graph = _forgiving(WandbVisBackend.add_graph)
    add_image = _forgiving(WandbVisBackend.add_image)
    add_scalar = _forgiving(WandbVisBackend.add_scalar)
    add_scalars = _forgiving(WandbVisBackend.add_scalars)
    close = _forgiving(WandbVisBackend.close)
