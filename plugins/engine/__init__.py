"""How a run starts: options, config, checkpoint, processes, folds."""

from .. import compat

# Before timm, torchvision, mmdet or mmocr is imported, as it is by all that comes after.
compat.install()
