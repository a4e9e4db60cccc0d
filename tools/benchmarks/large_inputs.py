"""Take the time and the memory of tools on files far beyond a competition's.

The files are made up. Beside each tool stands Python's own JSON or CSV reader on the same file,
which reads it and does nothing else.

python tools/benchmarks/large_inputs.py --pages 10000 --megabytes 20
"""

import _start

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from plugins.benchmarking.large_inputs import (
    Cost,
    cost_of,
    empty_pages,
    write_annotation,
    write_scribbles,
    write_submission,
)
from plugins.benchmarking.tables import FigureTable
from plugins.cli import add_counts, progress, run, tool_parser

_TOOLS = Path(__file__).resolve().parent.parent
_READERS = {
    '.json': 'import json, sys; json.load(open(sys.argv[1]))',
    '.csv': 'import csv, sys; csv.field_size_limit(2**31 - 1); list(csv.reader(open(sys.argv[1])))',
}
_POLYGONS = 110
_SCRIBBLES, _VERTICES = 100, 70  # of so many vertices none is refused


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    add_counts(
        parser,
        {
            '--pages': (100_000, 'pages'),
            '--words': (40, 'words of each page, where there are some'),
            '--megabytes': (200, 'size of the large submission'),
        },
    )
    parser.add_argument('--markdown', action='store_true', help='print the table in Markdown')
    return parser.parse_args()


def main() -> None:
    """Write the files, run the tools on them, and print a table."""
    args = parse_args()
    with tempfile.TemporaryDirectory() as folder:
        records = [
            {'name': name, 'input': text, 'tool': taken, 'reader': reader}
            for name, text, taken, reader in progress(_measured(args, Path(folder)), 'tools', 4)
        ]
    columns = {
        'tool': '{name}',
        'input': '{input}',
        'CPU s': '{tool.seconds:.1f}',
        'MB': '{tool.megabytes:.0f}',
        'reader, s': '{reader.seconds:.1f}',
        'MB ': '{reader.megabytes:.0f}',
    }
    FigureTable('Large inputs', columns, records).print(markdown=args.markdown)


def _measured(args: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str, Cost, Cost]]:
    labels, listed, found = folder / 'labels.json', folder / 'test.json', folder / 'found.csv'

    write_annotation(labels, args.pages, args.words)
    command = ('make_folds.py', labels, '--out', folder / 'folds')
    text = f'{args.pages:,} pages of {args.words} words, {_size(labels)}'
    yield 'make_folds', text, *_costs(command, labels)

    def check(pages: int, what: str) -> tuple[str, str, Cost, Cost]:
        listed.write_text(json.dumps({'images': dict(empty_pages(pages))}))
        text = f'{what}, {_size(found)}'
        command = ('check_submission.py', found, '--ann', listed)
        return 'check_submission', text, *_costs(command, found)

    write_submission(found, args.words, pages=args.pages)
    yield check(args.pages, f'{args.pages:,} pages of {args.words} polygons')
    pages = write_submission(found, _POLYGONS, megabytes=args.megabytes)
    yield check(pages, f'{pages:,} pages of {_POLYGONS} polygons')

    write_scribbles(found, _SCRIBBLES, _VERTICES)
    write_annotation(labels, 1, 100)
    command = ('evaluate.py', '--predictions', found, '--ann', labels)
    text = f'{_SCRIBBLES} polygons of {_VERTICES} random vertices, {_size(found)}'
    yield 'evaluate', text, *_costs(command, found)


def _costs(command: tuple, file: Path) -> tuple[Cost, Cost]:
    tool, *arguments = command
    return cost_of([_TOOLS / tool, *arguments]), cost_of(['-c', _READERS[file.suffix], file])


def _size(file: Path) -> str:
    return f'{file.stat().st_size / 1e6:.1f} MB'


if __name__ == '__main__':
    run(main)
