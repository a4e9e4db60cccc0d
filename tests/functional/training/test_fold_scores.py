"""Mean and sample_std of folds."""

import math

import pytest

from plugins.functional.training import (
    FoldScore,
    clock,
    folds_csv,
    folds_markdown,
    folds_summary,
    sample_std,
)

SCORES = [FoldScore(k, h, h, h, 3, 10, 60.0, 'best.pth') for k, h in ((0, 0.9), (2, 0.8))]


def test_spread_is_that_of_a_sample() -> None:
    assert sample_std([0.9, 0.8]) == pytest.approx(0.1 / math.sqrt(2))
    assert sample_std([0.9]) is None


def test_summary_names_what_is_missing() -> None:
    content = folds_summary(SCORES, range(5), 'net.py')
    assert content['missing'] == [1, 3, 4]
    assert content['mean']['hmean'] == pytest.approx(0.85)


def test_tables() -> None:
    table = folds_markdown(SCORES)
    *_, mean, std = (line.split('|') for line in table.splitlines())
    assert (mean[1].strip(), mean[2].strip()) == ('mean of 2', '0.8500')
    assert (std[1].strip(), std[2].strip()) == ('std', '0.0707')
    assert max(map(len, table.splitlines())) <= 80
    assert 'std' not in folds_markdown(SCORES[:1])
    assert folds_csv(SCORES).splitlines()[1] == '0,0.9,0.9,0.9,3,10,60.0,best.pth'
    assert clock(3661) == '1:01:01'
