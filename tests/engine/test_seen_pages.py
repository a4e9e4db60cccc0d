"""Whether a test is of pages that its checkpoint was trained on."""

from types import SimpleNamespace

import pytest
import torch

from plugins.engine import Checkpoint, seen_pages
from plugins.engine.seen_pages import check_seen
from plugins.functional.errors import UserError
from plugins.functional.training import hash_pages


class Pages(dict):
    def get_data_info(self, index: int) -> dict:
        name, words = list(self.items())[index]
        return {'img_path': f'/data/{name}', 'instances': words}


def runner(pages: dict[str, list], part: dict[str, list] | None = None) -> SimpleNamespace:
    """One whose test is of ``pages``, of which it loads but a part to make their maps."""
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=Pages(part or pages)))
    if part:
        loop.pages = Pages(pages)
    return SimpleNamespace(test_loop=loop)


SEEN = {'trained_pages': torch.tensor(hash_pages(['a.png', 'b.png']))}
LABELLED = {'a.png': [], 'c.png': ['word']}


def checkpoint(content: dict) -> Checkpoint:
    return Checkpoint('x.pth', content, {})


@pytest.mark.parametrize('part', [None, {'c.png': ['word']}])
def test_labelled_pages_are_refused_unless_allowed(part) -> None:
    test = runner(LABELLED, part)
    with pytest.raises(UserError, match=r"x\.pth .* 1 of the 2 pages to score.*'a\.png'"):
        check_seen(test, checkpoint(SEEN), allow=False)
    assert check_seen(test, checkpoint(SEEN), allow=True) == ['a.png']


def test_pages_without_labels_may_be_any() -> None:
    assert check_seen(runner({'b.png': []}), checkpoint(SEEN), allow=False) == ['b.png']


def test_a_checkpoint_that_does_not_say(monkeypatch) -> None:
    said = []
    monkeypatch.setattr(seen_pages, 'tell', said.append)
    assert check_seen(runner({'b.png': []}), checkpoint({}), allow=False) is None
    assert said == []
    assert check_seen(runner(LABELLED), checkpoint({}), allow=False) is None
    (line,) = said
    assert line.startswith('x.pth: does not say which pages it was trained on')
