"""Running an ensemble: members' predictions or maps, page by page, to what they say together."""

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from numpy.typing import NDArray

from .checkpoints import best_checkpoint
from .ensemble_config import RESULTS, EnsemblePlan, MemberPlan
from .functional.cleval import PageScore, score_page
from .functional.detection import Detection
from .functional.ensemble_members import (
    MapMember,
    Member,
    PageView,
    PredictedMember,
    page_maps,
)
from .functional.errors import UserError
from .functional.files import read_json, write_json
from .functional.map_folder import MapFolder
from .functional.submission import as_submitted
from .jobs import Job, Runs, Step, visible_devices
from .launch import read_config

_TEST = Path(__file__).resolve().parents[1] / 'tools' / 'test.py'


@dataclass
class Outcome:
    """What an ensemble found, and the scores of all that can be scored.

    ``found`` is system -> page -> detections, for ``vote`` and ``average``; ``scores`` is system ->
    page -> score, for the members by their names as well.
    """

    found: dict[str, dict[str, list[Detection]]] = field(default_factory=dict)
    scores: dict[str, dict[str, PageScore]] = field(default_factory=dict)


def open_members(plan: EnsemblePlan, out: Path, data_root: str | None) -> list[Member]:
    """Return the members; those that are checkpoints first make their maps below ``out``, once.

    Raises:
        UserError: a file or folder is not in order, ``decoding`` does not fit, a checkpoint is
            missing or not the only one, or making the maps failed.
    """
    opened = {m.name: _open(m, out) for m in plan.members if m.source != 'checkpoint'}
    rest = [member for member in plan.members if member.source == 'checkpoint']
    _make_maps(rest, out, data_root)
    opened |= {member.name: _open(member, out) for member in rest}
    return [opened[member.name] for member in plan.members]


def find_checkpoint(path: str) -> Path:
    """Return the checkpoint that a file name, a pattern or a work folder stands for.

    Raises:
        UserError: it stands for none, or for several.
    """
    if Path(path).is_dir():
        return best_checkpoint(path)
    if not set(path) & set('*?['):
        if not Path(path).is_file():
            raise UserError(f'{path}: no such checkpoint; train it, or name another')
        return Path(path)
    pattern = Path(path)
    anchor = Path(pattern.anchor or '.')
    found = sorted(anchor.glob(str(pattern.relative_to(pattern.anchor))))
    if len(found) != 1:
        raise UserError(
            f'{path}: {len(found)} files match it'
            + (f', first {found[0].name!r} and {found[1].name!r}' if found else '')
            + '; name one, or the work folder for the best by its record'
        )
    return found[0]


def check_truth(truth: Mapping[str, Sequence[NDArray]], pages: Sequence[str], ann: str) -> None:
    """Refuse labels of pages that the members do not cover.

    Raises:
        UserError: see above.
    """
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
        for system, found in _systems(plan, members, views, page):
            if system in RESULTS:
                outcome.found.setdefault(system, {})[page] = found
            if page in truth:
                polygons = as_submitted([each.polygon for each in found])
                score = score_page(truth[page], polygons)
                outcome.scores.setdefault(system, {})[page] = score
        yield page


def _systems(
    plan: EnsemblePlan, members: Sequence[Member], views: Sequence[PageView], page: str
) -> Iterator[tuple[str, list[Detection]]]:
    for member, view in zip(members, views, strict=True):
        yield member.name, view.detections
    if plan.voting is not None:
        yield RESULTS[0], plan.voting([view.detections for view in views])
    if plan.averaging is not None:
        maps = page_maps(views, members, page)
        yield RESULTS[1], plan.averaging(maps) if maps else []


def _make_maps(members: Sequence[MemberPlan], out: Path, data_root: str | None) -> None:
    """Run tools/test.py for the members whose maps are not made yet, one on each visible GPU."""
    if not members:
        return
    import torch

    jobs = [
        Job(member.name, _steps(member, find_checkpoint(member.path), out, data_root))
        for member in members
    ]
    devices = visible_devices(torch.cuda.device_count)
    runs = Runs(devices if len(devices) > 1 else [None], echo=len(devices) < 2)
    for failure in runs.run(jobs):
        where = f' (its output: {failure.log})' if failure.log else ''
        raise UserError(f'member {failure.job!r}: its maps were not made: {failure.reason}{where}')


def _open(member: MemberPlan, out: Path) -> Member:
    if member.source == 'predictions':
        return PredictedMember(member.name, member.path)
    folder = _maps(member, out) if member.source == 'checkpoint' else member.path
    opened = MapMember(member.name, folder)
    if 'decoding' in member.options:
        try:
            opened.params = replace(opened.params, **member.options['decoding'])
        except (TypeError, ValueError) as error:
            text = str(error).replace('DecodeParams.__init__()', 'it')
            raise UserError(f'member {member.name!r}: decoding: {text}') from error
    return opened


def _maps(member: MemberPlan, out: Path) -> Path:
    return out / 'maps' / member.name


def _steps(
    member: MemberPlan, checkpoint: Path, out: Path, data_root: str | None
) -> Iterator[Step]:
    folder, note = _maps(member, out), out / 'maps' / f'{member.name}.json'
    beside = out / 'members' / member.name
    options = (
        *member.options.get('test_options', ()),
        *(('--data-root', data_root) if data_root else ()),
        *('--dump-maps', str(folder), '--out', str(beside), '--work-dir', str(beside), '--force'),
    )
    made_of = {
        'config': _digest(read_config(member.options['config']).pretty_text.encode()),
        'checkpoint': _digest(checkpoint.read_bytes()),
        'options': list(options),
    }
    if note.is_file() and read_json(note) == made_of and _is_finished(folder):
        return
    note.unlink(missing_ok=True)
    # After --, since --cfg-options takes all that follows it.
    files = (member.options['config'], str(checkpoint))
    command = (sys.executable, str(_TEST), *options, '--', *files)
    yield Step(command, out / 'maps' / f'{member.name}.log')
    write_json(note, made_of)


def _is_finished(folder: Path) -> bool:
    try:
        MapFolder(folder)
    except UserError:
        return False
    return True


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
