"""What the score gains without a kind of problem."""

import numpy as np
import pytest
from submission_data import WORD, row

from plugins.functional.submission_check import Kind, check_polygons, exact_cost

SIZE = (200, 100)
LINE = np.array([[0, 0], [10, 0], [20, 0], [30, 0]], float)


COSTLY = {
    # Recall 1, precision 4 / (4 + 100).
    'zero area': (LINE + 60, Kind.ZERO_AREA, 2 * (1 / 26) / (1 + 1 / 26)),
    # A split word: recall (4 - 1) / 4; four characters in 4 + 4: precision 1 / 2.
    'doubled': (WORD, Kind.DOUBLED, 3 / 5),
    # Recall 1, precision 4 / (4 + 4).
    'outside': (WORD + 500, Kind.OUTSIDE, 2 / 3),
}


@pytest.mark.parametrize(('more', 'kind', 'hmean'), COSTLY.values(), ids=COSTLY)
def test_with_labels_the_cost_is_what_the_score_gains_without(more, kind, hmean) -> None:
    rows = [row(WORD, more), row(WORD, file='b.jpg', number=3)]
    problems = [problem for r in rows for problem in check_polygons(r, SIZE)]
    exact = exact_cost(rows, {'a.jpg': [WORD], 'b.jpg': [WORD]}, problems)
    assert exact.summary.hmean == pytest.approx((hmean + 1) / 2)
    assert exact.hmean_without == {kind: pytest.approx(1)}


def test_a_page_without_a_row_scores_0_and_of_two_rows_the_first_counts() -> None:
    rows = [row(WORD), row(LINE, number=3)]
    problems = [problem for r in rows for problem in check_polygons(r, SIZE)]
    exact = exact_cost(rows, {'a.jpg': [WORD], 'b.jpg': [WORD]}, problems)
    assert exact.summary.hmean == 1 / 2
    assert exact.hmean_without == {Kind.ZERO_AREA: 1 / 2}
