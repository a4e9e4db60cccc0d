"""Parts of the detector."""

from .. import engine
