"""What a checkpoint may hold beside tensors: the numbers and histories that a training logs.

A pickle names functions to call. Here each name that mmengine's checkpoints need stands for one of
this module's, which takes numbers alone. NumPy's own would take the description of an array from
the file, and with a wrong one read any memory.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from mmengine.logging import HistoryBuffer
from mmengine.optim import OneCycleParamScheduler

_NUMBER = re.compile(r'[bcfiu]\d{1,2}')


class _NumberType:
    """Stands for ``numpy.dtype``; ``value`` is one of numbers."""

    def __init__(self, code: str, align: bool = False, copy: bool = False) -> None:
        if not isinstance(code, str) or not _NUMBER.fullmatch(code):
            raise ValueError(f'an array of {code!r} is none of numbers')
        self.value = np.dtype(code)

    def __setstate__(self, state: tuple) -> None:
        """Take over the order of bytes, all that is left open by the name."""
        _, order, *parts = state
        if order not in ('<', '>', '|', '=') or any(part is not None for part in parts[:3]):
            raise ValueError('an array of parts is none of numbers')
        self.value = self.value.newbyteorder(order)


class _Array(np.ndarray):
    """Stands for ``numpy.ndarray``, and is written as one."""

    def __setstate__(self, state: tuple) -> None:
        """Take over shape and numbers."""
        version, shape, kind, is_fortran, content = state
        if not isinstance(kind, _NumberType) or not isinstance(content, bytes):
            raise ValueError('an array of objects is none of numbers')
        super().__setstate__((version, shape, kind.value, is_fortran, content))

    def __reduce__(self) -> tuple:
        """Leave this type out of what is written."""
        return np.asarray(self).__reduce__()


class _History(HistoryBuffer):
    """Stands for mmengine's, and is written as one; its statistics stay those of the class."""

    def __setstate__(self, state: dict) -> None:
        """Take over the logged values."""
        self._set_default_statistics()
        kinds = dict(max_length=int, _log_history=_Array, _count_history=_Array)
        for name, kind in kinds.items():
            if not isinstance(state[name], kind):
                raise ValueError(f'a history of {type(state[name]).__name__} is none of numbers')
            setattr(self, name, state[name])

    def __reduce__(self) -> tuple:
        """Leave this type out of what is written."""
        values = (np.asarray(self._log_history), np.asarray(self._count_history))
        return HistoryBuffer, (*values, self.max_length)


def _empty_array(kind: type, shape: tuple, code: bytes) -> _Array:
    return np.ndarray.__new__(_Array, (0,), 'b')


def _number(kind: _NumberType, content: bytes) -> Any:
    return np.frombuffer(content, kind.value, 1)[0]


class _OneCycle:
    """Stands for mmengine's scheduler of that name, whose state has one of its functions."""


# What a history names it has anyway.
_FUNCTIONS = {
    **{(_History, name): None for name in ('min', 'max', 'current', 'mean')},
    **{
        (_OneCycle, name): getattr(OneCycleParamScheduler, name)
        for name in ('_annealing_cos', '_annealing_linear')
    },
}


def _function(owner: type, name: str) -> Callable | None:
    """Stand for ``getattr``."""
    if (owner, name) not in _FUNCTIONS:
        raise ValueError(f'{name!r} of {owner!r} is none of numbers')
    return _FUNCTIONS[owner, name]


# numpy.core is NumPy 1; numpy._core, NumPy 2.
ALLOWED: list[tuple[Callable, str]] = [
    (_NumberType, 'numpy.dtype'),
    (_Array, 'numpy.ndarray'),
    (_History, f'{HistoryBuffer.__module__}.HistoryBuffer'),
    (_OneCycle, f'{OneCycleParamScheduler.__module__}.OneCycleParamScheduler'),
    (_function, 'builtins.getattr'),
    *((_empty_array, f'numpy.{core}.multiarray._reconstruct') for core in ('core', '_core')),
    *((_number, f'numpy.{core}.multiarray.scalar') for core in ('core', '_core')),
]
