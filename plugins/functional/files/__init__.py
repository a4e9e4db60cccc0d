"""Files: read, written whole or not at all, and their names."""

from .names import check_file_name, composed, form_note
from .one_writer import one_writer
from .os_errors import reason, remedy
from .reading import checksum, is_number, open_file, read_bytes, read_json, read_text, unreadable
from .writing import (
    all_or_none,
    atomic_path,
    csv_text,
    refuse_file,
    refuse_overwrite,
    write_bytes,
    write_json,
    write_text,
)
