"""Try many decoding settings on probability maps, and say which is best and how far to trust that.

Without any range, 540 settings are tried, and the model's own. Time goes with the number of thresh
times the number of unclip_ratio values; box_thresh and max_candidates cost next to nothing.
Interrupt it whenever you like: the same command goes on.

python tools/tune_decoding.py --maps maps/val \\
    --ann data/receipts/folds/fold0_val.json --out tuned
"""

import _start

import argparse
import os
import sys
from pathlib import Path

from plugins import cli
from plugins.functional.errors import UserError, counted
from plugins.functional.files import one_writer, refuse_overwrite

# As plugins/functional/tuning has them, which takes long to import.
_RANGES = {
    '--thresh': '0.05:0.45:0.05',
    '--box-thresh': '0.15:0.6:0.05',
    '--unclip-ratio': '0.5:2:0.3',
    '--max-candidates': "the model's own",
}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = cli.tool_parser(__doc__, 'docs/decoding.md')
    several = dict(nargs='+', action='extend', required=True)
    parser.add_argument(
        '--maps', metavar='DIR', **several,
        help='folders that tools/test.py --dump-maps made, which share no page (five folds, say)',
    )  # fmt: skip
    parser.add_argument('--ann', metavar='FILE', **several, help='annotations of those pages')
    parser.add_argument('--out', required=True, metavar='DIR', help='where the results go')
    for option, default in _RANGES.items():
        text = f'numbers, and ranges FROM:TO:STEP (default: {default})'
        parser.add_argument(option, nargs='+', metavar='VALUES', help=text)
    parser.add_argument(
        '--preset',
        choices=['nine-pairs'],
        help='known pairs of thresh and box_thresh instead of ranges',
    )
    parser.add_argument(
        '--mode',
        choices=('polygon', 'box', 'both'),
        help="what is decoded to, or both, compared (default: the model's own)",
    )
    workers = parser.add_argument(
        '--workers',
        type=cli.whole_number(1),
        default=cli.cores(),
        metavar='N',
        help='processes (default: one a core)',
    )
    cli.add_old_name(parser, '--jobs', workers)
    parser.add_argument(
        '--apply',
        type=Path,
        metavar='WORK_DIR',
        help='put the setting to take beside the checkpoints of this work dir',
    )
    cli.add_allow_seen(parser, 'tune on')
    parser.add_argument('--force', action='store_true', help='replace the results')
    return parser.parse_args()


def main() -> None:
    """Tune, as the only one in the folder of the results."""
    args = parse_args()
    with one_writer(args.out, 'tuning'):
        tune(args)


def tune(args: argparse.Namespace) -> None:
    """Score, choose, and report."""
    from plugins.functional.decoding import DECODING, write_decoding
    from plugins.functional.tuning import MODES, NUMBERS, Setting, Tuning, make_settings
    from plugins.tuning import result_files
    from plugins.tuning.labelled_maps import gather
    from plugins.tuning.parallel_scoring import made_of, score_maps
    from plugins.tuning.stored_scores import StoredScores

    pages = gather(args.maps, args.ann, args.allow_seen)
    ranges = {name: getattr(args, name) for name in NUMBERS}
    current = Setting.of(pages.params)
    modes = MODES if args.mode == 'both' else [args.mode or current.mode]
    settings = make_settings(ranges, args.preset, current, modes)
    out, record_path = Path(args.out), Path(args.out, 'pages.jsonl')
    if not os.path.exists(record_path):
        for name in (result_files.TABLE, result_files.FIGURE, DECODING):
            refuse_overwrite(out / name, args.force)
    if args.apply is not None:
        if not os.path.isdir(args.apply):
            raise UserError(f'--apply {args.apply}: no such work dir; name that of the checkpoint')
        refuse_overwrite(args.apply / DECODING, args.force)
    for note in pages.notes:
        print(f'note: {note}', file=sys.stderr)
    shape = (len(settings), 3)
    with StoredScores(record_path, made_of(pages, settings), shape, args.force) as record:
        left = len(pages.maps) - len(record.scores)
        covered = counted(len(settings), 'setting'), counted(len(pages.maps), 'page')
        print(f'{" on ".join(covered)}, {left} of them to be scored')
        for _ in cli.progress(score_maps(pages, settings, record, args.workers), 'pages', left):
            pass
        scores = record.of([truth.name for truth in pages.maps])
    tuning = Tuning(settings, scores, current, [len(truth.words) for truth in pages.maps])
    validation = tuning.cross_validate()
    values = result_files.values_to_take(tuning, validation)
    source = {'maps': args.maps, 'annotations': args.ann, 'pages': len(pages.maps)}
    result_files.write_results(out, tuning, validation, values, source)
    result_files.print_results(tuning, validation, values)
    print(f'wrote {result_files.TABLE}, {result_files.FIGURE} and {DECODING} into {out}')
    if args.apply is not None:
        write_decoding(args.apply / DECODING, values, source)
        print(f'and {args.apply / DECODING}, which its checkpoints are decoded with from now on')


if __name__ == '__main__':
    cli.run(main)
