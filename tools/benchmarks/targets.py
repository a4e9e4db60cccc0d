"""Time the training maps of a page on one core, beside MMOCR's own, on the same made-up words."""

import _start

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from plugins.cli import progress, run
from plugins.functional.targets import db_targets


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--pages', type=int, default=10, help='pages to time (default 10)')
    parser.add_argument('--words', type=int, default=115, help='words on each (default 115)')
    parser.add_argument('--size', type=int, default=960, help='side of a page (default 960)')
    parser.add_argument('--repeat', type=int, default=5, help='median of so many runs (default 5)')
    args = parser.parse_args()
    if min(args.pages, args.words, args.size, args.repeat) < 1:
        parser.error('--pages, --words, --size and --repeat must be 1 or more')
    return args


def main() -> None:
    """Time both page by page and print a table."""
    args = parse_args()
    import torch

    from plugins import compat

    compat.install()
    torch.set_num_threads(1)
    shape = (args.size, args.size)
    rng = np.random.default_rng(0)
    ours, theirs, differing = [], [], []
    for _ in progress(range(args.pages), 'pages'):
        words = made_up_words(rng, args.words, args.size)
        seconds, maps = timed(lambda words=words: db_targets(words, shape), args.repeat)
        slow_seconds, expected = timed(lambda words=words: mmocr_maps(words, shape), args.repeat)
        ours.append(1e3 * seconds)
        theirs.append(1e3 * slow_seconds)
        differing.append(np.mean(maps.prob != expected[0]))

    table = Table(title=f'DB targets, {args.words} words on {args.size} x {args.size} pixels')
    for heading in ('', 'median CPU ms a page', 'slowest page', 'times as fast'):
        table.add_column(heading, justify='right' if heading else 'left')
    ratio = np.median(np.divide(theirs, ours))
    table.add_row('DBModuleLoss', f'{np.median(theirs):.1f}', f'{max(theirs):.1f}', '1.0')
    table.add_row('db_targets', f'{np.median(ours):.1f}', f'{max(ours):.1f}', f'{ratio:.1f}')
    Console().print(table)
    print(
        f'{np.mean(differing):.2%} of the pixels of the probability map differ, '
        'because DBModuleLoss rounds outlines to whole pixels'
    )


def timed(call: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """The median of ``repeat`` durations in seconds of this process's CPU, and the result."""
    durations = []
    for _ in range(repeat):
        start = time.process_time()
        result = call()
        durations.append(time.process_time() - start)
    return float(np.median(durations)), result


def made_up_words(rng: np.random.Generator, number: int, size: int) -> list[np.ndarray]:
    """Slightly tilted words (4, 2), about 90 by 22 pixels, anywhere on a page."""
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    centres = rng.uniform(0, size, (number, 1, 2))
    sizes = rng.uniform([50, 16], [130, 28], (number, 2))[:, None]
    return list(centres + unit * sizes + rng.normal(0, 1, (number, 4, 2)))


def mmocr_maps(words: list[np.ndarray], shape: tuple[int, int]) -> list[np.ndarray]:
    """The maps (H, W) of MMOCR's DBModuleLoss, in the order of DBTargets."""
    import torch
    from mmengine.structures import InstanceData
    from mmocr.models.textdet.module_losses import DBModuleLoss
    from mmocr.structures import TextDetDataSample

    instances = InstanceData(
        polygons=[np.float32(word).ravel() for word in words],
        ignored=torch.zeros(len(words), dtype=torch.bool),
    )
    sample = TextDetDataSample(gt_instances=instances, metainfo={'img_shape': shape})
    return [part[0].numpy() for part in DBModuleLoss().get_targets([sample])]


if __name__ == '__main__':
    run(main)
