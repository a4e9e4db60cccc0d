"""The pages of a dataset by the names of their files."""

from collections.abc import Iterator
from pathlib import Path

from torch.utils.data import Dataset


def page_names(dataset: Dataset) -> list[str]:
    """Return the names of all pages of a dataset; other kinds than mmengine's have none."""
    paths = (page.get('img_path') for page in _pages(dataset))
    return list(dict.fromkeys(Path(path).name for path in paths if path))


def has_labels(dataset: Dataset) -> bool:
    """Tell whether any page of a dataset has words."""
    return any(page.get('instances') for page in _pages(dataset))


def _pages(dataset: Dataset) -> Iterator[dict]:
    if hasattr(dataset, 'get_data_info'):
        yield from map(dataset.get_data_info, range(len(dataset)))
