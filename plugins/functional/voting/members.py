"""The members of an ensemble: what each found on a page, from its predictions or its maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..decoding import decode_map, params_of
from ..errors import UserError
from ..files import form_note
from ..geometry import Detection
from ..maps import MapFolder, ProbMap
from ..submission import load_detections


@dataclass(frozen=True)
class PageView:
    """What a member has of a page: its detections, best first, and its map if there is one."""

    detections: list[Detection]
    prob_map: ProbMap | None = None


class Member(Protocol):
    """A source of detections; from ``path``, on the pages ``names``, some without an image.

    It was trained on the pages ``seen``, as far as is known.
    """

    name: str
    path: Path
    names: Sequence[str]
    absent: frozenset[str]
    seen: frozenset[str]

    def view(self, page: str) -> PageView:
        """Return what there is of a page."""


class PredictedMember:
    """A member that is a predictions JSON or a leaderboard CSV.

    Raises:
        UserError: see :func:`.submission.load_detections`.
    """

    absent = seen = frozenset()

    def __init__(self, name: str, path: str | Path) -> None:
        self.name, self.path = name, Path(path)
        self.pages = load_detections(path)
        self.names = tuple(self.pages)

    def view(self, page: str) -> PageView:
        """Return the detections of a page."""
        return PageView(self.pages[page])


class MapMember:
    """A member that is a folder of probability maps; ``params`` decode them, the folder's at first.

    Raises:
        UserError: see :class:`.maps.MapFolder`.
    """

    def __init__(self, name: str, path: str | Path) -> None:
        self.name, self.path = name, Path(path)
        self.folder = MapFolder(path)
        self.params = params_of(self.folder)
        self.names, self.absent = self.folder.names, self.folder.absent
        self.seen = self.folder.seen

    def view(self, page: str) -> PageView:
        """Return the map of a page and what it decodes to; nothing where the image was missing.

        Raises:
            UserError: the map is damaged.
        """
        if page in self.absent:
            return PageView([])
        prob_map = self.folder.read(page)
        return PageView(decode_map(prob_map, self.params), prob_map)


def common_pages(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the pages that all members cover, which are to be the same, in the first one's order.

    Raises:
        UserError: a member lacks a page of another.
    """
    first = members[0]
    for member in members[1:]:
        for one, other in ((member, first), (first, member)):
            has = set(one.names)
            lacking = [page for page in other.names if page not in has]
            if lacking:
                raise UserError(
                    f'member {one.name!r} ({one.path}) lacks {len(lacking)} of the '
                    f'{len(other.names)} pages of member {other.name!r} ({other.path}), first '
                    f'{lacking[0]!r}{form_note(lacking, has)}; let all predict the same pages'
                )
    return tuple(first.names)


def page_maps(views: Sequence[PageView], members: Sequence[Member], page: str) -> list[ProbMap]:
    """Return the maps of a page by all members that go by maps; none if its image was missing.

    Raises:
        UserError: it was missing for some of them, or they are of images of different sizes.
    """
    mapped = [
        (m, v.prob_map) for m, v in zip(members, views, strict=True) if v.prob_map is not None
    ]
    lacking = [member.name for member in members if page in member.absent]
    if lacking and mapped:
        raise UserError(
            f'member {lacking[0]!r}: has no map of page {page!r}, whose image was missing then; '
            'run tools/test.py --dump-maps on the same images'
        )
    for member, prob_map in mapped:
        first, reference = mapped[0]
        if prob_map.page_size != reference.page_size:
            raise UserError(
                f'{member.path}: page {page!r} is {_sides(prob_map)} pixels for member '
                f'{member.name!r}, but {_sides(reference)} for {first.name!r}; use maps of '
                'one image'
            )
    return [prob_map for _, prob_map in mapped]


def _sides(prob_map: ProbMap) -> str:
    return '{} × {}'.format(*prob_map.page_size)
