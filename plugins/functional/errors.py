"""The one exception for what a user can mend."""


class UserError(ValueError):
    """A mistake in something the user handed in: one line with file, place, value and remedy.

    Tools print it without a traceback and exit with status 2. Every other exception is a defect of
    MMReceipt and keeps its traceback.
    """

    @property
    def line(self) -> str:
        """The message as one line, also when a DataLoader worker wrapped it into a traceback."""
        text = str(self)
        if text.startswith('Caught '):
            text = text.rpartition('UserError: ')[2]
        return ' '.join(text.split())


def counted(count: int, noun: str) -> str:
    """Return ``1 page``, ``2 pages``, ``1,234 pages``."""
    return f'{count:,} {noun}' + ('' if count == 1 else 's')
