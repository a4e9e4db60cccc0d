"""Published decoders: those that are installed find the words of a map where they are."""

import contextlib

import numpy as np

from plugins.benchmarking.decoder_times import make_up_maps
from plugins.benchmarking.published_decoders import PUBLISHED_DECODERS
from plugins.functional.decoding import DecodeParams, decode, to_page
from plugins.functional.geometry import iou_matrix


def test_they_find_the_words_on_the_displayed_image():
    ((prob_map, size),) = make_up_maps(1, 12, (320, 320))
    ours = [d.polygon for d in to_page(decode(prob_map, DecodeParams()), (0.8, 0.8), size)]
    decoders = {}
    for decoder in PUBLISHED_DECODERS:
        # Of any kind, where packages are half installed.
        with contextlib.suppress(Exception):
            decoders[decoder.name] = decoder.load(DecodeParams())
    assert 'MMOCR' in decoders
    for name, find in decoders.items():
        found = [np.asarray(polygon, float).reshape(-1, 2) for polygon in find(prob_map, size)]
        assert len(found) == len(ours) == 12, name
        assert (iou_matrix(ours, found).max(axis=1) > 0.7).all(), name
