"""Pictures: found in folders, read as displayed, verified."""

from .find import find_pictures
from .read import MAX_PIXELS, SUFFIXES, image_size, read_image, read_reduced, verify_image
