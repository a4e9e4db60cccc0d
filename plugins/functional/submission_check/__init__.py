"""What is wrong with a submission CSV, where, and what it costs."""

from .check import (
    MANY_VERTICES,
    ExactCost,
    check_polygons,
    check_rows,
    exact_cost,
    image_names,
    page_size,
)
from .lenient_reader import CsvRow, scan_csv
from .problem_kinds import CsvProblem, Kind, by_kind, cost, place, write_report
