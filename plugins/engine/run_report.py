"""What a run says of itself: what it is when it begins, and what came of it when it ends."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from mmengine.dist import get_world_size
from mmengine.runner import Runner

from .. import cli
from ..functional.cleval import swallowed_line
from ..functional.errors import counted
from ..functional.training import SizeStage, read_record
from .checkpoint_loading import Checkpoint
from .terminal_log import tell

# Options that say where, not what; the rest are changes to a recipe.
_PLACES = (
    *('work_dir', 'resume', 'load_from', 'data_root', 'trust', 'verbose', 'launcher'),
    'local_rank',
)


def tell_training(runner: Runner, args: argparse.Namespace, start: Checkpoint | None) -> None:
    """Say what is trained on what, from where and to where."""
    config = runner.cfg
    optimizer = config.optim_wrapper.get('optimizer') or {}
    epochs, steps = runner.max_epochs, runner.max_iters
    length = [counted(epochs, 'epoch') if epochs else counted(steps, 'step')]
    if 'lr' in optimizer:
        length.append(f'{optimizer.get("type")} at {optimizer["lr"]}')
    rows = {
        'training': config.filename,
        'changed': ' '.join(_typed(args)),
        'pages': _pages(runner),
        'size': _sizes(runner),
        'length': ', '.join(length),
        'start': _weights(config.model.get('backbone') or {}, start, runner._resume),
        'on': _devices(),
        'into': runner.work_dir,
        'log': log_file(runner),
    }
    for label, text in rows.items():
        if text:
            tell(cli.row(label, str(text)))


def tell_end(runner: Runner, args: argparse.Namespace) -> None:
    """Say which epoch was the best, where the files are, and what to type next."""
    record = read_record(runner.work_dir)
    early = record is not None and record.stopped_early
    tell(f'{"stopped early" if early else "done"} after epoch {runner.epoch}')
    if record is not None and record.best:
        best = record.best[0]
        tell(cli.row('best', f'epoch {best.epoch}, {record.metric} {best.score:.3f}'))
        tell(cli.row('file', str(Path(runner.work_dir) / best.file)))
    tell(cli.row('log', log_file(runner)))
    tell('next:')
    data = ['--data-root', args.data_root] if args.data_root else []
    tell(cli.command_lines(['python', 'tools/test.py', runner.work_dir, *data]))
    curves = str(Path(runner.work_dir) / 'curves.png')
    plot = ['python', 'tools/analysis_tools/plot_curves.py', runner.work_dir, '--out', curves]
    tell(cli.command_lines(plot))


def how_to_go_on(runner: Runner) -> str:
    """Return what to say when a training is interrupted: what is kept, and what to type."""
    again = ['python', *sys.argv]
    record = read_record(runner.work_dir)
    if record is None or record.last is None:
        return f'no epoch is finished yet; to begin anew:\n{cli.command_lines(again)}'
    kept = Path(runner.work_dir) / record.last
    return f'{cli.folded(f"kept: {kept}; to go on:")}\n{cli.resuming_command(again)}'


def tell_score(runner: Runner, metrics: Mapping[str, float], decoding: str | None) -> None:
    """Say what a test came to, the scores last; ``decoding`` says by which values."""
    dataset = runner.test_dataloader.dataset
    tell(cli.row('pages', dataset.ann_file))
    if decoding is not None:
        tell(cli.row('decoding', decoding.removeprefix('decoding ')))
    tell(cli.row('log', log_file(runner)))
    if warning := swallowed_of(metrics):
        tell(warning)
    pages, scores = counted(len(dataset), 'page'), scores_of(metrics)
    if scores is None:
        tell(f'{pages} without labels, not scored')
    else:
        hmean, precision, recall = scores
        tell(f'H {hmean:.3f}   P {precision:.3f}   R {recall:.3f}   on {pages}')


def scores_of(metrics: Mapping[str, float]) -> tuple[float, float, float] | None:
    """Return H-mean, precision and recall of what an evaluation gave, CLEval's first."""
    names = [name for name in metrics if name.rpartition('/')[2] == 'hmean']
    for name in sorted(names, key=lambda name: name.startswith('icdar')):
        prefix = name.removesuffix('hmean')
        return tuple(metrics[prefix + key] for key in ('hmean', 'precision', 'recall'))
    return None


def swallowed_of(metrics: Mapping[str, float]) -> str | None:
    """Return the warning that belongs beside the scores of an evaluation, if any."""
    for name, value in metrics.items():
        prefix, _, key = name.rpartition('/')
        if key == 'num_swallowed':
            return swallowed_line(int(metrics[f'{prefix}/num_pages']), int(value))
    return None


def log_file(runner: Runner) -> str:
    """Return where everything is that the terminal does not show."""
    return str(Path(runner.log_dir) / f'{runner.timestamp}.log')


def _typed(args: argparse.Namespace) -> list[str]:
    """Return the options that change a recipe as they are typed, ``--cfg-options`` last."""
    typed: list[str] = []
    actions = cli.train_parser()._actions
    for action in sorted(actions, key=lambda action: action.dest == 'cfg_options'):
        value = getattr(args, action.dest, action.default)
        if value == action.default or action.dest in _PLACES:
            continue
        if action.option_strings:
            values = [] if value is True else value if isinstance(value, list) else [value]
            typed += [action.option_strings[0], *map(str, values)]
    return typed


def _pages(runner: Runner) -> str:
    config = runner.cfg.train_dataloader.dataset
    text = f'{counted(len(runner.train_dataloader.dataset), "page")} to train on'
    if runner.val_dataloader is not None:
        text += f', {len(runner.val_dataloader.dataset):,} to validate on'
    places = [f'fold {config.fold}'] if config.get('fold') is not None else []
    places += [config.data_root] if config.get('data_root') else []
    return f'{text}: {" of ".join(places)}' if places else text


def _sizes(runner: Runner) -> str:
    loader = runner.train_dataloader
    batch = getattr(loader.batch_sampler, 'batch_size', None)
    stages = [s for hook in runner.hooks for s in hook.stages if isinstance(s, SizeStage)]
    if stages:
        parts = [f'{stages[0].size} pixels']
        parts += [f'{stage.size} from epoch {stage.epoch + 1} on' for stage in stages[1:]]
        batch = stages[0].batch or batch
    else:
        size = getattr(loader.dataset, 'input_size', None)
        parts = [f'{size} pixels'] if size else []
    parts += [f'{batch} a batch'] if batch else []
    validated = runner.val_dataloader and getattr(runner.val_dataloader.dataset, 'input_size', None)
    parts += [f'validated at {validated}'] if validated else []
    return ', '.join(parts)


def _weights(backbone: dict, start: Checkpoint | None, resumed: bool) -> str:
    if start is not None and resumed:
        return f'{start.path}, going on after epoch {start.content["meta"].get("epoch")}'
    if start is not None:
        return start.path
    if backbone.get('type') == 'OnnxBackbone':
        return str(backbone.get('file'))
    name = backbone.get('model_name', backbone.get('type'))
    if backbone.get('checkpoint'):
        return f'{backbone["checkpoint"]} ({name})'
    if backbone.get('pretrained'):
        return f'{name}, pretrained'
    return f'{name}, from scratch' if not backbone.get('init_cfg') else f'{name}, by its init_cfg'


def _devices() -> str:
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else 'CPU'
    if get_world_size() > 1:
        return f'{get_world_size()} processes, {device}'
    if torch.cuda.is_available():
        return device
    return f'CPU, {counted(torch.get_num_threads(), "thread")}'
