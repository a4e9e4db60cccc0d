"""From a probability map to scored polygons."""

from .regions import (
    DecodeParams,
    Region,
    decode,
    decode_map,
    find_regions,
    outline,
    params_of,
    to_page,
)
from .whole_pixels import roundable
