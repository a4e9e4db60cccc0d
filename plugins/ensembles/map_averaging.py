"""The mean of several members' probability maps, as a config names it."""

from collections.abc import Sequence

from mmocr.registry import TASK_UTILS

from ..functional.decoding import decode_map, decode_params
from ..functional.geometry import Detection
from ..functional.maps import ProbMap
from ..functional.voting import average_maps, check_weights


@TASK_UTILS.register_module()
class MapAveragingEnsembler:
    """Average several members' probability maps of a page.

    Args:
        weights: one a member.
        **params: what the mean is decoded with, see
            :class:`plugins.functional.decoding.DecodeParams`.

    Raises:
        ValueError: a value is unknown or out of its range.
    """

    def __init__(self, weights: Sequence[float] | None = None, **params) -> None:
        self.weights = weights
        self.params = decode_params(params)

    def check(self, members: int) -> None:
        """Refuse a number of members that the weights do not fit, with ValueError."""
        check_weights(members, self.weights)

    def average(self, maps: Sequence[ProbMap]) -> ProbMap:
        """Return the mean map of a page."""
        return average_maps(maps, self.weights)

    def decode(self, mean: ProbMap) -> list[Detection]:
        """Return the words of a mean map, best first."""
        return decode_map(mean, self.params)

    def __call__(self, maps: Sequence[ProbMap]) -> list[Detection]:
        """Return the words of a page, best first."""
        return self.decode(self.average(maps))
