"""Checkpoint files are read as data, whoever asks for them, and run nothing."""

import functools
import http.server
import inspect
import io
import threading
import zipfile

import mmengine.runner.checkpoint
import pytest
import torch
from mmengine.model import BaseModule
from mmengine.runner import CheckpointLoader
from running_pickles import touching

from plugins.engine.checkpoint_file import fetched_content, read_content
from plugins.functional.errors import UserError

WEIGHTS = {'x': torch.ones(2)}


@pytest.fixture
def sentinel(tmp_path):
    """Return a file that must never be made."""
    path = tmp_path / 'ran'
    yield path
    assert not path.exists()


@pytest.fixture
def harmful(tmp_path, sentinel):
    path = tmp_path / 'x.pth'
    torch.save({'state_dict': WEIGHTS, 'x': touching(sentinel)}, path)
    return path


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Serve the folder; return its address. What is fetched goes to a cache of its own."""
    monkeypatch.setattr(torch.hub, '_hub_dir', str(tmp_path / 'cache'))
    quiet = type('Quiet', (http.server.SimpleHTTPRequestHandler,), {'log_message': print})
    handler = functools.partial(quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()


def nested(call):
    return {
        'beside': {'state_dict': WEIGHTS, 'x': call},
        'in meta': {'state_dict': WEIGHTS, 'meta': {'cfg': call}},
        'a key': {'state_dict': WEIGHTS, 'meta': {(1, call): 3}},
        'a weight': {'state_dict': {**WEIGHTS, 'y': call}},
        'within lists': {'state_dict': WEIGHTS, 'optimizer': [[{'state': ({'a': [call]},)}]]},
        'in a history': {'state_dict': WEIGHTS, 'message_hub': {'log_scalars': {'loss': call}}},
        'all of it': call,
    }


@pytest.mark.parametrize('legacy', [False, True])
@pytest.mark.parametrize('place', nested(None))
def test_a_pickle_that_calls_is_refused_by_what_it_calls(tmp_path, sentinel, place, legacy) -> None:
    path = tmp_path / 'x.pth'
    content = nested(touching(sentinel))[place]
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(UserError, match=r'x\.pth: .*\((posix|nt)\.system\).*--trust'):
        read_content(path)


def test_trust_lets_it_run(tmp_path) -> None:
    ran = tmp_path / 'ran'
    torch.save({'state_dict': WEIGHTS, 'x': touching(ran)}, tmp_path / 'x.pth')
    weights = read_content(tmp_path / 'x.pth', trust=True)['state_dict']
    assert torch.equal(weights['x'], WEIGHTS['x'])
    assert ran.exists()


@pytest.mark.parametrize('protocol', [4, 5])
def test_pickles_of_other_kinds_may_be_trusted(tmp_path, protocol) -> None:
    path = tmp_path / 'x.pth'
    torch.save(WEIGHTS, path, pickle_protocol=protocol)
    with pytest.raises(UserError, match=r'x\.pth: '):
        read_content(path)
    assert torch.equal(read_content(path, trust=True)['x'], WEIGHTS['x'])


@pytest.mark.parametrize('share', [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file(tmp_path, share) -> None:
    path = tmp_path / 'x.pth'
    torch.save({f'{n}': torch.rand(50) for n in range(20)}, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UserError, match=r'x\.pth: not a readable checkpoint .*truncated'):
        read_content(path)


def test_a_small_file_of_many_bytes(tmp_path) -> None:
    torch.save({'x': torch.zeros(5_000_000)}, tmp_path / 'x.pth')
    with (
        zipfile.ZipFile(tmp_path / 'x.pth') as whole,
        zipfile.ZipFile(tmp_path / 'y.pth', 'w', zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
    assert torch.equal(read_content(tmp_path / 'x.pth')['x'], torch.zeros(5_000_000))
    with pytest.raises(UserError, match=r'y\.pth: 20,0\d\d,\d\d\d bytes in a file of'):
        read_content(tmp_path / 'y.pth')


def test_mmengine_reads_files_as_data(harmful) -> None:
    for name in (str(harmful), f'{harmful.parent}/../{harmful.parent.name}/x.pth'):
        with pytest.raises(UserError, match=r'x\.pth: .*\.system'):
            CheckpointLoader.load_checkpoint(name)


def test_mmengine_reads_storage_services_as_data(harmful) -> None:
    opened = io.BytesIO(harmful.read_bytes())
    with pytest.raises(UserError, match=r'checkpoint: .*\.system'):
        mmengine.runner.checkpoint._safe_torch_load(opened, map_location='cpu')


def test_mmengine_has_no_other_way_to_unpickle() -> None:
    source = inspect.getsource(mmengine.runner.checkpoint)
    assert source.count('torch.load(') == source[: source.index('class _Incompat')].count(
        'torch.load('
    )


def test_initial_weights_of_a_config_are_read_as_data(harmful, tmp_path) -> None:
    class Layer(BaseModule):
        def __init__(self, checkpoint) -> None:
            super().__init__(dict(type='Pretrained', checkpoint=str(checkpoint)))
            self.x = torch.nn.Parameter(torch.zeros(2))

    with pytest.raises(UserError, match=r'x\.pth: .*\.system'):
        Layer(harmful).init_weights()
    torch.save({'state_dict': WEIGHTS}, tmp_path / 'y.pth')
    layer = Layer(tmp_path / 'y.pth')
    layer.init_weights()
    assert torch.equal(layer.x, WEIGHTS['x'])


def test_what_is_fetched_is_data_too(harmful, served, tmp_path) -> None:
    for load in (fetched_content, CheckpointLoader.load_checkpoint):
        with pytest.raises(UserError, match=r'x\.pth: .*\.system'):
            load(f'{served}/x.pth')
    torch.save(WEIGHTS, tmp_path / 'y.pth')
    for _ in range(2):
        assert torch.equal(fetched_content(f'{served}/y.pth')['x'], WEIGHTS['x'])
        # From here on it is at hand.
        (tmp_path / 'y.pth').unlink(missing_ok=True)
    with pytest.raises(UserError, match=r'/gone\.pth: cannot be fetched .*404'):
        fetched_content(f'{served}/gone.pth')


@pytest.mark.parametrize(
    'address', ['torchvision://no_such_model', 'open-mmlab://none', 'http://localhost:9/x.pth']
)
def test_what_cannot_be_fetched(address, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(torch.hub, '_hub_dir', str(tmp_path))
    with pytest.raises(UserError, match=f'{address}: cannot be fetched'):
        fetched_content(address)
