"""Numbers in sentences."""


def counted(count: int, noun: str) -> str:
    """Return ``1 page``, ``2 pages``, ``1,234 pages``."""
    return f'{count:,} {noun}' + ('' if count == 1 else 's')
