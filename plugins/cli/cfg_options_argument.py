"""``--cfg-options``: KEY=VALUE pairs as they are typed; ``plugins/engine`` makes values of them."""

import argparse


def add_cfg_options(parser: argparse.ArgumentParser, example: str) -> None:
    """Add ``--cfg-options``, a list of texts or None."""
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action='extend',
        type=_pair,
        metavar='KEY=VALUE',
        help=f'override config values, e.g. {example}',
    )


def _pair(text: str) -> str:
    key, equals, value = text.partition('=')
    if not (key and equals):
        raise argparse.ArgumentTypeError(f'{text!r} is not KEY=VALUE')
    is_list = ',' in value or (value[:1] in '([' and value[-1:] in ')]')
    if is_list and any(value.count(left) != value.count(right) for left, right in ('()', '[]')):
        raise argparse.ArgumentTypeError(f'{text!r}: brackets of the value do not match')
    return text
