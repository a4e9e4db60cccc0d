"""Looking at a recipe or a training: curves, complexity, what the network sees."""

from .. import engine
