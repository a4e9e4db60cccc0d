"""The one exception for what a user can mend."""

import re

# Characters of a line, which a terminal shows with what comes before it.
_LONGEST = 290
# What a text is about, as opposed to what it says: in quotes or brackets, or without a blank.
_VALUES = (r"'[^']+'", r'"[^"]+"', r'\([^()]+\)', r'\[[^\[\]]+\]', r'\S+')
_SHORTEST = 40  # characters that are left of a value
_GAP = ' ... '


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
        return shortened(' '.join(text.split()))


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return an error that is too long with its longest values cut in the middle.

    What follows the first semicolon, or the last where that is too much, says what to do: its words
    stay, and a value in it is cut only where those before it are short already.
    """
    if len(text) <= longest:
        return text
    fault, mark, remedy = text.partition('; ')
    if len(remedy) > longest - _SHORTEST:
        fault, mark, remedy = text.rpartition('; ')
    if not mark:
        fault, remedy = remedy or fault, ''
    # Enough of what is as long as a file to find values in.
    fault = fault if len(fault) < 9999 else _cut(fault, 9999)
    fault = _cut_values(fault, longest - len(mark) - len(remedy))
    remedy = _cut_values(remedy, longest - len(fault) - len(mark))
    left = max(longest - len(mark) - len(remedy), _SHORTEST)
    return (fault if len(fault) <= left else _cut(fault, left)) + mark + remedy


def _cut_values(text: str, longest: int) -> str:
    while len(text) > longest:
        found = [match for value in _VALUES for match in re.finditer(value, text)]
        match = max(found, key=lambda match: match.end() - match.start(), default=None)
        if match is None or len(match[0]) <= _SHORTEST:
            break
        length = max(len(match[0]) - (len(text) - longest), _SHORTEST)
        text = text[: match.start()] + _cut(match[0], length) + text[match.end() :]
    return text


def _cut(text: str, length: int) -> str:
    half = (length - len(_GAP)) // 2
    return text[:half] + _GAP + text[-half:]


def counted(count: int, noun: str) -> str:
    """Return ``1 page``, ``2 pages``, ``1,234 pages``."""
    return f'{count:,} {noun}' + ('' if count == 1 else 's')
