"""Time the training maps of a page on one core, beside MMOCR's own, on the same made-up words.

python tools/benchmarks/targets.py --pages 5
"""

import _start

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

from plugins.benchmarking.tables import speed_table
from plugins.benchmarking.timing import time_in_turns
from plugins.cli import add_counts, progress, run, tool_parser


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = tool_parser(__doc__, 'docs/benchmarks.md')
    add_counts(
        parser,
        {
            '--pages': (10, 'pages to time'),
            '--words': (115, 'words on each'),
            '--size': (960, 'side of a page'),
            '--repeat': (5, 'median of so many runs'),
        },
    )
    return parser.parse_args()


def main() -> None:
    """Time both page by page and print a table."""
    args = parse_args()
    from plugins.benchmarking.made_up_pages import made_up_words
    from plugins.functional.targets import db_targets

    mmocr_maps = load_mmocr()
    rng, shape = np.random.default_rng(0), (args.size, args.size)
    times, differing = [], []
    for _ in progress(range(args.pages), 'pages'):
        words = list(made_up_words(rng, args.words, shape))
        calls = [partial(mmocr_maps, words, shape), partial(db_targets, words, shape)]
        milliseconds, (expected, maps) = time_in_turns(calls, args.repeat)
        times.append(milliseconds)
        differing.append(np.mean(maps.prob != expected[0]))
    title = f'DB targets, {args.words} words on {args.size} x {args.size} pixels'
    speed_table(title, ('DBModuleLoss', 'db_targets'), times).print()
    print(
        f'{np.mean(differing):.2%} of the pixels of the probability map differ, '
        'because DBModuleLoss rounds outlines to whole pixels'
    )


def load_mmocr() -> Callable[[list[np.ndarray], tuple[int, int]], list[np.ndarray]]:
    """Return what draws the maps (H, W) of MMOCR's DBModuleLoss, in the order of DBTargets."""
    from plugins import compat

    compat.install()
    import torch
    from mmengine.structures import InstanceData
    from mmocr.models.textdet.module_losses import DBModuleLoss
    from mmocr.structures import TextDetDataSample

    torch.set_num_threads(1)
    loss = DBModuleLoss()

    def draw(words: list[np.ndarray], shape: tuple[int, int]) -> list[np.ndarray]:
        instances = InstanceData(
            polygons=[np.float32(word).ravel() for word in words],
            ignored=torch.zeros(len(words), dtype=torch.bool),
        )
        sample = TextDetDataSample(gt_instances=instances, metainfo={'img_shape': shape})
        return [part[0].numpy() for part in loss.get_targets([sample])]

    return draw


if __name__ == '__main__':
    run(main)
