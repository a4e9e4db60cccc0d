"""The mean of several members' probability maps, as a config names it."""

from collections.abc import Sequence

from mmocr.registry import TASK_UTILS

from plugins.functional.decoding import DecodeParams, decode_map
from plugins.functional.errors import UserError
from plugins.functional.geometry import Detection
from plugins.functional.maps import ProbMap
from plugins.functional.voting import average_maps, check_weights


@TASK_UTILS.register_module()
class MapAveragingEnsembler:
    """Average several members' probability maps of a page.

    Args:
        weights: one a member.
        **params: what the mean is decoded with, see
            :class:`plugins.functional.decoding.DecodeParams`.

    Raises:
        UserError: a value is unknown or out of its range.
    """

    def __init__(self, weights: Sequence[float] | None = None, **params) -> None:
        self.weights = weights
        try:
            self.params = DecodeParams(**params)
        except (TypeError, ValueError) as error:
            text = str(error).replace('DecodeParams.__init__()', 'decoding')
            raise UserError(f'averaging: {text}') from error

    def check(self, members: int) -> None:
        """Refuse a number of members that the weights do not fit.

        Raises:
            UserError: see above.
        """
        try:
            check_weights(members, self.weights)
        except ValueError as error:
            raise UserError(f'averaging: {error}') from error

    def average(self, maps: Sequence[ProbMap]) -> ProbMap:
        """Return the mean map of a page."""
        return average_maps(maps, self.weights)

    def decode(self, mean: ProbMap) -> list[Detection]:
        """Return the words of a mean map, best first."""
        return decode_map(mean, self.params)

    def __call__(self, maps: Sequence[ProbMap]) -> list[Detection]:
        """Return the words of a page, best first."""
        return self.decode(self.average(maps))
