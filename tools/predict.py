"""Find the words on any pictures: predictions JSON, leaderboard CSV, and overlays to look at.

The exit status is 1 when a picture could not be read: its row is empty. It is 1, too, when there
are files that may be pages and cannot be taken, as HEIC or TIFF; they have no row. The reasons are
on standard error.

python tools/predict.py my_receipts --out predicted \\
    --checkpoint work_dirs/dbnet_ppocrv6_small
"""

import _start

import argparse
import sys
from pathlib import Path

from plugins import cli


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = cli.tool_parser(__doc__, 'docs/prediction.md')
    parser.add_argument('pictures', nargs='+', help='image files and folders of them')
    parser.add_argument(
        '--checkpoint',
        help='.pth file of a training, or its work dir: the best (default: the pretrained weights '
        'that configs/dbnet_ppocrv6_small.py starts from)',
    )
    parser.add_argument(
        '--out', type=Path, required=True, help='folder for predictions.json, submission.csv, ...'
    )
    parser.add_argument('--config', help='config file (default: the one in the checkpoint)')
    cli.add_trust(parser)
    cli.add_cfg_options(parser, 'model.det_head.postprocessor.thresh=0.25')
    cli.add_decode(parser, 'the decoding.json beside the checkpoint, or else the config')
    cli.add_input_size(parser)
    parser.add_argument(
        '--device', choices=['cpu', 'cuda'], help='(default: a GPU where there is one)'
    )
    cli.add_batch_size(parser, 'pages that the network takes at once, at most', default=1)
    cli.add_workers(parser, 'threads that read, decode and draw', 'one a core, from 2 to 8')
    parser.add_argument('--recursive', action='store_true', help='pictures in sub-folders, too')
    parser.add_argument('--no-overlays', action='store_true', help='draw no pictures')
    parser.add_argument('--force', action='store_true', help='replace earlier results in --out')
    return parser.parse_args()


def main() -> int:
    """Predict, and tell what could not be read."""
    args = parse_args()
    from plugins.engine import parse_cfg_options
    from plugins.functional.images import find_pictures, left_out_lines
    from plugins.functional.submission import check_out, overlay_names
    from plugins.prediction import predict_into
    from plugins.prediction.detector_loading import load_predictor

    pictures, left_out = find_pictures(args.pictures, args.recursive)
    overlays = None if args.no_overlays else overlay_names(pictures)
    check_out(args.out, args.pictures, (overlays or {}).values(), args.force)
    predictor = load_predictor(
        args.checkpoint,
        args.config,
        parse_cfg_options(args.cfg_options),
        args.input_size,
        args.device,
        args.decode,
        args.trust,
    )
    written = predict_into(
        args.out, predictor, pictures, args.batch_size, overlays, args.force, args.workers
    )
    print(f'wrote {args.out}: {written.polygons} polygons on {written.pages} pages')
    if written.problems:
        count = f'{len(written.problems)} of {written.pages} pictures'
        print(f'{count} could not be read; their rows are empty:', file=sys.stderr)
        print(*written.problems, sep='\n', file=sys.stderr)
    print(*left_out_lines(left_out), sep='\n', end='\n' * bool(left_out), file=sys.stderr)
    return 1 if written.problems or any(each.may_be_a_page for each in left_out) else 0


if __name__ == '__main__':
    cli.run(main)
