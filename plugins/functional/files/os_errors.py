"""What the operating system has against a file, and what its owner can do."""

import errno

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REMEDIES = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), 'change its permissions'),
    **dict.fromkeys(_FULL, 'free some space or name another place'),
    errno.ENAMETOOLONG: 'give a shorter name',
    errno.EROFS: 'name a place that can be written',
    errno.EIO: 'look after the disk, it fails',
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), 'raise the limit of open files (ulimit -n)'),
}


def reason(error: Exception) -> str:
    """Return the system's words for an error."""
    return getattr(error, 'strerror', None) or str(error)


def remedy(error: Exception, otherwise: str) -> str:
    """Return what to do about an error, ``otherwise`` where its number does not tell."""
    return _REMEDIES.get(getattr(error, 'errno', None), otherwise)
