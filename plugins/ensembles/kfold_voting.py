"""The vote of several members' polygons, as a config names it."""

from collections.abc import Sequence

from mmocr.registry import TASK_UTILS

from ..functional.geometry import Detection
from ..functional.voting import check_rule, check_votes, vote


@TASK_UTILS.register_module()
class KFoldVotingEnsembler:
    """Put several members' detections of a page to the vote.

    Args:
        min_votes: see :func:`plugins.functional.voting.vote`, as for the others.
        iou_threshold: from which polygons are of one word.
        weights: one a member.
        merge: ``best`` or ``mean``.

    Raises:
        ValueError: a value is out of its range.
    """

    def __init__(
        self,
        min_votes: float = 3,
        iou_threshold: float = 0.5,
        weights: Sequence[float] | None = None,
        merge: str = 'best',
    ) -> None:
        check_rule(min_votes, iou_threshold, merge)
        self.min_votes, self.iou_threshold = min_votes, iou_threshold
        self.weights, self.merge = weights, merge

    def check(self, members: int) -> None:
        """Refuse a number of members that the rule does not fit, with ValueError."""
        check_votes(members, self.min_votes, self.weights)

    def __call__(self, members: Sequence[Sequence[Detection]]) -> list[Detection]:
        """Return the words of a page, best first."""
        return vote(members, self.min_votes, self.iou_threshold, self.weights, self.merge)
