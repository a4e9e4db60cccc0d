"""What tools share: options, exit statuses, progress; nothing that takes long to import."""

from .available_cores import cores
from .cfg_options_argument import add_cfg_options
from .everyday_arguments import (
    add_batch_size,
    add_decode,
    add_input_size,
    add_schedule,
    add_workers,
)
from .exit_status import DEFER_ERRORS, is_interrupt, run
from .number_arguments import add_counts, positive_number, whole_number
from .progress_bar import progress
from .run_options import (
    add_allow_seen,
    add_run_options,
    add_train_only_options,
    add_train_options,
    add_trust,
    parse_test,
    train_parser,
)
from .starting_workers import ctrl_c_held_back
from .terminal import TERMINAL, command_lines, folded, resuming_command, row
from .tool_parser import add_old_name, tool_parser
