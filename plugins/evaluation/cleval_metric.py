"""CLEval as an mmengine metric."""

from collections.abc import Sequence
from dataclasses import asdict

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from mmocr.registry import METRICS

from ..functional.cleval import overall_score, score_page
from ..functional.submission import as_submitted


@METRICS.register_module()
class CLEvalMetric(BaseMetric):
    """Per-image means of CLEval's hmean, precision and recall, as the leaderboard shows them.

    Beside them stand the pooled figures (``global_*``) and the counts of splits, merges and
    overlaps. Polygons are scored as the CSV has them, in whole pixels. A page set without any
    ground truth, such as a test set, is not scored.

    Args:
        prefix: of the reported names.
        hmean_iou: report MMOCR's HmeanIOUMetric as well; it takes far longer than CLEval.
        collect_device: see BaseMetric.
    """

    default_prefix = 'val'

    def __init__(
        self, prefix: str | None = None, hmean_iou: bool = False, collect_device: str = 'cpu'
    ) -> None:
        super().__init__(collect_device, prefix)
        self.hmean_iou = None
        if hmean_iou:
            self.hmean_iou = METRICS.build(dict(type='HmeanIOUMetric'))

    def process(self, data_batch: Sequence[dict], data_samples: Sequence[dict]) -> None:
        """Score a batch of pages."""
        iou_results = [None] * len(data_samples)
        if self.hmean_iou is not None:
            self.hmean_iou.results.clear()
            self.hmean_iou.process(data_batch, data_samples)
            iou_results = self.hmean_iou.results[:]
        for sample, iou_result in zip(data_samples, iou_results, strict=True):
            truth, found = (
                [polygon.reshape(-1, 2) for polygon in sample[key]['polygons']]
                for key in ('gt_instances', 'pred_instances')
            )
            self.results.append((len(truth), score_page(truth, as_submitted(found)), iou_result))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Return the figures of all pages, or none when no page has ground truth."""
        if not any(words for words, _, _ in results):
            print_log('the annotation file has no words, so nothing is scored', logger='current')
            return {}
        figures = asdict(overall_score([score for _, score, _ in results]))
        if self.hmean_iou is not None:
            iou = self.hmean_iou.compute_metrics([iou_result for _, _, iou_result in results])
            figures = {**figures, **{f'iou_{name}': value for name, value in iou.items()}}
        # The counts as floats, too, since mmengine's JSON log turns integers into null.
        return {name: float(value) for name, value in figures.items()}
