"""What a config of ``configs/ensembles`` says: members, and how they are put together."""

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmengine.config import Config
from mmocr.registry import TASK_UTILS

from ..functional.errors import UserError
from ..functional.files import check_file_name
from .kfold_voting import KFoldVotingEnsembler
from .map_averaging import MapAveragingEnsembler

# What a config sets; it may have names of its own beside them, to write these with.
KEYS = ('members', 'voting', 'averaging')
RESULTS = ('vote', 'average')
_SOURCES = ('predictions', 'maps', 'checkpoint')
_BESIDE = {
    'predictions': (),
    'maps': ('decoding',),
    'checkpoint': ('config', 'decoding', 'test_options'),
}


@dataclass(frozen=True)
class MemberPlan:
    """A member as its config describes it; ``source`` is the key that says where it comes from."""

    name: str
    source: str
    path: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class EnsemblePlan:
    """An ensemble as its config describes it; a way of putting members together may be absent."""

    members: tuple[MemberPlan, ...]
    voting: KFoldVotingEnsembler | None
    averaging: MapAveragingEnsembler | None

    @property
    def systems(self) -> list[str]:
        """The names of the results."""
        ways = (self.voting, self.averaging)
        return [name for name, way in zip(RESULTS, ways, strict=True) if way is not None]


def read_plan(config: Config, path: str | os.PathLike) -> EnsemblePlan:
    """Check the config read from ``path``, and build what puts the members together.

    Raises:
        UserError: a key is unknown, missing or of a wrong kind, members share a name, there are
            fewer than two, or weights or votes do not fit them.
    """
    try:
        _check_names(config)
        entries = config.get('members')
        if not isinstance(entries, Sequence) or isinstance(entries, str) or len(entries) < 2:
            found = len(entries) if isinstance(entries, list | tuple) else repr(entries)
            raise ValueError(f'members must be a list of two or more, but got {found}')
        members = tuple(_member(entry, n) for n, entry in enumerate(entries))
        names = [member.name for member in members]
        doubled = [name for name in names if names.count(name) > 1]
        if doubled:
            raise ValueError(f'two members are called {doubled[0]!r}; give each its own name')
        weights = _weights(entries)
        built = {key: _ensembler(config.get(key), key, weights, len(members)) for key in KEYS[1:]}
        _check_maps(members, built['averaging'])
    except ValueError as error:
        raise UserError(f'{path}: {error}') from error
    return EnsemblePlan(members, **built)


def decode_all(config: Config, values: Mapping[str, Any]) -> None:
    """Let the maps of all members, and their average, be decoded with these values."""
    for entry in config.get('members', ()):
        if isinstance(entry, Mapping) and 'predictions' not in entry:
            entry['decoding'] = {**entry.get('decoding', {}), **values}
    if isinstance(config.get('averaging'), Mapping):
        config.averaging.update(values)


def _check_names(config: Config) -> None:
    for key in config:
        near = difflib.get_close_matches(key, KEYS, 1, cutoff=0.8)
        if near and key not in KEYS:
            raise ValueError(f'nothing reads {key!r}; is it to be {near[0]!r}?')


def _member(entry: Any, number: int) -> MemberPlan:
    place = f'members[{number}]'
    if not isinstance(entry, Mapping):
        raise ValueError(f'{place} must be a dict(name=..., maps=...), but got {entry!r}')
    name = entry.get('name')
    if not isinstance(name, str):
        raise ValueError(f'{place}.name must be a text, but got {name!r}')
    check_file_name(name)
    if name in RESULTS:
        raise ValueError(f'{place}: {name!r} is what the result is called; name it otherwise')
    named = [key for key in _SOURCES if key in entry]
    if len(named) != 1:
        raise ValueError(
            f'{place} ({name!r}) must have one of predictions, maps and checkpoint, but has '
            f'{" and ".join(named) or "none"}'
        )
    (source,) = named
    options = {key: entry[key] for key in entry if key not in ('name', 'weight', source)}
    unknown = [key for key in options if key not in _BESIDE[source]]
    if unknown:
        known = ', '.join(('name', 'weight', source, *_BESIDE[source]))
        raise ValueError(f'{place} ({name!r}): nothing reads {unknown[0]!r}; known are {known}')
    for key in (source, *(('config',) if 'config' in entry else ())):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise ValueError(f'{place}.{key} must be a path, but got {entry.get(key)!r}')
    if not isinstance(options.get('decoding', {}), Mapping):
        raise ValueError(f'{place}.decoding must be a dict, but got {options["decoding"]!r}')
    arguments = options.get('test_options', ())
    if isinstance(arguments, str) or not all(isinstance(text, str) for text in arguments):
        raise ValueError(f'{place}.test_options must be a list of texts, but got {arguments!r}')
    return MemberPlan(name, source, entry[source], options)


def _weights(entries: Sequence[Mapping[str, Any]]) -> list[float] | None:
    """Return the members' weights, or None where no member has one."""
    if not any('weight' in entry for entry in entries):
        return None
    return [entry.get('weight', 1.0) for entry in entries]


def _ensembler(spec: Any, key: str, weights: list[float] | None, members: int) -> Any:
    if spec is None:
        return None
    if not isinstance(spec, Mapping) or 'type' not in spec:
        raise ValueError(f"{key} must be a dict(type='...', ...), but got {spec!r}")
    spec = {'weights': weights, **spec}
    kind = TASK_UTILS.get(spec['type']) if isinstance(spec['type'], str) else spec['type']
    if kind is None:
        raise ValueError(f'{key}.type: no {spec["type"]!r} is registered among TASK_UTILS')
    try:
        ensembler = kind(**{name: value for name, value in spec.items() if name != 'type'})
        ensembler.check(members)
    except (TypeError, ValueError) as error:
        raise ValueError(f'{key}: {error}') from error
    return ensembler


def _check_maps(members: Sequence[MemberPlan], averaging: MapAveragingEnsembler | None) -> None:
    without = [member.name for member in members if member.source == 'predictions']
    if averaging is not None and without:
        raise ValueError(
            f'averaging needs maps, which member {without[0]!r} has not; give its maps or '
            'checkpoint, or take averaging out'
        )
