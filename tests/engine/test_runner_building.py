"""What is wrong with a config is one line that names it."""

import errno

import pytest

from plugins.engine import config_errors
from plugins.functional.errors import UserError


@pytest.mark.parametrize(
    ('error', 'text'),
    [
        pytest.param(KeyError('X is not in the registry. Please check whether'), 'X is not in the '
                     'registry', id='unknown type, without a link'),
        pytest.param(TypeError("got an unexpected keyword 'x'"), "keyword 'x'", id='argument'),
        pytest.param(AssertionError(), 'AssertionError', id='without a text'),
        pytest.param(ImportError("No module named 'x'"), "named 'x'", id='import'),
        pytest.param(RuntimeError('negative dimension -1'), 'dimension -1', id='of torch'),
        pytest.param(ZeroDivisionError('division by zero'), 'by zero', id='arithmetic'),
    ],
)  # fmt: skip
def test_mistakes_of_a_config(error, text, monkeypatch) -> None:
    monkeypatch.delenv('MMRECEIPT_DEBUG', raising=False)
    with (
        pytest.raises(UserError, match=rf'x\.py: cannot be built \(.*{text}\)'),
        config_errors('x.py'),
    ):
        raise error
    monkeypatch.setenv('MMRECEIPT_DEBUG', '1')
    with pytest.raises(type(error)), config_errors('x.py'):
        raise error


def test_a_full_disk_is_no_mistake_of_the_config() -> None:
    error = OSError(errno.ENOSPC, 'No space left on device', 'w/x.log')
    full = r'w/x\.log: No space left .*free some'
    with pytest.raises(UserError, match=full), config_errors('x.py'):
        raise error


def test_ctrl_c_stays_one_where_what_it_broke_off_raises_something_else() -> None:
    with pytest.raises(KeyboardInterrupt), config_errors('x.py'):
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError('half a file')


@pytest.mark.parametrize('error', [UserError('a.json: empty'), SystemError('a defect')])
def test_others_pass_unchanged(error) -> None:
    with pytest.raises(type(error)) as raised, config_errors('x.py'):
        raise error
    assert raised.value is error
