"""From a probability map to scored polygons."""

from .decoder import decode, decode_map, outline, to_page
from .decoding_file import DECODING, decoding_beside, parse_decoding, read_decoding, write_decoding
from .params import DecodeParams, decode_params, params_of
from .regions import Region, find_regions
from .whole_pixels import roundable
