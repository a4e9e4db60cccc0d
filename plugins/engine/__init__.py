"""How a run starts: config, folds, checkpoint, processes, Runner."""

from . import shims
from .cfg_options import apply_cfg_options, parse_cfg_options
from .checkpoint_loading import (
    Checkpoint,
    load_weights,
    read_checkpoint,
    without_initial_weights,
)
from .checkpoints import best_checkpoint, find_checkpoint, is_finished
from .config_reading import load_config, read_config
from .decoding_choice import choose_decoding
from .everyday_options import apply_everyday_options, set_input_size
from .fold_option import check_fold_files
from .model_size import built_for
from .module_command import module_command
from .parallel_jobs import Job, Step, run_jobs, unless_made
from .resuming import find_start, start_from
from .run_report import scores_of, swallowed_of
from .runner_building import build_runner, config_errors
from .stored_config import stored_config, stored_settings
from .terminal_log import keep_off_terminal, tell
from .test_config import check_start, read_test_config
from .training_config import load_training_config, set_amp
