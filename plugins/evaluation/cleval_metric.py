"""CLEval as an mmengine metric."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
from mmengine.evaluator import BaseMetric
from mmocr.registry import METRICS

from ..engine import tell
from ..functional.cleval import overall_score, score_page
from ..functional.errors import UserError
from ..functional.geometry import Floats
from ..functional.submission import as_submitted
from ..functional.tuning import SCORES, Setting, Tuning, make_settings, score_settings

# Few enough to take a tenth of a second a page.
COARSE = dict(thresh=['0.15', '0.3'], box_thresh=['0.2:0.5:0.05'], unclip_ratio=['0.9:1.5:0.3'])


@METRICS.register_module()
class CLEvalMetric(BaseMetric):
    """Per-image means of CLEval's hmean, precision and recall, as the leaderboard shows them.

    Beside them stand the pooled figures (``global_*``) and the counts of splits, merges and
    overlaps. Polygons are scored as the CSV has them, in whole pixels. A page set without any
    ground truth, such as a test set, is not scored.

    Args:
        prefix: of the reported names.
        hmean_iou: report MMOCR's HmeanIOUMetric as well; it takes far longer than CLEval.
        tuned: report ``hmean_tuned``, ``precision_tuned`` and ``recall_tuned`` as well: each page
            decoded with what is best on other pages, of the values in ``COARSE`` or those given as
            a mapping. Wants ``ReceiptPostprocessor(output='both')``.
        collect_device: see BaseMetric.
    """

    default_prefix = 'val'

    def __init__(
        self,
        prefix: str | None = None,
        hmean_iou: bool = False,
        tuned: bool | Mapping[str, Sequence[str]] = False,
        collect_device: str = 'cpu',
    ) -> None:
        super().__init__(collect_device, prefix)
        self.ranges = COARSE if tuned is True else tuned
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
            tried = self._try_settings(sample, truth) if self.ranges else None
            score = score_page(truth, as_submitted(found))
            self.results.append((len(truth), score, iou_result, tried))

    def _try_settings(self, sample: dict, truth: Sequence) -> Floats:
        if 'prob_map' not in sample:
            raise UserError(
                'val_evaluator: tuned needs the maps of pages; set '
                'model.det_head.postprocessor.output=both'
            )
        params = sample['decoding']
        self.current = Setting.of(params)
        self.settings = make_settings(self.ranges, None, self.current)
        return score_settings(sample['prob_map'], truth, self.settings, params)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Return the figures of all pages, or none when no page has ground truth."""
        if not any(words for words, *_ in results):
            tell('the annotation file has no words, so nothing is scored')
            return {}
        figures = asdict(overall_score([score for _, score, *_ in results]))
        if self.hmean_iou is not None:
            iou = self.hmean_iou.compute_metrics([iou_result for _, _, iou_result, _ in results])
            figures = {**figures, **{f'iou_{name}': value for name, value in iou.items()}}
        if self.ranges:
            scores = np.stack([tried for *_, tried in results])
            tuning = Tuning(self.settings, scores, self.current, [words for words, *_ in results])
            means = zip(SCORES, tuning.held_out(), strict=True)
            figures = {**figures, **{f'{name}_tuned': mean for name, mean in means}}
            best = self.settings[tuning.best].numbers.items()
            values = ', '.join(f'{name} {value:g}' for name, value in best)
            tell(f'best of {len(self.settings)} decodings: {values}')
        # The counts as floats, too, since mmengine's JSON log turns integers into null.
        return {name: float(value) for name, value in figures.items()}
