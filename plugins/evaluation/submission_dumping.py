"""The submission files as an mmengine metric."""

from collections.abc import Sequence
from pathlib import Path

from mmengine.evaluator import BaseMetric
from mmocr.registry import METRICS

from ..engine import tell
from ..functional.errors import UserError
from ..functional.files import refuse_overwrite
from ..functional.submission import FILES, open_predictions
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
        self.out_dir = Path(out_dir)
        self.force = force
        for name in FILES:
            refuse_overwrite(self.out_dir / name, force)

    def process(self, data_batch: Sequence[dict], data_samples: Sequence[dict]) -> None:
        """Keep a batch's polygons, the best first."""
        for sample in data_samples:
            name = Path(sample['img_path']).name
            self.results.append((name, as_detections(sample['pred_instances'])))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Write both files and return what is in them.

        Raises:
            UserError: they cannot be written, or a score or a coordinate is not finite.
        """
        # Other datasets than ReceiptDataset do not tell what they left out.
        pages = {name: [] for name in (self.dataset_meta or {}).get('pages', ())}
        pages.update(results)
        with open_predictions(self.out_dir, self.force) as stream:
            for name, page in pages.items():
                try:
                    stream.write(name, page)
                except ValueError as error:
                    raise UserError(
                        f'{self.out_dir}: not written, page {name!r}: {error}; the network diverged'
                    ) from error
        tell(f'wrote {self.out_dir}: {" and ".join(FILES)}')
        # As floats, since mmengine's JSON log turns integers into null.
        return {'pages': float(stream.pages), 'polygons': float(stream.polygons)}
