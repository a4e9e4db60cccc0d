"""State of a training without torch: stages, batches, records, scores, curves."""

from .checkpoint_files import (
    numbered,
    remove_leftovers,
    remove_others,
    set_aside,
    step_of,
    synced_path,
)
from .curves import (
    SCORE,
    SIZE,
    Run,
    check_keys,
    epoch_positions,
    read_run,
    read_runs,
    read_scalars,
    short_names,
)
from .fold_scores import FoldScore, clock, spread, summary, to_csv, to_markdown
from .record import BestCheckpoint, TrainingRecord, read_record, top, write_record
from .shape_batches import batches_by_shape
from .stages import Stage, check_stages, stage_at, total_batches
