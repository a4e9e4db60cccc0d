"""The pages of a dataset by the names of their files."""

from collections.abc import Iterator
from pathlib import Path

from torch.utils.data import Dataset


def page_names(dataset: Dataset, labelled: bool = False) -> list[str]:
    """Return the names of all pages of a dataset of mmengine's, or of those that have words.

    Datasets of other kinds do not tell, so that there are none.
    """
    if not hasattr(dataset, 'get_data_info'):
        return []
    return list(dict.fromkeys(_names(dataset, labelled)))


def _names(dataset: Dataset, labelled: bool) -> Iterator[str]:
    for index in range(len(dataset)):
        page = dataset.get_data_info(index)
        if page.get('img_path') and (page.get('instances') or not labelled):
            yield Path(page['img_path']).name
