"""The submission files as an mmengine metric."""

from collections.abc import Sequence
from pathlib import Path

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from mmocr.registry import METRICS

from ..functional.files import refuse_overwrite
from ..functional.submission import write_csv, write_predictions
from ..models.mmocr_instances import as_detections


@METRICS.register_module()
class LeaderboardDumper(BaseMetric):
    """Write ``predictions.json`` and ``submission.csv`` when a test ends.

    Every page that the annotation file lists has its row, found or not, on disk or not.

    Args:
        out_dir: where the two files go.
        force: replace them when they exist.
        collect_device: see BaseMetric.

    Raises:
        UserError: a file exists and ``force`` is off. This is found out before the test runs.
    """

    default_prefix = 'leaderboard'

    def __init__(self, out_dir: str, force: bool = False, collect_device: str = 'cpu') -> None:
        super().__init__(collect_device)
        self.predictions = Path(out_dir) / 'predictions.json'
        self.submission = Path(out_dir) / 'submission.csv'
        self.force = force
        for path in (self.predictions, self.submission):
            refuse_overwrite(path, force)

    def process(self, data_batch: Sequence[dict], data_samples: Sequence[dict]) -> None:
        """Keep a batch's polygons, the best first."""
        for sample in data_samples:
            name = Path(sample['img_path']).name
            self.results.append((name, as_detections(sample['pred_instances'])))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Write both files and return what is in them."""
        # Other datasets than ReceiptDataset do not tell what they left out.
        pages = {name: [] for name in (self.dataset_meta or {}).get('pages', ())}
        pages.update(results)
        polygons = {name: [found.polygon for found in page] for name, page in pages.items()}
        write_predictions(self.predictions, pages, force=self.force)
        write_csv(self.submission, polygons, force=self.force)
        print_log(f'wrote {self.predictions} and {self.submission}', logger='current')
        # As floats, since mmengine's JSON log turns integers into null.
        return {'pages': float(len(pages)), 'polygons': float(sum(map(len, pages.values())))}
