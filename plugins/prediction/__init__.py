"""Words on any pictures, from a checkpoint alone."""

from .. import engine
