"""What is wrong with a submission CSV, where, and what it costs."""

from .check import MANY_VERTICES, check_polygons, check_rows, page_size
from .exact_cost import ExactCost, exact_cost
from .lenient_reader import CsvRow, scan_csv
from .problem_kinds import CsvProblem, Kind, by_kind, write_report
