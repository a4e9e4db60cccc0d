"""What can be wrong with a dataset, in the order of the summary."""

from dataclasses import dataclass

BAD_NAME = 'malformed name'
MISSING_IMAGE = 'missing image'
BROKEN_IMAGE = 'broken image'
UNLISTED_IMAGE = 'unlisted image'
BROKEN_ENTRY = 'malformed entry'
WRONG_SIZE = 'wrong size'
RAW_FRAME = 'unturned labels'
UPSIDE_DOWN = 'upside down'
DOUBLED_KEY = 'doubled key'
BROKEN_WORD = 'malformed word'
BROKEN_LABEL = 'malformed label'
NOT_FINITE = 'not finite'
RELATIVE = 'relative coordinates'
FEW_POINTS = 'under 4 points'
ZERO_AREA = 'zero area'
SELF_INTERSECTION = 'self-intersection'
OUTSIDE = 'outside the image'
COUNTER_CLOCKWISE = 'counter-clockwise'
OTHER_CORNER = 'other first corner'
DUPLICATE = 'duplicate word'

Fault = tuple[str, str, str]  # kind, word, detail


@dataclass(frozen=True)
class DatasetProblem:
    """One finding; ``word`` is empty where the whole image or entry is meant."""

    kind: str
    file: str
    word: str
    detail: str
