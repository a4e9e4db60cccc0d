"""The import shims, in place before timm, torchvision, mmdet or mmocr are imported.

They are by most of this room, which therefore imports this module first.
"""

from .. import compat

compat.install()
