"""Pages and their words as JSON: read, checked, mended, split into folds."""

from .check import check_entry, check_pages, count_by_kind, unlisted_images, write_report
from .fix import write_fixed
from .folds import assign_folds, write_folds
from .json_file import as_object, read_content, read_images, write_content
from .pages import Page, Word, load_pages, load_truth, save_pages
from .point_parsing import COORDINATE_LIMIT, MIN_VERTICES, parse_coordinate, parse_outlines
from .problem_kinds import DatasetProblem
