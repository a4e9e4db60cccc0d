"""What configs may name is imported by the one module that they import."""

import pkgutil
from pathlib import Path

import pytest

from plugins import register

# What only other modules name.
HELPERS = {'hard_negatives', 'mmocr_instances', 'page_seed'}


@pytest.mark.parametrize('room', ['datasets', 'evaluation', 'hooks', 'models'])
def test_every_adapter_is_imported(room) -> None:
    modules = pkgutil.iter_modules([str(Path(register.__file__).parent / room)])
    assert {module.name for module in modules} - HELPERS <= vars(register).keys()
