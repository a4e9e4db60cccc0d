"""Put several detectors together: let their polygons vote, average their probability maps, or both.

python tools/ensemble.py configs/ensembles/convnext_tiny_5fold.py \\
    --ann data/receipts/jsons/labels.json
"""

import _start

import argparse
import os
from contextlib import ExitStack
from pathlib import Path

from plugins import cli
from plugins.functional.errors import UserError
from plugins.functional.files import one_writer


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = cli.tool_parser(__doc__, 'docs/ensembles.md')
    parser.add_argument('config', help='which members and how, see configs/ensembles')
    parser.add_argument(
        '--ann', metavar='FILE', help='labels: score members, vote and average side by side'
    )
    parser.add_argument(
        '--out', type=Path, metavar='DIR', help='outputs (default: work_dirs/<config name>)'
    )
    parser.add_argument(
        '--data-root', help='data folder of members that are checkpoints, as in tools/test.py'
    )
    cli.add_input_size(parser)
    cli.add_batch_size(parser, 'pages that a network takes at once')
    cli.add_workers(parser)
    cli.add_trust(parser)
    cli.add_decode(parser, 'those of the maps, or of the config')
    cli.add_cfg_options(parser, 'voting.min_votes=4 members.0.weight=2')
    parser.add_argument(
        '--dump-maps',
        type=Path,
        metavar='DIR',
        help='write the averaged maps, for tools/tune_decoding.py',
    )
    cli.add_allow_seen(parser, 'score')
    parser.add_argument('--force', action='store_true', help='replace the results in --out')
    return parser.parse_args()


def main() -> None:
    """Put together, as the only one in the folders that are written."""
    args = parse_args()
    args.out = args.out or Path('work_dirs') / Path(args.config).stem
    with ExitStack() as held:
        held.enter_context(one_writer(args.out, 'ensemble'))
        if args.dump_maps is not None:
            held.enter_context(one_writer(args.dump_maps, 'maps'))
        put_together(args)


def put_together(args: argparse.Namespace) -> None:
    """Read, put together, write, compare."""
    from plugins.engine import apply_cfg_options, parse_cfg_options, read_config
    from plugins.ensembles import result_files, run_ensemble
    from plugins.ensembles.config import KEYS, decode_all, read_plan
    from plugins.functional.decoding import parse_decoding
    from plugins.functional.review import labelled_pages
    from plugins.functional.voting import common_pages

    if args.data_root is not None:
        os.environ['MMRECEIPT_DATA'] = args.data_root
    config = read_config(args.config)
    if args.decode is not None:
        decode_all(config, parse_decoding(args.decode))
    apply_cfg_options(config, args.config, parse_cfg_options(args.cfg_options), KEYS)
    plan = read_plan(config, args.config)
    out = args.out
    if not plan.systems and args.ann is None:
        raise UserError(f'{args.config}: has neither voting nor averaging; add one, or give --ann')
    result_files.refuse_outputs(out, plan.systems, args.ann is not None, args.force)
    truth = labelled_pages(args.ann) if args.ann else {}
    members = run_ensemble.open_members(plan, out, _test_options(args))
    pages = common_pages(members)
    run_ensemble.check_truth(truth, members, args.ann, args.allow_seen)
    if args.dump_maps is not None:
        run_ensemble.start_maps(args.dump_maps, plan, members, pages, args.force)
    outcome = run_ensemble.Outcome(args.dump_maps)
    for _ in cli.progress(
        run_ensemble.run_pages(plan, members, pages, truth, outcome), 'pages', len(pages)
    ):
        pass
    names = [member.name for member in members]
    rows = result_files.system_scores(outcome.scores, names) if truth else []
    result_files.write_outputs(out, outcome.found, rows)
    if rows:
        result_files.print_scores(rows, len(truth))
    for name in result_files.outputs(plan.systems, bool(rows)):
        print(f'wrote {out / name}')


def _test_options(args: argparse.Namespace) -> list[str]:
    """Return what the tests of members that are checkpoints are told."""
    given = {
        '--data-root': args.data_root,
        '--input-size': args.input_size,
        '--batch-size': args.batch_size,
        '--workers': args.workers,
    }
    options = [f'{option}={value}' for option, value in given.items() if value is not None]
    return [*options, *(['--trust'] if args.trust else [])]


if __name__ == '__main__':
    cli.run(main)
