"""The kinds of problems of a dataset."""

from plugins.functional.annotations import DatasetProblem
from plugins.functional.annotations import problem_kinds as kinds


def test_kinds_are_told_apart_and_fit_the_table():
    titles = [value for name, value in vars(kinds).items() if name.isupper()]
    assert len(titles) == len(set(titles)) > 15
    assert max(map(len, titles)) <= 20


def test_problems_are_plain_values():
    problem = DatasetProblem(kinds.DUPLICATE, 'a.jpg', '0001', 'twice')
    assert problem == DatasetProblem(kinds.DUPLICATE, 'a.jpg', '0001', 'twice')
