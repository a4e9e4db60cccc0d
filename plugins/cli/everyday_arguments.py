"""What runs are told most often: sizes, batches, workers, length, learning rate, decoding."""

import argparse

from .number_arguments import positive_number, whole_number

_LARGEST = 8192  # pixels of a page's longer side
_MANY = 100_000


def add_input_size(parser: argparse.ArgumentParser) -> None:
    """Add ``--input-size``."""
    parser.add_argument(
        '--input-size',
        type=whole_number(32, _LARGEST),
        metavar='PIXELS',
        help="longer side of a page; of growing pages (stages) the last size, the others' in "
        'proportion (default: that of the config)',
    )


def add_workers(
    parser: argparse.ArgumentParser,
    meaning: str = 'processes that read pages',
    default: str = 'that of the config',
) -> None:
    """Add ``--workers``, which may be 0."""
    parser.add_argument(
        '--workers',
        type=whole_number(0, 1024),
        metavar='N',
        help=f'{meaning}; 0: none beside the main one (default: {default})',
    )


def add_batch_size(
    parser: argparse.ArgumentParser,
    meaning: str,
    dest: str = 'batch_size',
    default: int | None = None,
) -> None:
    """Add ``--batch-size``; without a default of its own that of the config holds."""
    parser.add_argument(
        '--batch-size',
        dest=dest,
        type=whole_number(1, _MANY),
        default=default,
        metavar='PAGES',
        help=f'{meaning} (default: {default or "that of the config"})',
    )


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """Add ``--epochs`` and ``--lr``."""
    parser.add_argument(
        '--epochs',
        type=whole_number(1, _MANY),
        metavar='N',
        help='how long to train; schedule, warm-up and stages in proportion (default: that of '
        'the config)',
    )
    parser.add_argument(
        '--lr',
        type=positive_number,
        metavar='RATE',
        help='learning rate that the schedule starts from (default: that of the config)',
    )


def add_decode(parser: argparse.ArgumentParser, default: str) -> None:
    """Add ``--decode``; ``default`` says what holds without it."""
    parser.add_argument(
        '--decode',
        metavar='VALUES',
        help='decoding values: a decoding.json of tools/tune_decoding.py, or '
        f'thresh=0.1,box_thresh=0.25 (default: {default})',
    )
