"""Predictions JSON and leaderboard CSV: read, written, streamed."""

from .any_format import load_detections, load_polygons
from .leaderboard_csv import HEADER, MAX_POLYGONS, as_submitted, long_cells, read_csv, write_csv
from .plain_cells import PackedPolygons, plain_polygons
from .prediction_folder import FILES, OVERLAYS, check_out, open_predictions, overlay_names
from .predictions_json import read_predictions, write_predictions
