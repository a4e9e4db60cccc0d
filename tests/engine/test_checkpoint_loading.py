"""Checkpoints are read with care and go only into the model they belong to."""

import pytest
import torch

from plugins.engine import checkpoint_loading, load_weights, read_checkpoint
from plugins.engine.checkpoint_loading import check_initial
from plugins.functional.errors import UserError


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        pytest.param(None, 'no such checkpoint', id='missing'),
        pytest.param(b'', 'is empty', id='empty'),
        pytest.param(b'no weights at all', 'not a readable checkpoint', id='text'),
        pytest.param(b'PK\x03\x04 and no more', 'not a readable checkpoint', id='truncated'),
        pytest.param({'state_dict': {}}, 'holds no weights', id='no weights'),
        pytest.param([torch.zeros(1)], 'holds no weights', id='a list'),
        pytest.param({'epoch': 3}, 'holds no weights', id='numbers'),
    ],
)
def test_files_that_are_no_checkpoints(tmp_path, content, message) -> None:
    path = tmp_path / 'x.pth'
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(UserError, match=rf'x\.pth: .*{message}'):
        read_checkpoint(path)


def test_weights_go_into_a_distributed_model_as_well(tmp_path) -> None:
    donor, bare = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
    torch.save({'state_dict': donor.state_dict()}, tmp_path / 'x.pth')
    # mmengine counts it among the wrappers, and it needs no process group.
    load_weights(torch.nn.DataParallel(bare), read_checkpoint(tmp_path / 'x.pth'))
    assert torch.equal(bare.weight, donor.weight)


def test_a_weight_of_another_shape_is_named(tmp_path) -> None:
    torch.save(torch.nn.Linear(2, 3).state_dict(), tmp_path / 'x.pth')
    with pytest.raises(UserError, match=r"2 weights do not fit the 2 of the model, first 'bias'"):
        load_weights(torch.nn.Linear(2, 4), read_checkpoint(tmp_path / 'x.pth'))


def test_weights_may_come_from_a_similar_model(tmp_path, monkeypatch) -> None:
    said = []
    monkeypatch.setattr(checkpoint_loading, 'print_log', lambda text, *_, **__: said.append(text))
    torch.save(torch.nn.Linear(2, 3, bias=False).state_dict(), tmp_path / 'x.pth')
    checkpoint = read_checkpoint(tmp_path / 'x.pth')
    check_initial(torch.nn.Linear(2, 3), checkpoint)
    path = tmp_path / 'x.pth'
    assert said == [f"1 of 2 weights start from {path}; 1 start anew, first 'bias'"]
    with pytest.raises(UserError, match='none of its 1 weights fits'):
        check_initial(torch.nn.Linear(9, 3), checkpoint)
