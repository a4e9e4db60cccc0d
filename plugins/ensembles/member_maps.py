"""Members of an ensemble that are checkpoints: their probability maps, made once."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mmengine.config import Config

from ..engine import (
    Job,
    Step,
    find_checkpoint,
    module_command,
    read_checkpoint,
    read_test_config,
    run_jobs,
    unless_made,
)
from ..functional.errors import UserError
from ..functional.files import checksum, read_bytes, unreadable
from ..functional.maps import MapFolder
from .config import MemberPlan

# What maps do not follow from.
_NO_MATTER = ('--workers',)


def make_maps(members: Sequence[MemberPlan], out: Path, options: Sequence[str] = ()) -> None:
    """Run a test of each of the members whose maps are not made yet, one on each visible GPU.

    An interrupted run goes on where it was. ``options`` are those that all tests get, each in one
    text (``--workers=0``); they win over a member's own.

    Raises:
        UserError: a checkpoint is missing or not the only one, or a run failed.
    """
    if not members:
        return
    jobs = [
        Job(member.name, _steps(member, find_checkpoint(member.path), out, options))
        for member in members
    ]
    print(f'maps of {len(members)} members, made once; what is printed goes to {out}/maps/*.log')
    for failure in run_jobs(jobs):
        raise UserError(f'member {failure.job!r}: its maps were not made: {failure.reason}')


def map_folder(member: MemberPlan, out: Path) -> Path:
    """Return where the maps of a member go."""
    return out / 'maps' / member.name


def _steps(
    member: MemberPlan, checkpoint: Path, out: Path, shared: Sequence[str]
) -> Iterator[Step]:
    folder = map_folder(member, out)
    beside = out / 'members' / member.name
    options = (
        *member.options.get('test_options', ()),
        *shared,
        *('--dump-maps', str(folder), '--out', str(beside), '--work-dir', str(beside), '--force'),
        '--allow-seen',  # of its own labels; who scores the ensemble looks at what maps say
    )
    recipe = member.options.get('config')
    stored = read_checkpoint(checkpoint, trust='--trust' in options)
    config, lines = read_test_config(recipe, stored)
    if lines:
        print(f'member {member.name!r} is run', '\n'.join(lines))
    made_of = {
        'config': checksum(config.pretty_text.encode()),
        'pages': checksum(b''.join(_pages(config, split) for split in ('test', 'val'))),
        'checkpoint': checksum(checkpoint),
        'options': [each for each in options if not each.startswith(_NO_MATTER)],
    }
    # After --, since --cfg-options takes all that follows it.
    files = (*([recipe] if recipe else []), str(checkpoint))
    command = module_command('plugins.engine.test_run', [*options, '--', *files])
    step = Step(command, folder.with_name(f'{member.name}.log'))
    note = folder.with_name(f'{member.name}.json')
    yield from unless_made(step, note, made_of, _is_finished(folder))


def _pages(config: Config, split: str) -> bytes:
    """Return what tells the pages of a split from others, as far as the config names them."""
    dataset = (config.get(f'{split}_dataloader') or {}).get('dataset') or {}
    root = Path(dataset.get('data_root') or '')
    listed = root / (dataset.get('ann_file') or '').replace('{fold}', str(dataset.get('fold')))
    images = root / (dataset.get('data_prefix') or {}).get('img_path', '')
    stamps = []
    if os.path.isdir(images):
        try:
            with os.scandir(images) as entries:
                stamps = sorted((entry.name, *_stamp(entry)) for entry in entries)
        except OSError as error:
            raise unreadable(images, error) from error
    return (read_bytes(listed) if os.path.isfile(listed) else b'') + repr(stamps).encode()


def _stamp(entry: os.DirEntry) -> tuple[int, int]:
    try:
        status = entry.stat()
    except FileNotFoundError:  # a link that leads nowhere
        return (0, 0)
    return status.st_size, status.st_mtime_ns


def _is_finished(folder: Path) -> bool:
    try:
        MapFolder(folder)
    except UserError:
        return False
    return True
