"""The values of a decoding, checked."""

import pytest

from plugins.functional.decoding import DecodeParams, params_of
from plugins.functional.errors import UserError
from plugins.functional.maps import MapFolder, write_manifest


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('thresh', 1.5),
        ('thresh', float('nan')),
        ('thresh', 'high'),
        ('thresh', None),
        ('thresh', True),
        ('box_thresh', -0.1),
        ('unclip_ratio', -1),
        ('unclip_ratio', float('inf')),
        ('unclip_ratio', float('nan')),
        ('tolerance', -1),
        ('bend', 1.5),
        ('bend', 'none'),
        ('min_side', -1),
        ('max_candidates', 0),
        ('max_candidates', 2.5),
        ('mode', 'quad'),
    ],
)
def test_parameters_out_of_range_are_named(name, value):
    with pytest.raises(ValueError, match=f'decoding parameter {name} must be .*, but got '):
        DecodeParams(**{name: value})


def folder(path, decoding):
    write_manifest(path, ['a.jpg'], ['a.jpg'], decoding, {})
    return MapFolder(path)


def test_a_folder_of_maps_says_how_its_model_decodes(tmp_path):
    assert params_of(folder(tmp_path, {'thresh': 0.2})) == DecodeParams(thresh=0.2)


@pytest.mark.parametrize('decoding', [{'thresh': 2}, {'tresh': 0.2}], ids=['range', 'unknown'])
def test_a_folder_that_says_something_else_is_named(tmp_path, decoding):
    with pytest.raises(UserError, match=rf'maps\.json: .*{next(iter(decoding))}'):
        params_of(folder(tmp_path, decoding))
