"""Changes of a page and its polygons in training: geometry, light, mirror images."""

from .flip import FLIPS, Flip, mirrored
from .photometric import BLUR_KINDS, blur, cast_shadow, color_jitter, jpeg_artefacts, sensor_noise
from .warp import (
    fit,
    fitted_size,
    largest_zoom,
    random_change,
    scaling,
    visible_fraction,
    warp_image,
    warp_polygons,
)
