"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _reference_data() -> Path:
    return Path(os.environ.get('MMRECEIPT_TEST_DATA', ROOT.parent / 'shared' / 'data'))


@pytest.fixture(scope='session')
def repo_root() -> Path:
    return ROOT


@pytest.fixture(scope='session')
def golden_cleval() -> Path:
    path = _reference_data() / 'cleval_golden.json.gz'
    if not path.is_file():
        pytest.skip('no cleval_golden.json.gz; set MMRECEIPT_TEST_DATA to its folder')
    return path


@pytest.fixture(scope='session')
def sroie_root() -> Path:
    path = _reference_data() / 'sroie'
    if not path.is_dir():
        pytest.skip('no sroie/ receipts; set MMRECEIPT_TEST_DATA to the folder that holds them')
    return path
