"""What ``--cfg-options`` refuses before anything is read."""

import argparse

import pytest

from plugins.cli import add_cfg_options
from plugins.engine import parse_cfg_options
from plugins.functional.errors import UserError


def parse(*texts: str) -> list[str]:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_cfg_options(parser, 'a=1')
    return parser.parse_args(['--cfg-options', *texts]).cfg_options


def test_pairs_are_kept_as_they_are_typed() -> None:
    assert parse('a.b=1', 'c=x=y', '--cfg-options', 'd=') == ['a.b=1', 'c=x=y', 'd=']


VALUES = ('1', '(', '(1', '1)', '[1,2]', '(1,[2', '[(1,2)', '()', '[]', 'a,b)', '(,)', ')(,')


@pytest.mark.parametrize('text', ['nonsense', '=1', *(f'a={value}' for value in VALUES)])
def test_what_is_no_value_is_a_usage_error(text) -> None:
    """It is one where mmengine would take offence, and only there."""
    try:
        parse_cfg_options([text])
        refused = text == '=1'
    except UserError:
        refused = True
    if refused:
        with pytest.raises(argparse.ArgumentError, match='--cfg-options'):
            parse(text)
    else:
        assert parse(text) == [text]
