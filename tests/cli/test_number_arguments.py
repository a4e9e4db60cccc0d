"""Arguments that are numbers."""

import argparse

import pytest

from plugins.cli import add_counts, positive_number, whole_number


@pytest.mark.parametrize(
    ('bounds', 'text', 'complaint'),
    [
        pytest.param((1,), '1', None, id='the least'),
        pytest.param((1,), '0', "'0' is no whole number of 1 or more", id='too small'),
        pytest.param((1,), '-3', "'-3'", id='negative'),
        pytest.param((1,), 'ten', "'ten'", id='words'),
        pytest.param((1,), '1.5', "'1.5'", id='a fraction'),
        pytest.param((1, 8), '8', None, id='the most'),
        pytest.param((1, 8), '9', "'9' is no whole number from 1 to 8", id='too large'),
    ],
)
def test_a_whole_number_is_within_bounds(bounds, text, complaint):
    read = whole_number(*bounds)
    if complaint is None:
        assert read(text) == int(text)
    else:
        with pytest.raises(argparse.ArgumentTypeError, match=complaint):
            read(text)


def test_counts_have_defaults_and_say_so(capsys):
    parser = argparse.ArgumentParser()
    add_counts(parser, {'--pages': (7, 'pages to time')})
    assert parser.parse_args([]).pages == 7
    assert parser.parse_args(['--pages', '2']).pages == 2
    assert 'pages to time (default: 7)' in parser.format_help()


@pytest.mark.parametrize('text', ['1e-4', '3', '0.5'])
def test_a_positive_number(text):
    assert positive_number(text) == float(text)


@pytest.mark.parametrize('text', ['0', '-1', 'nan', 'inf', '1e400', 'much', ''])
def test_no_positive_number(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f'{text!r} is no number above 0'):
        positive_number(text)
