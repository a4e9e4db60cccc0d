"""State of a training without torch: stages, batches, records, scores, curves."""

from .aspect_ratio_batches import batches_by_shape
from .checkpoint_files import (
    numbered,
    remove_leftovers,
    remove_others,
    set_aside,
    step_of,
    synced_path,
)
from .checkpoint_record import (
    BestCheckpoint,
    TrainingRecord,
    read_record,
    top_checkpoints,
    write_record,
)
from .config_text import parse_config_text
from .fold_scores import FoldScore, clock, folds_csv, folds_markdown, folds_summary, sample_std
from .page_hashes import hash_pages, pages_among, refuse_seen
from .page_size_schedule import SizeStage, check_stages, epoch_batches, stage_at
from .training_log import (
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
