"""What was right and wrong on each page: scores, matches, differences."""

from .difference import (
    SAME_IOU,
    PageDifference,
    compare_page,
    compare_pages,
    difference_picture,
    most_different,
)
from .matches import match_layers, match_picture
from .pictures import check_images, picture_path, prepare_folder, refuse_file
from .scores import (
    Comparison,
    Faults,
    Polygons,
    ScoredPage,
    check_common,
    compare,
    labelled_pages,
    page_faults,
    pages_csv,
    score_pages,
    worst_first,
)
