"""What was right and wrong on each page: scores, matches, differences."""

from .match_pictures import match_layers, match_picture
from .picture_folder import check_images, prepare_folder, write_pictures
from .prediction_scores import (
    PairedComparison,
    Polygons,
    ScoredPage,
    check_common,
    compare_paired,
    labelled_pages,
    page_outcome,
    pages_csv,
    score_predictions,
    worst_first,
)
from .submission_diff import (
    SAME_IOU,
    PageDifference,
    compare_page,
    compare_pages,
    difference_picture,
    most_different,
)
