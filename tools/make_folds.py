"""Split an annotation file into k folds, stratified by the number of words on a page.

python tools/make_folds.py data/receipts/jsons/train.json \\
    --out data/receipts/folds
"""

import _start

import argparse

from plugins.cli import progress, run, tool_parser


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/data.md')
    parser.add_argument('annotation', help='annotation JSON to split')
    parser.add_argument(
        '--out',
        required=True,
        metavar='DIR',
        help='folder for fold{k}_train.json, fold{k}_val.json',
    )
    parser.add_argument(
        '--n-splits', type=int, default=5, metavar='K', help='number of folds (default: 5)'
    )
    parser.add_argument('--seed', type=int, default=42, help='seed of the split (default: 42)')
    parser.add_argument('--force', action='store_true', help='replace the folds that are there')
    return parser.parse_args()


def main() -> None:
    """Write the folds and print what is in them."""
    args = parse_args()
    from plugins.functional.annotations import write_folds

    folds = write_folds(args.annotation, args.out, args.n_splits, args.seed, args.force)
    folds = list(progress(folds, 'folds', total=args.n_splits))
    print('fold  train pages  train words  val pages  val words  val words/page')
    for fold in folds:
        train, val = fold.train, fold.val
        print(
            f'{fold.fold:>4}  {train.pages:>11,}  {train.words:>11,}  {val.pages:>9,}  '
            f'{val.words:>9,}  {val.words / val.pages:>14.2f}'
        )


if __name__ == '__main__':
    run(main)
