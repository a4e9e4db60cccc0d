"""The machine in one line."""

import pytest
import torch

from plugins.benchmarking.machine import describe_machine, machine_line


def test_it_names_what_figures_depend_on():
    machine = describe_machine()
    line = machine_line(machine)
    assert machine['cores'] >= 1
    parts = (machine['cpu'], f'{machine["cores"]} cores', f'torch {torch.__version__}', 'mmocr')
    assert all(part in line for part in parts)


@pytest.mark.parametrize(('load', 'busy'), [(None, False), (0.5, False), (0.8, True)])
def test_a_busy_machine_is_told(load, busy):
    assert ('busy' in machine_line({**describe_machine(), 'load': load})) == busy
