"""What trainings keep beside weights is read as it was, and nothing that would run is."""

import builtins
import io
import operator
import subprocess

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim import OneCycleLR
from running_pickles import Call

from plugins.engine.checkpoint_types import ALLOWED


def reread(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    file.seek(0)
    with torch.serialization.safe_globals(ALLOWED):
        return torch.load(file, weights_only=True), file.getvalue()


def history(*values) -> HistoryBuffer:
    buffer = HistoryBuffer()
    for value in values:
        buffer.update(value, 2)
    return buffer


def test_histories_go_on_and_are_written_as_mmengine_does() -> None:
    (read,), _ = reread([history(1.5, 2.5, 4)])
    assert isinstance(read, HistoryBuffer)
    read.update(8.0)
    assert read.current() == 8 and read.mean(2) == 12 / 3
    (again,), written = reread([read])
    assert again.data[0].tolist() == [1.5, 2.5, 4, 8] and again.data[1].tolist() == [2, 2, 2, 1]
    assert b'plugins' not in written


@pytest.mark.parametrize('kind', ['f8', 'f4', 'i8', 'u1', 'b1', '>i4', 'c16'])
def test_numbers_and_arrays_of_numpy(kind) -> None:
    array = np.asfortranarray(np.arange(6).reshape(2, 3).astype(kind))
    (read, number), written = reread([array, array[1, 2]])
    assert isinstance(read, np.ndarray) and read.dtype == array.dtype.newbyteorder('=')
    assert (
        np.array_equal(read, array) and number == array[1, 2] and type(number) is array.dtype.type
    )
    plain = reread([read])[0][0]
    assert np.array_equal(plain, array) and b'plugins' not in written


def test_a_schedule_keeps_its_function() -> None:
    optimizer = torch.optim.SGD(torch.nn.Linear(2, 2).parameters(), lr=0.1, momentum=0.9)
    state = OneCycleLR(optimizer, eta_max=1.0, total_steps=4).state_dict()
    assert reread(state)[0] == state


class Crafted:
    """An array whose description of itself is another."""

    def __init__(self, kind: object, content: object) -> None:
        self._state = (1, (1,), kind, False, content)

    def __reduce__(self) -> tuple:
        return np._core.multiarray._reconstruct, (np.ndarray, (0,), b'b'), self._state


class CraftedKind:
    """A type of eight bytes, with another state."""

    def __init__(self, *state: object) -> None:
        self._state = state

    def __reduce__(self) -> tuple:
        return np.dtype, ('f8', False, True), self._state


@pytest.mark.parametrize(
    'content',
    [
        Call(subprocess.Popen, 'true'),
        Call(builtins.eval, '1'),
        Call(getattr, torch.Tensor, 'numpy'),
        Call(getattr, HistoryBuffer, '__init__'),
        Call(operator.attrgetter, 'x'),
        np.array([print], dtype=object),
        np.zeros(1, [('a', 'f8'), ('b', object)]),
        Crafted(np.dtype(object), [print]),
        Crafted(np.dtype('f8'), [1.0]),
        Crafted(CraftedKind(3, '<', None, ('a',), {'a': (np.dtype('O'), 0)}, -1, -1, 63), b'8' * 8),
        Crafted(CraftedKind(3, '<', (np.dtype('O'), (1,)), None, None, -1, -1, 63), b'8' * 8),
        Crafted(np.dtype('f8'), b'too short'),
        np.datetime64('2026-01-01'),
        Call(np._core.multiarray.scalar, np.dtype('O'), 'x'),
    ],
    ids=lambda content: type(content).__name__,
)
def test_anything_else_is_refused(content) -> None:
    with pytest.raises(Exception, match=r'GLOBAL|none of numbers|buffer size'):
        reread([content])
