"""Running an ensemble: members' predictions or maps, page by page, to what they say together."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from numpy.typing import NDArray

from ..functional.cleval import PageScore, score_page
from ..functional.decoding import decode_params
from ..functional.errors import UserError
from ..functional.files import refuse_overwrite
from ..functional.geometry import Detection
from ..functional.maps import (
    TRAINED_PAGES,
    ProbMap,
    map_path,
    read_manifest,
    write_manifest,
    write_map,
)
from ..functional.submission import as_submitted
from ..functional.training import refuse_seen
from ..functional.voting import (
    MapMember,
    Member,
    PageView,
    PredictedMember,
    check_weights,
    page_maps,
)
from .config import RESULTS, EnsemblePlan, MemberPlan
from .member_maps import make_maps, map_folder

BITS = 16  # of averaged maps on disk
_OF_CHECKPOINTS = ('--input-size', '--batch-size', '--workers')


@dataclass
class Outcome:
    """What an ensemble found, and the scores of all that can be scored.

    ``found`` is system -> page -> detections, for ``vote`` and ``average``; ``scores`` is system ->
    page -> score, for the members by their names as well. Averaged maps go to ``maps``, if any.
    """

    maps: Path | None = None
    found: dict[str, dict[str, list[Detection]]] = field(default_factory=dict)
    scores: dict[str, dict[str, PageScore]] = field(default_factory=dict)


def open_members(plan: EnsemblePlan, out: Path, options: Sequence[str] = ()) -> list[Member]:
    """Return the members; those that are checkpoints first make their maps below ``out``, once.

    ``options`` are of the tests that make them, see :func:`.member_maps.make_maps`.

    Raises:
        UserError: there are such options and no such test, a file or folder is not in order,
            ``decoding`` does not fit, a checkpoint is missing or not the only one, or making the
            maps failed.
    """
    opened = {m.name: _open(m, out) for m in plan.members if m.source != 'checkpoint'}
    rest = [member for member in plan.members if member.source == 'checkpoint']
    idle = [each for each in options if not rest and each.startswith(_OF_CHECKPOINTS)]
    if idle:
        raise UserError(f'{idle[0]}: no member is a checkpoint whose maps are to be made; drop it')
    make_maps(rest, out, options)
    opened |= {member.name: _open(member, out) for member in rest}
    return [opened[member.name] for member in plan.members]


def start_maps(
    folder: Path, plan: EnsemblePlan, members: Sequence[Member], pages: Sequence[str], force: bool
) -> None:
    """Begin a folder for the averaged maps of ``pages``, which :func:`run_pages` fills.

    Raises:
        UserError: nothing is averaged, the folder holds something already, or cannot be written.
    """
    if plan.averaging is None:
        raise UserError('--dump-maps: the config averages no maps; add averaging to it')
    for member in members:
        if folder.resolve() == member.path.resolve():
            raise UserError(
                f'{folder}: holds the maps of member {member.name!r}; name a new folder'
            )
    if os.path.exists(folder) and (not os.path.isdir(folder) or _is_used(folder)):
        refuse_overwrite(folder, force)
        if read_manifest(folder) is None:
            raise UserError(f'{folder}: holds other things than maps; name a new folder')
        for page in read_manifest(folder)['pages']:
            map_path(folder, page).unlink(missing_ok=True)
    weights = check_weights(len(members), plan.averaging.weights).tolist()
    source = {'average': {m.name: w for m, w in zip(members, weights, strict=True)}, 'bits': BITS}
    source[TRAINED_PAGES] = [page for page in pages if any(page in m.seen for m in members)]
    absent = [page for page in pages if page in members[0].absent]
    write_manifest(folder, pages, absent, asdict(plan.averaging.params), source)


def _is_used(folder: Path) -> bool:
    # What is hidden is a lock, or half of what a killed run was writing.
    return any(not path.name.startswith('.') for path in folder.iterdir())


def check_truth(
    truth: Mapping[str, Sequence[NDArray]],
    members: Sequence[Member],
    ann: str,
    allow_seen: bool = False,
) -> None:
    """Refuse labels of pages that the members do not cover, or that one was trained on.

    Raises:
        UserError: see above; the latter may be allowed.
    """
    pages = members[0].names
    for member in members:
        seen = [page for page in truth if page in member.seen]
        refuse_seen(seen, len(truth), f'member {member.name!r}', 'score', allow_seen)
    covered = set(pages)
    lacking = [page for page in truth if page not in covered]
    if lacking:
        raise UserError(
            f'{ann}: {len(lacking)} of its {len(truth)} pages are covered by no member, first '
            f"{lacking[0]!r}; give the labels of the members' {len(pages)} pages"
        )


def run_pages(
    plan: EnsemblePlan,
    members: Sequence[Member],
    pages: Sequence[str],
    truth: Mapping[str, Sequence[NDArray]],
    outcome: Outcome,
) -> Iterator[str]:
    """Add each page to ``outcome`` and yield its name; pages that ``truth`` has are scored.

    Raises:
        UserError: a map is damaged, or maps of a page do not belong together.
    """
    for page in pages:
        views = [member.view(page) for member in members]
        for system, found in _systems(plan, members, views, page, outcome.maps):
            if system in RESULTS:
                outcome.found.setdefault(system, {})[page] = found
            if page in truth:
                polygons = as_submitted([each.polygon for each in found])
                score = score_page(truth[page], polygons)
                outcome.scores.setdefault(system, {})[page] = score
        yield page


def _systems(
    plan: EnsemblePlan,
    members: Sequence[Member],
    views: Sequence[PageView],
    page: str,
    folder: Path | None,
) -> Iterator[tuple[str, list[Detection]]]:
    maps = page_maps(views, members, page)
    for member, view in zip(members, views, strict=True):
        yield member.name, view.detections
    if plan.voting is not None:
        try:
            words = plan.voting([view.detections for view in views])
        except UserError as error:
            raise UserError(f'page {page!r}: {error}') from error
        yield RESULTS[0], words
    if plan.averaging is not None:
        mean = plan.averaging.average(maps) if maps else None
        yield RESULTS[1], plan.averaging.decode(mean) if mean is not None else []
        if mean is not None and folder is not None:
            write_map(folder, page, ProbMap.of(mean.probabilities, mean.page_size, BITS))


def _open(member: MemberPlan, out: Path) -> Member:
    if member.source == 'predictions':
        return PredictedMember(member.name, member.path)
    folder = map_folder(member, out) if member.source == 'checkpoint' else member.path
    opened = MapMember(member.name, folder)
    if 'decoding' in member.options:
        try:
            opened.params = decode_params(member.options['decoding'], opened.params)
        except ValueError as error:
            raise UserError(f'member {member.name!r}: {error}') from error
    return opened
