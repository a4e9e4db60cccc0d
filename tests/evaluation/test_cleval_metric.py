"""CLEval as a metric of mmengine."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from mmengine.evaluator import Evaluator
from mmengine.structures import InstanceData
from mmocr.structures import TextDetDataSample

from plugins.evaluation.cleval_metric import CLEvalMetric
from plugins.functional.cleval import overall_score, score_page
from plugins.functional.errors import UserError
from plugins.functional.maps import ProbMap
from plugins.models.postprocessor import ReceiptPostprocessor

WORD = np.array([[10, 10], [90, 10], [90, 30], [10, 30]], float)
LEFT = np.array([[10, 10], [50, 10], [50, 30], [10, 30]], float)
BELOW = np.add(WORD, [0, 50])


def sample(truth: list[np.ndarray], found: list[np.ndarray]) -> TextDetDataSample:
    page = TextDetDataSample(metainfo=dict(img_path='x.png', ori_shape=(200, 200)))
    page.gt_instances = InstanceData(
        polygons=[polygon.ravel() for polygon in truth],
        ignored=np.zeros(len(truth), bool),
    )
    page.pred_instances = InstanceData(
        polygons=[polygon.ravel() for polygon in found], scores=np.full(len(found), 0.9)
    )
    return page


def evaluate(pages: list[TextDetDataSample], **options) -> dict[str, float]:
    evaluator = Evaluator(CLEvalMetric(prefix='val', **options))
    for page in pages:
        evaluator.process(data_samples=[page], data_batch=None)
    return evaluator.evaluate(len(pages))


PAGES = [
    pytest.param([([WORD], [WORD])], id='found'),
    pytest.param([([WORD, BELOW], [LEFT]), ([WORD], [])], id='half of a word, and nothing'),
    pytest.param(
        [([WORD], [LEFT, np.add(WORD, [300, 0])]), ([], [WORD])], id='a page without words'
    ),
]


@pytest.mark.parametrize('pages', PAGES)
def test_the_figures_are_those_of_the_functions(pages) -> None:
    figures = evaluate([sample(*page) for page in pages])
    expected = asdict(overall_score([score_page(*page) for page in pages]))
    assert figures == {f'val/{name}': value for name, value in expected.items()}


def test_polygons_are_scored_in_whole_pixels_as_the_csv_has_them() -> None:
    # Four characters, the last one's centre at x = 80. The score itself cuts digits off: at 80.9
    # the right edge would pass through that centre, which is out, where the CSV says 81.
    word = np.array([[10, 10], [90, 10], [90, 30], [10, 30]], float)
    short = np.array([[10, 10], [80.9, 10], [80.9, 30], [10, 30]], float)
    figures = evaluate([sample([word], [short])])
    assert figures['val/recall'] == 1
    assert score_page([word], [short]).recall == 3 / 4


def test_the_mean_is_over_pages_not_over_characters() -> None:
    figures = evaluate(
        [sample([WORD, BELOW, np.add(BELOW, [0, 50])], [WORD]), sample([WORD], [WORD])]
    )
    # A third of the words on one page, all on the other; they have equally many characters.
    assert figures['val/recall'] == pytest.approx((1 / 3 + 1) / 2)
    assert figures['val/global_recall'] == pytest.approx(2 / 4)


def test_pages_without_any_words_are_not_scored() -> None:
    assert evaluate([sample([], [WORD]), sample([], [])]) == {}


def test_a_batch_of_several_pages() -> None:
    pages = [sample([WORD], [WORD]), sample([WORD], [])]
    evaluator = Evaluator(CLEvalMetric(prefix='val'))
    evaluator.process(data_samples=pages, data_batch=None)
    assert evaluator.evaluate(2)['val/recall'] == 1 / 2


def test_mmocrs_figures_come_beside_it_on_request() -> None:
    pages = [sample([WORD, BELOW], [WORD]), sample([WORD], [WORD])]
    figures = evaluate(pages, hmean_iou=True)
    # Two of three words found, nothing else.
    assert figures['val/iou_recall'] == pytest.approx(2 / 3)
    assert figures['val/iou_precision'] == 1
    assert figures.items() >= evaluate(pages).items()


def test_a_second_evaluation_starts_afresh() -> None:
    evaluator = Evaluator(CLEvalMetric(prefix='val', hmean_iou=True))
    for found in ([], [WORD]):
        evaluator.process(data_samples=[sample([WORD], found)], data_batch=None)
        figures = evaluator.evaluate(1)
        assert figures['val/recall'] == figures['val/iou_recall'] == len(found)


def test_every_figure_is_a_float() -> None:
    # mmengine's JSON log turns integers into null.
    figures = evaluate([sample([WORD], [WORD])])
    assert {type(value) for value in figures.values()} == {float}
    assert json.loads(json.dumps(figures)) == figures


def blurred(top: int) -> ProbMap:
    """A word of 80 by 20 pixels as a network shows it: shrunk, and fading towards its border."""
    values = np.zeros((100, 100), np.float32)
    values[top + 3 : top + 17, 13:87] = 0.25
    values[top + 6 : top + 14, 16:84] = 0.9
    return ProbMap.of(values, (100, 100))


def mapped(truth: list[np.ndarray], prob_map: ProbMap) -> TextDetDataSample:
    page = sample(truth, [])
    page.set_metainfo({'img_shape': (100, 100), 'ori_shape': (100, 100)})
    postprocessor = ReceiptPostprocessor(output='both', thresh=0.95)
    return postprocessor.finish(page, prob_map)


def test_tuned_figures_are_those_of_the_best_decoding_on_other_pages() -> None:
    pages = [mapped([np.add(WORD, [0, 10 * n])], blurred(10 + 10 * n)) for n in range(4)]
    figures = evaluate(pages, tuned=True)
    # The model's own threshold finds nothing; all pages agree on one that finds each word.
    assert figures['val/hmean'] == 0
    assert figures['val/hmean_tuned'] == figures['val/recall_tuned'] == 1
    assert evaluate(pages, tuned=dict(thresh=['0.97']))['val/hmean_tuned'] == 0


def test_tuned_figures_without_maps_name_the_remedy() -> None:
    with pytest.raises(UserError, match=r'val_evaluator: .*postprocessor\.output=both'):
        evaluate([sample([WORD], [WORD])], tuned=True)
