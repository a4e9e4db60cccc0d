"""Decoders beside one another."""

import math

import numpy as np
import pytest

from plugins.benchmarking import decoder_times
from plugins.benchmarking.decoder_times import (
    DecoderTimes,
    decoder_table,
    make_up_maps,
    read_maps,
    time_decoders,
)
from plugins.benchmarking.published_decoders import PublishedDecoder
from plugins.functional.errors import UserError
from plugins.functional.maps import ProbMap, write_manifest, write_map

SHAPES = [(10, 20)] * 3


def rows(*times):
    return [list(record.values()) for record in decoder_table(list(times), SHAPES).records]


def test_ratios_are_of_the_same_page():
    ours = DecoderTimes('ours', [1.0, 2.0, 4.0], [3, 3, 3], [1.0])
    theirs = DecoderTimes('theirs', [10.0, 10.0, 10.0], [2, 2, 2], [0.5, 0.75])
    # 10 / 1, 10 / 2 and 10 / 4; quartiles lie halfway between neighbours.
    assert rows(ours, theirs)[1] == ['theirs', '10.00', '5.0 (3.8 to 7.5)', '2.0', '0.625']


def test_pages_that_another_fails_on_are_counted():
    ours = DecoderTimes('ours', [1.0, 2.0], [3, 3], [1.0])
    theirs = DecoderTimes('theirs', [10.0, math.nan], [2], [0.5])
    never = DecoderTimes('never', [math.nan] * 2)
    _, second, third = rows(ours, theirs, never)
    assert second[:3] == ['theirs (fails on 1)', '10.00', '10.0 (10.0 to 10.0)']
    assert third == ['never', *['fails on all'] * 4]


def test_the_failing_and_the_absent_are_told_from_others(monkeypatch):
    def fails_on_narrow_maps(params):
        return lambda prob_map, size: 1 / 0 if prob_map.shape[1] < 100 else []

    def absent(params):
        raise ImportError('no such library\nat all')

    others = (
        PublishedDecoder('poor', 'boxes', 'poor', fails_on_narrow_maps),
        PublishedDecoder('gone', 'boxes', 'gone-python', absent),
    )
    monkeypatch.setattr(decoder_times, 'PUBLISHED_DECODERS', others)
    maps = [*make_up_maps(1, 4, (96, 160)), *make_up_maps(1, 4, (96, 80))]
    times, reasons = time_decoders(maps, repeat=1)
    assert [entry.name for entry in times] == [
        *('MMReceipt, polygons', 'MMReceipt, box mode, rotated boxes'),
        'poor, boxes',
    ]
    assert all(entry.found == [4, 4] for entry in times[:2])
    assert times[2].found == [0]
    assert np.isnan(times[2].milliseconds).tolist() == [False, True]
    assert reasons == {'gone': 'no such library; pip install gone-python'}


def test_made_up_maps_are_of_larger_pages():
    ((prob_map, size),) = make_up_maps(1, 115, (1024, 768))
    assert (prob_map.shape, size) == ((1024, 768), (960, 1280))


def test_maps_of_a_folder_come_with_the_size_of_their_page(tmp_path):
    names = ['a.jpg', 'b.jpg', 'c.jpg']
    write_manifest(tmp_path, names, ['a.jpg'], {}, {})
    for name in names[1:]:
        write_map(tmp_path, name, ProbMap.of(np.full((8, 16), 0.5, np.float32), (32, 16)))
    for number in (1, 2, 3):
        maps = read_maps(tmp_path, number)
        assert [(found.shape, size) for found, size in maps] == [((8, 16), (32, 16))] * min(
            number, 2
        )


def test_a_folder_without_maps_is_refused(tmp_path):
    with pytest.raises(UserError, match=str(tmp_path)):
        read_maps(tmp_path, 1)
