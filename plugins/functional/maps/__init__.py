"""Probability maps on disk: one file a page, and the folder that holds them."""

from .map_file import BITS, ProbMap, check_probabilities, map_path, read_map, write_map
from .map_folder import MANIFEST, TRAINED_PAGES, MapFolder, read_manifest, write_manifest
from .stale_maps import find_stale
