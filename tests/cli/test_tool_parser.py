"""What the help of a tool is made of."""

import pytest

from plugins.cli import add_old_name, tool_parser, whole_number

TEXT = """Do a thing.

A paragraph that is so long that it has to be broken somewhere, since a terminal has 80 columns and
no more than that.

python tools/thing.py a.json \\
    --out b.json
"""


def test_paragraphs_are_filled_and_the_example_stays(monkeypatch) -> None:
    monkeypatch.setenv('COLUMNS', '60')
    text = tool_parser(TEXT, 'docs/thing.md', prog='thing.py').format_help()
    assert '\n\nDo a thing.\n\nA paragraph that is' in text
    assert max(map(len, text.splitlines())) <= 60
    example = 'example:\n  python tools/thing.py a.json \\\n      --out b.json\n'
    assert text.endswith(f'{example}\ndocs/thing.md says more.\n')


def test_a_wide_terminal_gets_eighty_columns(monkeypatch) -> None:
    monkeypatch.setenv('COLUMNS', '300')
    assert 70 < max(map(len, tool_parser(TEXT, 'a.md').format_help().splitlines())) <= 80


def test_an_old_name_means_the_new_option(capsys) -> None:
    parser = tool_parser(TEXT, 'a.md', allow_abbrev=False)
    option = parser.add_argument('--workers', type=whole_number(1), default=2)
    add_old_name(parser, '--jobs', option)
    assert [parser.parse_args(args).workers for args in ([], ['--jobs=3'], ['--workers=4'])] == [
        2,
        3,
        4,
    ]
    assert '--jobs' not in parser.format_help()
    with pytest.raises(SystemExit, match='2'):
        parser.parse_args(['--jobs=0'])
