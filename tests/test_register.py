"""What configs may name is imported by the one module that they import."""

from pathlib import Path

import pytest

from plugins import register


@pytest.mark.parametrize('room', ['datasets', 'ensembles', 'evaluation', 'hooks', 'models'])
def test_every_module_that_registers_something_is_imported(room) -> None:
    files = Path(register.__file__).parent.joinpath(room).glob('*.py')
    names = {file.stem for file in files if '.register_module(' in file.read_text()}
    assert names
    assert names <= vars(register).keys()
