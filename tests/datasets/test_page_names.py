"""Names of a dataset's pages."""

import pytest
from mmengine.dataset import ConcatDataset
from tiny_receipts import entry, make_data_root, write_annotations
from torch.utils.data import TensorDataset

from plugins.datasets.page_names import has_labels, page_names
from plugins.datasets.receipt_dataset import ReceiptDataset


@pytest.fixture
def dataset(tmp_path):
    root = make_data_root(tmp_path)
    pages = {'s.png': entry(()), 't.png': entry(), 'gone.png': entry()}
    write_annotations(root / 'labels.json', pages)

    def build(**options) -> ReceiptDataset:
        folder = dict(img_path='images/test')
        return ReceiptDataset('labels.json', data_root=str(root), data_prefix=folder, **options)

    return build


def test_pages_on_disk_are_named(dataset) -> None:
    assert page_names(dataset()) == ['s.png', 't.png']
    assert page_names(dataset(indices=1)) == ['s.png']


def test_one_page_with_words_is_enough(dataset) -> None:
    assert has_labels(dataset())
    assert not has_labels(dataset(indices=1))


def test_several_datasets_name_a_page_once(dataset) -> None:
    assert page_names(ConcatDataset([dataset(), dataset(indices=1)])) == ['s.png', 't.png']


def test_datasets_of_other_kinds_do_not_tell() -> None:
    assert page_names(TensorDataset()) == []
    assert not has_labels(TensorDataset())
