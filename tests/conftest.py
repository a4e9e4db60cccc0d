"""Fixtures shared by all tests."""

import os
import signal
from pathlib import Path

import pytest
from tiny_receipts import make_data_root

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption('--all', action='store_true', help='run what is slow as well')


def pytest_configure() -> None:
    # What a shell starts in the background ignores Ctrl-C, and so would every tool under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption('--all'):
        for item in items:
            if 'slow' in item.keywords:
                item.add_marker(pytest.mark.skip(reason='slow; give --all'))


def _reference_data() -> Path:
    return Path(os.environ.get('MMRECEIPT_TEST_DATA', ROOT.parent / 'shared' / 'data'))


@pytest.fixture(scope='session')
def repo_root() -> Path:
    return ROOT


@pytest.fixture(scope='session')
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Receipts small enough to train on, which no test changes."""
    return make_data_root(tmp_path_factory.mktemp('receipts'))


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
