"""Draw pages before and after the pipeline of a config, with the maps a training learns from.

python tools/analysis_tools/browse_dataset.py configs/dbnet_ppocrv6_small.py \\
    --data-root data/receipts --out work_dirs/pages
"""

import _start

import argparse
from pathlib import Path

from plugins import cli
from plugins.functional.files import refuse_overwrite


def parse_args() -> argparse.Namespace:
    """Return the command line."""
    parser = cli.tool_parser(__doc__, 'docs/training.md')
    cli.add_run_options(parser)
    parser.add_argument('--split', choices=['train', 'val', 'test'], default='train')
    parser.add_argument(
        '--pages',
        type=cli.whole_number(1),
        default=8,
        help='how many, spread over the split (default: 8)',
    )
    parser.add_argument('--out', type=Path, required=True, help='folder of the pictures')
    parser.add_argument('--force', action='store_true', help='replace pictures that are there')
    return parser.parse_args()


def main() -> None:
    """Write one picture a page."""
    args = parse_args()
    from plugins.analysis import browse_dataset
    from plugins.engine import load_config
    from plugins.functional.drawing import evenly_spaced
    from plugins.functional.images import write_image

    dataset = browse_dataset.open_dataset(load_config(args), args.split)
    pages = evenly_spaced(range(len(dataset)), args.pages)
    names = [Path(dataset.get_data_info(index)['img_path']).name for index in pages]
    paths = [args.out / f'{name}.{args.split}.jpg' for name in names]
    for path in paths:
        refuse_overwrite(path, args.force)
    for index, path in cli.progress(zip(pages, paths, strict=True), 'drawing', len(pages)):
        write_image(path, browse_dataset.pipeline_panels(dataset, index))
    print(f'wrote {len(paths)} pictures to {args.out}')


if __name__ == '__main__':
    cli.run(main)
