"""Checkpoints are read with care and go only into the model they belong to."""

import pytest
import torch

from plugins.engine import (
    checkpoint_loading,
    load_weights,
    read_checkpoint,
    without_initial_weights,
)
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
    monkeypatch.setattr(checkpoint_loading, 'tell', said.append)
    torch.save(torch.nn.Linear(2, 3, bias=False).state_dict(), tmp_path / 'x.pth')
    checkpoint = read_checkpoint(tmp_path / 'x.pth')
    check_initial(torch.nn.Linear(2, 3), checkpoint)
    path = tmp_path / 'x.pth'
    assert said == [f"1 of 2 weights start from {path}; 1 start anew, first 'bias'"]
    with pytest.raises(UserError, match='none of its 1 weights fits'):
        check_initial(torch.nn.Linear(9, 3), checkpoint)


@pytest.mark.parametrize('part', [None, 'state_dict', 'model', 'model_state_dict'])
@pytest.mark.parametrize('prefix', ['', 'module.', '_orig_mod.', 'module._orig_mod.'])
def test_weights_are_found_where_others_keep_them(tmp_path, part, prefix) -> None:
    donor, model = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
    weights = {f'{prefix}{name}': value for name, value in donor.state_dict().items()}
    beside = {} if part is None else {'epoch': 3}
    torch.save({**beside, part: weights} if part else weights, tmp_path / 'x.pth')
    checkpoint = read_checkpoint(tmp_path / 'x.pth')
    load_weights(model, checkpoint)
    assert torch.equal(model.weight, donor.weight)
    # Where mmengine looks for them.
    assert checkpoint.content == {**beside, 'state_dict': checkpoint.weights}


def test_a_prefix_of_some_weights_is_a_part_of_their_names(tmp_path) -> None:
    torch.save({'module.x': torch.zeros(1), 'y': torch.zeros(1)}, tmp_path / 'x.pth')
    assert set(read_checkpoint(tmp_path / 'x.pth').weights) == {'module.x', 'y'}


@pytest.mark.parametrize(
    ('weight', 'kind'),
    [
        (torch.eye(3).to_sparse(), 'sparse_coo'),
        (torch.eye(3).to_sparse_csr(), 'sparse_csr'),
        (torch.quantize_per_tensor(torch.eye(3), 0.1, 0, torch.qint8), 'qint8'),
        (torch.eye(3) * 1j, 'complex64'),
        (torch.zeros(1).expand(10**12), 'without all its numbers'),
        (torch.empty(3, device='meta'), 'without all its numbers'),
    ],
    ids=lambda value: value if isinstance(value, str) else '',
)
@pytest.mark.parametrize('part', ['state_dict', 'ema_state_dict'])
@pytest.mark.filterwarnings('ignore')
def test_weights_that_are_not_plain_are_named(tmp_path, weight, kind, part) -> None:
    plain = {'a': torch.zeros(1)}
    torch.save({'state_dict': plain, part: {**plain, 'b': weight}}, tmp_path / 'x.pth')
    with pytest.raises(UserError, match=rf"x\.pth: weight 'b' is {kind}"):
        read_checkpoint(tmp_path / 'x.pth')


def test_no_text_is_left_that_mmengine_would_run(tmp_path) -> None:
    meta = {'epoch': 3, 'config': "import os\nos.system('true')", 'cfg': 'lr = 3'}
    torch.save({'state_dict': {'x': torch.zeros(1)}, 'meta': meta}, tmp_path / 'x.pth')
    checkpoint = read_checkpoint(tmp_path / 'x.pth')
    assert checkpoint.content['meta'] == {'epoch': 3, 'cfg': 'lr = 3'}


def test_a_config_forgets_where_weights_came_from(tmp_path) -> None:
    torch.save({'x': torch.zeros(1)}, tmp_path / 'x.pth')
    checkpoint = read_checkpoint(tmp_path / 'x.pth', trust=True)
    fetched = dict(type='Pretrained', checkpoint='https://host/x.pth')
    model = dict(
        backbone=dict(type='OnnxBackbone', file='x.onnx', init_cfg=fetched),
        neck=[dict(pretrained='torchvision://resnet18', depth=18)],
    )
    without_initial_weights(model, checkpoint)
    path = str(tmp_path / 'x.pth')
    assert model == dict(
        backbone=dict(type='OnnxBackbone', file='x.onnx', layers_of=path, trust=True),
        neck=[dict(depth=18)],
    )
