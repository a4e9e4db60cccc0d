"""A checkpoint's file or address, read as data: its pickle runs nothing.

mmengine reads what it cannot read as data by running it. Its functions for files and addresses are
replaced by those of this module when it is imported.
"""

import os
import re
import zipfile
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import torch
from mmengine.runner import CheckpointLoader, checkpoint

from ..functional.errors import UserError
from .checkpoint_types import ALLOWED


def read_content(file: str | os.PathLike | BinaryIO, trust: bool = False) -> Any:
    """Return all that a checkpoint file holds, on the CPU.

    Args:
        file: its path, or the open file.
        trust: let its pickle run what it names.

    Raises:
        UserError: the file is missing, empty or truncated, or holds more than data.
    """
    name = file if isinstance(file, str | os.PathLike) else 'checkpoint'
    if isinstance(file, str | os.PathLike):
        _check_file(Path(file))
    try:
        if trust:
            return torch.load(file, map_location='cpu', weights_only=False)
        with torch.serialization.safe_globals(ALLOWED):
            return torch.load(file, map_location='cpu', weights_only=True)
    except Exception as error:  # whatever a pickle of any kind may raise
        raise _unreadable(name, error) from error


def fetched_content(address: str, trust: bool = False) -> Any:
    """Return what the checkpoint at an address holds, such as ``https://...`` or ``torchvision://``.

    Raises:
        UserError: see :func:`read_content`; also when it cannot be fetched.
    """
    if urlsplit(address).scheme in ('http', 'https'):
        return read_content(_downloaded(address), trust)
    try:
        return CheckpointLoader.load_checkpoint(address, 'cpu')
    except (LookupError, ImportError, OSError) as error:
        raise _not_fetched(address, error) from error


def _check_file(path: Path) -> None:
    if not os.path.isfile(path):
        raise UserError(f'{path}: no such checkpoint; give a .pth file of a training')
    size = path.stat().st_size
    if size == 0:
        raise UserError(f'{path}: the checkpoint is empty; copy it again or take an earlier one')
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # of the kind before PyTorch 1.6, or broken
    if unpacked > size:
        raise UserError(
            f'{path}: {unpacked:,} bytes in a file of {size:,}, which no training writes; '
            'take another checkpoint'
        )


def _unreadable(name: str | os.PathLike, error: Exception) -> UserError:
    """Return what to raise for a pickle that is broken, or would run code."""
    reason = ' '.join(str(error).split())
    # What torch refuses to look up has its name in the text.
    called = re.search(r'GLOBAL (\S+)', reason)
    if called or isinstance(error, LookupError | ValueError | TypeError):
        what = called[1] if called else reason[:80]
        return UserError(
            f'{name}: the checkpoint holds more than data ({what}), which could be anything that '
            'runs; take one of weights alone, or give --trust if you know who made it'
        )
    return UserError(
        f'{name}: not a readable checkpoint ({type(error).__name__}); it may be truncated, '
        'copy it again or take an earlier one'
    )


def _downloaded(address: str) -> Path:
    """Return the local file of an address, fetched once, where torch keeps such files."""
    path = Path(torch.hub.get_dir(), 'checkpoints', Path(urlsplit(address).path).name)
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(address, str(path), progress=False)
        except (OSError, ValueError) as error:
            raise _not_fetched(address, error) from error
    return path


def _not_fetched(address: str, error: Exception) -> UserError:
    return UserError(
        f'{address}: cannot be fetched ({error}); check the address and the network, or copy the '
        'file and name it'
    )


def _replace_loaders() -> None:
    """Let mmengine load files and addresses of all kinds by this module's functions."""

    def load_file(file: Any, map_location: Any = None, weights_only: bool | None = None) -> Any:
        return read_content(file)

    def load_url(address: str, *args, **kwargs) -> Any:
        return read_content(_downloaded(address))

    checkpoint._safe_torch_load = load_file
    checkpoint.load_url = load_url


_replace_loaders()
