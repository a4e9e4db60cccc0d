"""Which pages a training notes in its checkpoints, and on which it does not validate."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from plugins.functional.errors import UserError
from plugins.functional.training import hash_pages
from plugins.hooks import trained_pages
from plugins.hooks.trained_pages import KEY, TrainedPagesHook, read_trained_pages


class Pages(list):
    def get_data_info(self, index: int) -> dict:
        return {'img_path': f'/data/{self[index]}', 'instances': []}


def loop(*names: str) -> SimpleNamespace:
    return SimpleNamespace(dataloader=SimpleNamespace(dataset=Pages(names)))


def runner(resume: bool = False, val: SimpleNamespace | None = None) -> SimpleNamespace:
    return SimpleNamespace(
        train_loop=loop('a.png', 'b.png'),
        val_loop=val or loop('v.png'),
        _resume=resume,
        _load_from='x.pth',
    )


def saved(hook: TrainedPagesHook) -> dict:
    hook.before_train(runner())
    hook.before_save_checkpoint(runner(), content := {})
    return content


def names_of(content: dict) -> np.ndarray:
    return read_trained_pages(content, 'x.pth')


def test_a_checkpoint_names_the_pages_of_its_training() -> None:
    assert set(names_of(saved(TrainedPagesHook()))) == set(hash_pages(['a.png', 'b.png']))


@pytest.mark.parametrize('resume', [True, False])
def test_and_those_of_what_it_started_from(resume) -> None:
    hook = TrainedPagesHook()
    hook.after_load_checkpoint(
        runner(resume), {KEY: torch.tensor(hash_pages(['old.png', 'a.png']))}
    )
    expected = hash_pages(['a.png', 'b.png', 'old.png'])
    assert sorted(names_of(saved(hook))) == sorted(expected)


def test_pages_that_the_start_has_seen_are_no_validation() -> None:
    earlier = {KEY: torch.tensor(hash_pages(['w.png']))}
    seen = loop('v.png', 'w.png')
    with pytest.raises(UserError, match=r"x\.pth .* 1 of the 2 pages .*'w\.png'.*--allow-seen"):
        TrainedPagesHook().after_load_checkpoint(runner(val=seen), earlier)
    TrainedPagesHook(allow_seen=True).after_load_checkpoint(runner(val=seen), earlier)
    # It was looked at when the training began.
    TrainedPagesHook().after_load_checkpoint(runner(resume=True, val=seen), earlier)


def test_a_start_that_does_not_say_is_named(monkeypatch) -> None:
    said = []
    monkeypatch.setattr(trained_pages, 'tell', said.append)
    TrainedPagesHook().after_load_checkpoint(runner(), {'state_dict': {}})
    assert said == ['x.pth: does not say which pages it was trained on']


@pytest.mark.parametrize('value', ['a.png', torch.zeros(2), torch.zeros(1, 1, dtype=torch.int64)])
def test_something_else_in_its_place(value) -> None:
    with pytest.raises(UserError, match=r'x\.pth: trained_pages'):
        read_trained_pages({KEY: value}, 'x.pth')
