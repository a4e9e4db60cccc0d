"""Find the words on any pictures: predictions JSON, leaderboard CSV, and overlays to look at.

python tools/predict.py PICTURES --checkpoint work_dirs/.../best_*.pth --out predicted
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plugins import cfg_options, cli
from plugins.functional.picture_files import find_pictures
from plugins.functional.prediction_stream import (
    OVERLAYS,
    check_out,
    open_predictions,
    overlay_names,
)
from plugins.predicting import predict
from plugins.trained_detector import load_predictor


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f'{value} is too few; give at least 1')
    return value


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        description='Find the words on pictures, with a trained detector.',
        epilog='The exit status is 1 when a picture could not be read: its row is empty, and the '
        'reason is on standard error.',
    )
    parser.add_argument('pictures', nargs='+', help='image files and folders of them')
    parser.add_argument('--checkpoint', required=True, help='.pth file of a training')
    parser.add_argument(
        '--out', type=Path, required=True, help='folder for predictions.json, submission.csv, ...'
    )
    parser.add_argument('--config', help='config file (default: the one in the checkpoint)')
    cfg_options.add_argument(parser, 'model.det_head.postprocessor.thresh=0.25')
    parser.add_argument(
        '--input-size', type=int, help='longer side of the network input (default: of the config)'
    )
    parser.add_argument(
        '--device', choices=['cpu', 'cuda'], help='(default: a GPU where there is one)'
    )
    parser.add_argument(
        '--batch-size', type=_positive, default=1, help='pages at once, at most (default: 1)'
    )
    parser.add_argument('--recursive', action='store_true', help='pictures in sub-folders, too')
    parser.add_argument('--no-overlays', action='store_true', help='draw no pictures')
    parser.add_argument('--force', action='store_true', help='replace earlier results in --out')
    return parser.parse_args()


def main() -> int:
    """Predict, and tell what could not be read."""
    args = parse_args()
    pictures = find_pictures(args.pictures, args.recursive)
    names = {} if args.no_overlays else overlay_names(pictures)
    check_out(args.out, args.pictures, names.values(), args.force)
    overlays = {path: args.out / OVERLAYS / name for path, name in names.items()} or None
    predictor = load_predictor(
        args.checkpoint, args.config, args.cfg_options, args.input_size, args.device
    )
    problems = []
    with open_predictions(args.out, args.force) as stream:
        found = predict(predictor, pictures, args.batch_size, overlays)
        for page in cli.progress(found, 'predicting', len(pictures)):
            stream.write(page.path.name, page.detections)
            if page.problem is not None:
                problems.append(page.problem)
    print(f'wrote {args.out}: {stream.polygons} polygons on {stream.pages} pages')
    if problems:
        print(f'{len(problems)} pictures could not be read, and have none:', file=sys.stderr)
        print(*problems, sep='\n', file=sys.stderr)
    return 1 if problems else 0


if __name__ == '__main__':
    cli.run(main)
