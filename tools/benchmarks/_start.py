"""The first import of every tool in this folder, see that of the folder above."""

import os
import runpy

_ABOVE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

runpy.run_path(os.path.join(_ABOVE, '_start.py'))
