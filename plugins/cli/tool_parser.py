"""The command line of a tool, whose ``--help`` is what its file begins with."""

import argparse
import shutil
import textwrap

_WIDTH = 80
_COMMANDS = ('python tools/', 'bash tools/')


class _HelpFormatter(argparse.HelpFormatter):
    """At most 80 columns; paragraphs are filled, but those that are indented stay as they are."""

    def __init__(self, prog: str, **options) -> None:
        columns = min(shutil.get_terminal_size().columns, _WIDTH)
        super().__init__(prog, **{**options, 'width': columns - 2})

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return '\n\n'.join(
            part if '\n  ' in part else textwrap.fill(' '.join(part.split()), width)
            for part in text.split('\n\n')
        )


def tool_parser(text: str, page: str, **options) -> argparse.ArgumentParser:
    """Return a parser whose ``--help`` ends with an example and where to read on.

    Args:
        text: paragraphs on what the tool does; those that are commands are the example.
        page: of the documentation, from the repository's root.
        **options: of argparse's parser.
    """
    paragraphs = textwrap.dedent(text).strip().split('\n\n')
    commands = [part for part in paragraphs if part.startswith(_COMMANDS)]
    examples = ('example:\n' + textwrap.indent(part, '  ') for part in commands)
    return argparse.ArgumentParser(
        description='\n\n'.join(part for part in paragraphs if part not in commands),
        epilog='\n\n'.join([*examples, f'{page} says more.']),
        formatter_class=_HelpFormatter,
        **options,
    )


def add_old_name(
    parser: argparse.ArgumentParser, old: str, option: argparse.Action
) -> argparse.Action:
    """Let ``old``, which no help shows, mean what ``add_argument`` returned as ``option``."""
    return parser.add_argument(
        old,
        dest=option.dest,
        type=option.type,
        choices=option.choices,
        default=argparse.SUPPRESS,
        help=argparse.SUPPRESS,
    )
