"""Pages and their words as JSON: read, checked, mended, split into folds."""

from .check import (
    DatasetProblem,
    check_entry,
    check_pages,
    count_by_kind,
    unlisted_images,
    write_report,
)
from .fix import write_fixed
from .folds import assign_folds, write_folds
from .json_records import (
    COORDINATE_LIMIT,
    as_object,
    is_number,
    parse_number,
    parse_points,
    points_problem,
    read_content,
    read_images,
    write_content,
)
from .pages import MIN_VERTICES, Page, Word, load_pages, load_truth, save_pages
