"""The submission files as a metric of mmengine."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import InstanceData
from mmocr.structures import TextDetDataSample

from plugins.evaluation.submission_dumping import LeaderboardDumper
from plugins.functional.errors import UserError
from plugins.functional.submission import MAX_POLYGONS, read_csv, read_predictions

SQUARE = np.array([[0, 0], [8, 0], [8, 8], [0, 8]], float)


def sample(name: str, scores: list[float]) -> TextDetDataSample:
    """A page whose i-th polygon starts at x = i."""
    page = TextDetDataSample(metainfo=dict(img_path=f'/some/where/{name}'))
    page.pred_instances = InstanceData(
        polygons=[np.add(SQUARE, [x, 0]).ravel() for x in range(len(scores))],
        scores=torch.tensor(scores),
    )
    return page


def dump(folder: Path, pages: list[TextDetDataSample], meta: dict | None = None, **options) -> dict:
    evaluator = Evaluator(LeaderboardDumper(str(folder), **options))
    evaluator.dataset_meta = meta
    for page in pages:
        evaluator.process(data_samples=[page], data_batch=None)
    return evaluator.evaluate(len(pages))


def starts(polygons: list[np.ndarray]) -> list[float]:
    return [polygon[0, 0] for polygon in polygons]


def test_the_best_come_first_and_every_listed_page_has_its_row(tmp_path) -> None:
    pages = [sample('b.png', [0.2, 0.9, 0.5]), sample('a.png', [])]
    figures = dump(tmp_path / 'new', pages, {'pages': ('a.png', 'gone.png', 'b.png')})
    assert figures == {'leaderboard/pages': 3.0, 'leaderboard/polygons': 3.0}
    rows = read_csv(tmp_path / 'new/submission.csv')
    assert list(rows) == ['a.png', 'gone.png', 'b.png']
    assert starts(rows['b.png']) == [1, 2, 0]
    assert rows['a.png'] == rows['gone.png'] == []
    found = read_predictions(tmp_path / 'new/predictions.json')
    assert list(found) == list(rows)
    assert [round(d.score, 3) for d in found['b.png']] == [0.9, 0.5, 0.2]


def test_the_csv_keeps_the_best_500_and_the_json_all(tmp_path) -> None:
    scores = np.linspace(0.1, 0.9, MAX_POLYGONS + 20).tolist()
    dump(tmp_path, [sample('a.png', scores)], {'pages': ('a.png',)})
    kept = read_csv(tmp_path / 'submission.csv')['a.png']
    # The last is the best, the first twenty are the worst.
    assert starts(kept) == list(range(MAX_POLYGONS + 19, 19, -1))
    assert len(read_predictions(tmp_path / 'predictions.json')['a.png']) == MAX_POLYGONS + 20


def test_a_dataset_that_lists_no_pages_will_do(tmp_path) -> None:
    dump(tmp_path, [sample('a.png', [0.5])])
    assert list(read_csv(tmp_path / 'submission.csv')) == ['a.png']


@pytest.mark.parametrize('name', ['predictions.json', 'submission.csv'])
def test_it_refuses_to_overwrite_before_anything_runs(tmp_path, name) -> None:
    (tmp_path / name).write_text('mine')
    with pytest.raises(UserError, match=f'{name}: exists already; give --force'):
        LeaderboardDumper(str(tmp_path))
    dump(tmp_path, [sample('a.png', [])], {'pages': ('a.png',)}, force=True)
    assert (tmp_path / name).read_text() != 'mine'


def test_a_failure_leaves_the_earlier_files_whole(tmp_path) -> None:
    dump(tmp_path, [sample('a.png', [0.5])], {'pages': ('a.png',)})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(UserError):
        dump(tmp_path, [sample('a.png', [float('nan')])], {'pages': ('a.png',)}, force=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert json.loads(before['predictions.json'])
