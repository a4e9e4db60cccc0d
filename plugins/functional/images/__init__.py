"""Pictures: found in folders, read as displayed, verified, written."""

from .file_types import JPEG_SUFFIXES, MAX_PIXELS, SUFFIXES
from .orientation import as_displayed
from .picture_search import (
    FoundPictures,
    LeftOut,
    check_image_folder,
    find_pictures,
    image_files,
    left_out_lines,
)
from .read import (
    ReducedImage,
    exif_orientation,
    image_size,
    read_image,
    read_reduced,
    verify_image,
)
from .write import write_image
