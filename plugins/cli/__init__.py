"""What tools share: options, exit statuses, progress; nothing that takes long to import."""

from .available_cores import cores
from .cfg_options_argument import add_cfg_options
from .exit_status import DEFER_ERRORS, run
from .progress_bar import progress
from .run_options import (
    add_decode,
    add_run_options,
    add_train_only_options,
    add_train_options,
    test_parser,
    train_parser,
)
from .starting_workers import ctrl_c_held_back
from .whole_numbers import add_counts, whole_number
