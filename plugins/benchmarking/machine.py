"""What a benchmark ran on."""

import os
import platform
from importlib import import_module
from pathlib import Path

import torch

from plugins.cli import cores

_PACKAGES = ('torch', 'torchvision', 'numpy', 'cv2', 'shapely', 'mmocr', 'mmengine')
# What importing all of this leaves behind is less.
_BUSY = 0.7


def describe_machine() -> dict:
    """Return CPU, cores this process may use, load before the benchmark, GPU and versions."""
    info = Path('/proc/cpuinfo')
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.partition(':')[2].strip() for line in lines if line.startswith('model name')]
    return {
        'cpu': next(iter(names), platform.processor() or platform.machine()),
        'cores': cores(),
        'load': round(os.getloadavg()[0], 2) if hasattr(os, 'getloadavg') else None,
        'gpu': torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        'system': f'{platform.system()} {platform.machine()}',
        'versions': {
            'python': platform.python_version(),
            **{name: import_module(name).__version__ for name in _PACKAGES},
        },
    }


def machine_line(machine: dict) -> str:
    """Return the description in one line."""
    versions = ', '.join(f'{name} {version}' for name, version in machine['versions'].items())
    load = f'load {machine["load"]} before'
    if machine['load'] and machine['load'] > _BUSY:
        load += ' (busy: time it again when nothing else runs)'
    return (
        f'{machine["cpu"]}, {machine["cores"]} cores, {load}, '
        f'{machine["gpu"] or "no GPU"}; {versions}'
    )
