"""Names of files as keys of annotations and submissions."""

import re

_UNPRINTABLE = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')


def check_file_name(name: str) -> None:
    """Refuse what is not the plain name of a file inside the image folder.

    Raises:
        ValueError: the name is empty, leads to another folder or holds control characters.
    """
    if not name.strip() or name in ('.', '..') or '/' in name or '\\' in name:
        raise ValueError(f'image name {name!r} is no plain file name; leave the folders out of it')
    if _UNPRINTABLE.search(name):
        raise ValueError(f'image name {name!r} holds control characters; rename the file')
