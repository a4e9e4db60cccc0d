"""The pages that a training benchmark runs on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmocr.registry import DATASETS

from plugins.cli import progress
from plugins.engine.fold_option import check_fold_files
from plugins.functional.drawing import evenly_spaced
from plugins.functional.errors import UserError
from plugins.functional.images import read_image
from plugins.synthetic.fonts import find_faces
from plugins.synthetic.generate import generate
from plugins.synthetic.page import Recipe

RENDERED = 'jsons/train.json'


@contextmanager
def rendered_pages(number: int) -> Iterator[str]:
    """Yield a data folder of rendered receipts, annotated in ``RENDERED``; it is removed again."""
    with TemporaryDirectory(prefix='mmreceipt-') as folder:
        recipe = Recipe(seed=0, faces=find_faces([]))
        for _ in progress(generate(recipe, Path(folder), number), 'rendering pages', number):
            pass
        yield folder


def open_pages(config: Config, input_size: int) -> BaseDataset:
    """Return the training pages of a config, without its pipeline.

    Raises:
        UserError: they cannot be read, or not one of them has a word.
    """
    check_fold_files(config.train_dataloader)
    init_default_scope('mmocr')
    options = {**config.train_dataloader.dataset, 'pipeline': [], 'input_size': input_size}
    dataset = DATASETS.build(options)
    if not any(dataset.get_data_info(i)['instances'] for i in range(len(dataset))):
        raise UserError(f'{dataset.ann_file}: no page has a word; give pages with words')
    return dataset


def choose_pages(dataset: BaseDataset, number: int, least: int) -> tuple[list[int], float]:
    """Return the indices of pages spread over a data set, and how many words they have on average.

    Each is read once, so that a broken one shows at once and all come from the system's cache.

    Raises:
        UserError: they are fewer than ``least``, which is a batch, or an image cannot be read.
    """
    indices = evenly_spaced(range(len(dataset)), number)
    if len(indices) < least:
        raise UserError(
            f'{dataset.ann_file}: {len(indices)} pages are to be used, which is no batch of '
            f'{least}; give more --pages or a smaller --batch-size'
        )
    infos = [dataset.get_data_info(index) for index in indices]
    for info in progress(infos, 'reading pages'):
        read_image(info['img_path'])
    return indices, sum(len(info['instances']) for info in infos) / len(infos)
