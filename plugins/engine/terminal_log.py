"""What of mmengine's log reaches the terminal: the lines meant for the user, and warnings.

The log file in the work dir has everything.
"""

import logging

from mmengine.logging import MMLogger

from ..cli import TERMINAL

# Said by mmengine of its own code whenever a checkpoint is written.
_OF_NO_USE = ('"FileClient" will be deprecated', '"HardDiskBackend" is the alias')


class TerminalHandler(logging.Handler):
    """Prints what :func:`tell` logs as plain lines, and warnings as such."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record if it is for the user."""
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            if not text.startswith(_OF_NO_USE):
                TERMINAL.line(f'{record.levelname.lower()}: {text}')
        elif getattr(record, 'told', False):
            for line in text.splitlines():
                TERMINAL.line(line)


def tell(text: str) -> None:
    """Say something to the user; it is in the log as well."""
    MMLogger.get_current_instance().info(text, extra={'told': True})


def keep_off_terminal(logger: MMLogger) -> None:
    """Let a logger's lines go to its file alone, but for those meant for the user.

    Does nothing where the user wants to see all.
    """
    if TERMINAL.verbose:
        return
    for position, handler in enumerate(logger.handlers):
        if type(handler) is logging.StreamHandler:
            quiet = TerminalHandler(handler.level)
            for each in handler.filters:
                quiet.addFilter(each)
            logger.handlers[position] = quiet
