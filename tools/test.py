"""Test a checkpoint: score it where there is ground truth, and write the submission.

python tools/test.py configs/dbnet_convnext_tiny_fold0.py work_dirs/.../best_*.pth
"""

import _start

import argparse

from plugins import cli
from plugins.engine import checkpoint_loading, launch, test_run
from plugins.functional.augment import FLIPS


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description='Score a checkpoint and write its submission.')
    launch.add_arguments(parser)
    parser.add_argument(
        'checkpoint',
        help='.pth file of a training with this config, or its work dir, whose best is taken',
    )
    parser.add_argument(
        '--split', choices=['test', 'val'], default='test', help='pages to run on (default: test)'
    )
    parser.add_argument(
        '--out', help='folder for predictions.json and submission.csv (default: the work dir)'
    )
    parser.add_argument('--force', action='store_true', help='replace these files and pictures')
    parser.add_argument('--show-dir', help='draw the detections of every page into this folder')
    parser.add_argument(
        '--dump-maps',
        metavar='DIR',
        help='write the probability map of every page into this folder, once; an interrupted run '
        'goes on',
    )
    parser.add_argument('--map-bits', type=int, choices=[8, 16], default=8, help='(default: 8)')
    parser.add_argument(
        '--tta',
        action='store_true',
        help='test-time augmentation: average the maps of several sizes and mirror images',
    )
    parser.add_argument(
        '--tta-scales',
        nargs='+',
        type=float,
        metavar='SCALE',
        help='page sizes in units of the input size (default: those of tta_pipeline)',
    )
    parser.add_argument(
        '--tta-flips',
        nargs='+',
        choices=FLIPS,
        metavar='FLIP',
        help=f'mirror images: {", ".join(FLIPS)} (default: those of tta_pipeline)',
    )
    return parser.parse_args()


def main() -> None:
    """Test as the command line says."""
    args = parse_args()
    config = launch.load_config(args)
    test_run.set_test(config, args.split, args.out, args.force)
    args.checkpoint = str(checkpoint_loading.find_checkpoint(args.checkpoint))
    checkpoint_loading.read_checkpoint(args.checkpoint)
    if args.tta or args.tta_scales or args.tta_flips:
        test_run.set_tta(config, args.tta_scales, args.tta_flips)
    if args.dump_maps is not None:
        test_run.set_maps(config, args.dump_maps, args.map_bits, args.force, args.checkpoint)
    runner = launch.build_runner(config, train=False)
    if args.show_dir is not None:
        test_run.check_show_dir(runner, args.show_dir, args.force)
    checkpoint_loading.load_weights(runner.model, args.checkpoint)
    runner.test()
    if args.show_dir is not None and runner.rank == 0:
        test_run.show_predictions(runner, args.out or config.work_dir, args.show_dir)


if __name__ == '__main__':
    cli.run(main)
