"""Turn receipts in the SROIE challenge's layout (img/, box/) into an MMReceipt dataset.

python tools/dataset_converters/sroie.py --src SROIE2019/train \\
    --out data/sroie --test-pages 60

Exit status 1 when files were left out because their partner is missing.
"""

import _start

import argparse
import sys

from plugins.cli import add_old_name, progress, run, tool_parser, whole_number


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/data.md')
    parser.add_argument('--src', required=True, help='folder that holds img/ and box/')
    parser.add_argument('--out', required=True, help='folder for images/ and jsons/')
    test_pages = parser.add_argument(
        '--test-pages',
        type=whole_number(0),
        default=0,
        metavar='N',
        help='receipts for testing (default: 0)',
    )
    add_old_name(parser, '--test', test_pages)
    parser.add_argument('--seed', type=int, default=42, help='seed of that choice (default 42)')
    parser.add_argument('--force', action='store_true', help='replace the dataset that is there')
    return parser.parse_args()


def main() -> int:
    """Convert, and print what came in and what went out."""
    args = parse_args()
    from plugins.functional.label_formats import (
        choose_test,
        find_receipts,
        read_receipt,
        write_dataset,
    )

    receipts, alone = find_receipts(args.src)
    test = choose_test((receipt.image.name for receipt in receipts), args.test_pages, args.seed)
    pages = {receipt.image: read_receipt(receipt) for receipt in receipts}
    writing = write_dataset(args.out, pages, test, args.force)
    written = len(list(progress(writing, 'images', total=len(pages))))
    words = sum(len(page.words) for page in pages.values())
    for file in alone:
        print(f'left out: {file} has no partner', file=sys.stderr)
    print(
        f'{len(receipts)} receipts in, {written} out: {written - len(test)} for training, '
        f'{len(test)} for testing; {words:,} text lines; {len(alone)} files left out'
    )
    if test:
        print(f'labels of the test pages, for --ann: {args.out}/jsons/test_labels.json')
    return 1 if alone else 0


if __name__ == '__main__':
    run(main)
