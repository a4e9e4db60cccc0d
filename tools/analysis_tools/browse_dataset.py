"""Draw pages before and after the pipeline of a config, with the maps a training learns from.

Several epochs draw a page as each of them sees it: its size of progressive resolution, and its
augmentation. Batches are drawn as the network gets them, MixUp and CutMix included.

python tools/analysis_tools/browse_dataset.py configs/dbnet_ppocrv6_small.py \\
    --data-root data/receipts --out work_dirs/pages
"""

import _start

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plugins import cli
from plugins.functional.errors import counted
from plugins.functional.files import refuse_overwrite

if TYPE_CHECKING:
    from mmengine.config import Config


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
    parser.add_argument(
        '--at-epoch',
        nargs='+',
        type=cli.whole_number(1),
        metavar='N',
        help='training pages as these epochs see them, a row each (default: the last)',
    )
    parser.add_argument(
        '--batches',
        type=cli.whole_number(1),
        metavar='N',
        help='instead of pages, the first N batches of each of these epochs',
    )
    parser.add_argument('--out', type=Path, required=True, help='folder of the pictures')
    parser.add_argument('--force', action='store_true', help='replace pictures that are there')
    args = parser.parse_args()
    if args.split != 'train' and (args.at_epoch or args.batches):
        parser.error(f'--at-epoch and --batches are of the training, not of --split {args.split}')
    return args


def main() -> None:
    """Write one picture a page, or a batch."""
    args = parse_args()
    from plugins.engine import load_config

    config = load_config(args)
    epochs = args.at_epoch or [config.train_cfg.max_epochs]
    if args.batches:
        draw_batches(config, epochs, args)
    else:
        draw_pages(config, epochs, args)


def draw_pages(config: 'Config', epochs: Sequence[int], args: argparse.Namespace) -> None:
    """Write one picture a page, with a row an epoch."""
    from plugins.analysis import browse_dataset
    from plugins.datasets.receipt_dataset import PageRequest
    from plugins.functional.drawing import evenly_spaced
    from plugins.functional.images import write_image

    dataset = browse_dataset.open_dataset(config, args.split)
    titles = [f'epoch {epoch}' for epoch in epochs] if args.at_epoch else ['']
    pages = evenly_spaced(range(len(dataset)), args.pages)
    names = [Path(dataset.get_data_info(index)['img_path']).name for index in pages]
    paths = [args.out / f'{name}.{args.split}.jpg' for name in names]
    for path in paths:
        refuse_overwrite(path, args.force)
    for index, path in cli.progress(zip(pages, paths, strict=True), 'drawing', len(pages)):
        requests = [PageRequest(index)]
        if args.split == 'train':
            requests = browse_dataset.page_requests(config, index, epochs)
        write_image(path, browse_dataset.pipeline_panels(dataset, requests, titles))
    print(f'wrote {counted(len(paths), "picture")} to {args.out}')


def draw_batches(config: 'Config', epochs: Sequence[int], args: argparse.Namespace) -> None:
    """Write one picture a batch."""
    from plugins.analysis.browse_batches import training_batches
    from plugins.functional.images import write_image

    written = 0
    for epoch in epochs:
        paths = [args.out / f'epoch{epoch}_batch{n}.jpg' for n in range(1, args.batches + 1)]
        for path in paths:
            refuse_overwrite(path, args.force)
        for path, sheet in zip(paths, training_batches(config, epoch), strict=False):
            write_image(path, sheet)
            written += 1
    print(f'wrote {counted(written, "picture")} to {args.out}')


if __name__ == '__main__':
    cli.run(main)
