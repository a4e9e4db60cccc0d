"""Words on any pictures.

What needs torch, :mod:`.detector_loading` and :mod:`.torch_predictor`, is imported apart.
"""

from .predict_pictures import Prediction, Predictor, predict, predict_into
from .prefetch import map_ahead
