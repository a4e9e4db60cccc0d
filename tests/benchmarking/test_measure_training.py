"""The pages that a training benchmark renders; the rest is tested from the outside."""

from pathlib import Path

from plugins.benchmarking.measure_training import RENDERED, rendered_pages
from plugins.functional.annotations import load_pages


def test_rendered_pages_are_there_and_gone_afterwards():
    with rendered_pages(1) as folder:
        (page,) = load_pages(Path(folder) / RENDERED)
        assert (Path(folder) / 'images/train' / page).is_file()
    assert not Path(folder).exists()
