"""Overlaps of detections, by one and by two of them, against a matrix."""

import numpy as np
import pytest

from plugins.functional.voting.neighbours import Neighbours


@pytest.fixture(params=[0.0, 0.2, 1.0], ids=['no pairs', 'a few', 'all'])
def matrix(request):
    rng = np.random.default_rng(0)
    upper = np.triu(rng.uniform(0.1, 1, (30, 30)) * (rng.random((30, 30)) < request.param), 1)
    return upper + upper.T


@pytest.fixture
def neighbours(matrix):
    i, j = np.nonzero(np.triu(matrix))
    return Neighbours(30, i.astype(np.int32), j.astype(np.int32), matrix[i, j])


def test_of_one(matrix, neighbours):
    for index, row in enumerate(matrix):
        near, overlap = neighbours.of(index)
        assert sorted(near) == np.flatnonzero(row).tolist()
        assert np.array_equal(overlap, row[near])


def test_of_two(matrix, neighbours):
    everyone = np.arange(30)
    assert np.array_equal(neighbours.overlaps(everyone[:, None], everyone), matrix)
    assert np.array_equal(neighbours.overlaps(3, everyone), matrix[3])


def test_keys_do_not_overflow():
    last = np.array([69_999], np.int32)
    far = Neighbours(70_000, last - 1, last, np.array([0.5]))
    assert far.overlaps(last, last - 1).tolist() == [0.5]
    assert far.overlaps(last, last - 2).tolist() == [0]
