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
from .problems import Kind, Problem, by_kind, cost, place, write_report
from .scan import Row, scan_csv
