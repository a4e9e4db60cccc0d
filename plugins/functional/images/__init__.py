"""Pictures: found in folders, read as displayed, verified, written."""

from .file_types import MAX_PIXELS, SUFFIXES
from .picture_search import check_image_folder, find_pictures, image_files
from .read import ReducedImage, image_size, read_image, read_reduced, verify_image
from .write import write_image
