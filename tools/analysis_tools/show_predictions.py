"""Draw predictions onto their pages, ground truth below them, as one picture.

python tools/analysis_tools/show_predictions.py predictions.json \\
    --images images/test --out found.png
"""

import _start

import argparse
from pathlib import Path

from plugins.cli import progress, run, tool_parser, whole_number
from plugins.functional.errors import UserError
from plugins.functional.files import refuse_overwrite


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = tool_parser(__doc__, 'docs/prediction.md')
    parser.add_argument('predictions', help='predictions JSON or leaderboard CSV')
    parser.add_argument('--images', type=Path, required=True, help='folder of the images')
    parser.add_argument('--ann', type=Path, help='annotation JSON: draw the ground truth as well')
    parser.add_argument('--out', type=Path, required=True, help='picture to write (.png, .jpg)')
    parser.add_argument(
        '--pages',
        type=whole_number(1),
        default=6,
        help='how many, spread over the file (default: 6)',
    )
    parser.add_argument(
        '--columns', type=whole_number(1), default=3, help='pages a row (default: 3)'
    )
    parser.add_argument('--force', action='store_true', help='replace the picture')
    return parser.parse_args()


def main() -> None:
    """Write the picture."""
    args = parse_args()
    from plugins.functional.annotations import load_truth
    from plugins.functional.drawing import (
        evenly_spaced,
        prediction_panels,
        prediction_sheet,
    )
    from plugins.functional.images import JPEG_SUFFIXES, write_image
    from plugins.functional.submission import load_polygons

    if args.out.suffix.lower() not in {'.png', *JPEG_SUFFIXES}:
        raise UserError(f'{args.out}: no known kind of picture; end its name in .png or .jpg')
    refuse_overwrite(args.out, args.force)
    found = load_polygons(args.predictions)
    names = evenly_spaced(list(found), args.pages)
    truth = load_truth(args.ann, names) if args.ann is not None else {}
    found = {name: found[name] for name in names}
    panels = list(progress(prediction_panels(found, truth, args.images), 'drawing', len(found)))
    write_image(args.out, prediction_sheet(panels, bool(truth), args.columns))
    print(f'wrote {args.out}: {len(panels)} pages')


if __name__ == '__main__':
    run(main)
