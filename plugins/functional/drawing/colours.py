"""Every colour in a picture of pages, by what it stands for; blue, green and red as in OpenCV."""

Color = tuple[int, int, int]

# Outlines on a page as it is.
FOUND = (40, 160, 20)  # green
GROUND_TRUTH = (220, 120, 0)  # blue
IGNORED = (150, 150, 150)
TEXT_START = (0, 0, 230)  # red
PROBABILITY = (40, 30, 220)  # red

# Layers on a pale page. Green, blue, orange and purple are those of Okabe and Ito, Color Universal
# Design (2008). The red is darker than theirs, which people who see little red or green take for
# the orange. Layers that come close all the same differ in pattern.
_GREEN = (115, 158, 0)
_BLUE = (178, 114, 0)
_RED = (20, 20, 170)
_ORANGE = (0, 159, 230)
_PURPLE = (167, 121, 204)

# What CLEval made of words and detections.
MATCHED = _GREEN
SPLIT = _BLUE
MERGED = _ORANGE
MISSED = _RED
FALSE = _PURPLE

# How two submissions differ.
IN_BOTH = _GREEN
ONLY_A = _BLUE
ONLY_B = _RED

# Text.
CAPTION = (60, 60, 60)
LEGEND = (40, 40, 40)
