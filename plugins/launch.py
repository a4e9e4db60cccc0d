"""From a command line to an mmengine Runner, with every mistake of the user in one line."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import compat

compat.install()

import torch  # noqa: E402
from mmengine.config import Config, DictAction  # noqa: E402
from mmengine.runner import Runner, find_latest_checkpoint  # noqa: E402

from .cli import progress  # noqa: E402
from .functional.annotations import load_pages  # noqa: E402
from .functional.errors import UserError  # noqa: E402
from .functional.images import read_image  # noqa: E402
from .functional.overlay import FOUND, TRUTH, draw_polygons, write_image  # noqa: E402
from .functional.submission import read_predictions  # noqa: E402


class _CfgOptions(DictAction):
    """mmengine's DictAction, with a usage error instead of a traceback."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        try:
            super().__call__(parser, namespace, values, option_string)
        except (ValueError, AssertionError) as error:
            parser.error(f'{option_string}: {values} is not KEY=VALUE ... ({error})')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what training and testing have in common."""
    parser.add_argument('config', help='config file')
    parser.add_argument(
        '--data-root', help='data folder (default: $MMRECEIPT_DATA, or else data/receipts)'
    )
    parser.add_argument('--work-dir', help='outputs (default: work_dirs/<config name>)')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=_CfgOptions,
        metavar='KEY=VALUE',
        help='override config values, e.g. train_dataloader.batch_size=4',
    )
    parser.add_argument('--seed', type=int, help='random seed (default: that of the config)')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none')
    # torch.distributed.launch passes it; torchrun sets the variable itself.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)


def load_config(args: argparse.Namespace) -> Config:
    """Read the config that parsed :func:`add_arguments` name, with their overrides applied.

    Raises:
        UserError: the file is missing or raises, or an override does not fit it.
    """
    if args.data_root is not None:
        # Configs derive paths from it while they are read, so an override afterwards is too late.
        os.environ['MMRECEIPT_DATA'] = args.data_root
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    config = read_config(args.config)
    try:
        config.merge_from_dict(args.cfg_options or {})
    except (KeyError, IndexError, TypeError, AssertionError, AttributeError) as error:
        raise UserError(
            f'{args.config}: --cfg-options {_pairs(args.cfg_options)} does not fit it ({error}); '
            'see tools/analysis_tools/print_config.py for its keys'
        ) from error
    config.launcher = args.launcher
    if args.seed is not None:
        config.setdefault('randomness', {})['seed'] = args.seed
    if args.work_dir is not None or config.get('work_dir') is None:
        config.work_dir = args.work_dir or str(Path('work_dirs') / Path(args.config).stem)
    return config


def read_config(path: str) -> Config:
    """Read a config file.

    Raises:
        UserError: it is missing or no config, or it or one of its bases raises.
    """
    if not Path(path).is_file():
        raise UserError(f'{path}: no such config file; see configs/README.md for those there are')
    try:
        return Config.fromfile(path)
    except UserError:
        raise
    except Exception as error:
        place = f'line {error.lineno}: ' if isinstance(error, SyntaxError) else ''
        raise UserError(
            f'{path}: {place}not a usable config ({type(error).__name__}: {error}); mend the file'
        ) from error


def build_runner(config: Config, train: bool) -> Runner:
    """Build everything that a training (or else a test) needs, before any of it runs.

    Raises:
        UserError: the config names what does not exist or gives it wrong arguments; also whatever
            the data and the weights raise.
    """
    name = config.filename
    with _config_errors(name):
        runner = Runner.from_cfg(config)
        if train:
            runner._train_loop = runner.build_train_loop(runner._train_loop)
            runner._val_loop = runner.build_val_loop(runner._val_loop)
            runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
        else:
            runner._test_loop = runner.build_test_loop(runner._test_loop)
    return runner


@contextmanager
def _config_errors(name: str) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
        if os.environ.get('MMRECEIPT_DEBUG'):
            raise
        text = (str(error) or type(error).__name__).strip('"\'')
        raise UserError(
            f'{name}: cannot be built ({text}); mend the config or --cfg-options '
            '(MMRECEIPT_DEBUG=1 shows the traceback)'
        ) from error


def read_checkpoint(path: str | os.PathLike) -> dict:
    """Return a checkpoint's content on the CPU.

    Raises:
        UserError: the file is missing, truncated, or holds no weights.
    """
    if not Path(path).is_file():
        raise UserError(f'{path}: no such checkpoint; give a .pth file of a training')
    try:
        # mmengine's checkpoints hold its own objects beside the weights.
        checkpoint = torch.load(path, map_location='cpu', weights_only=False)
    except Exception as error:
        raise UserError(
            f'{path}: not a readable checkpoint ({type(error).__name__}); it may be truncated, '
            'copy it again or take an earlier one'
        ) from error
    weights = checkpoint.get('state_dict', checkpoint) if isinstance(checkpoint, dict) else None
    if not weights or not all(isinstance(value, torch.Tensor) for value in weights.values()):
        raise UserError(f'{path}: holds no weights; give a .pth file that a training wrote')
    return checkpoint


def load_weights(model: torch.nn.Module, path: str | os.PathLike) -> None:
    """Load all weights of a model from a checkpoint, which must fit it exactly.

    Raises:
        UserError: see :func:`read_checkpoint`; also when a weight is missing, extra or of another
            shape, since a model with random layers would go unnoticed.
    """
    checkpoint = read_checkpoint(path)
    weights = checkpoint.get('state_dict', checkpoint)
    expected = model.state_dict()
    wrong = sorted(
        name
        for name in expected.keys() | weights.keys()
        if name not in expected
        or name not in weights
        or expected[name].shape != weights[name].shape
    )
    if wrong:
        raise UserError(
            f'{path}: {len(wrong)} of {len(expected)} weights do not fit the model, first '
            f'{wrong[0]!r}; use the config that this checkpoint was trained with'
        )
    model.load_state_dict(weights)


def set_resume(config: Config, resume: str) -> None:
    """Let a training go on from a checkpoint, or with ``auto`` from its last one if there is one.

    Raises:
        UserError: see :func:`read_checkpoint`.
    """
    path = find_latest_checkpoint(config.work_dir) if resume == 'auto' else resume
    if path is not None:
        read_checkpoint(path)
    config.resume = path is not None
    config.load_from = path if path is not None else config.get('load_from')


def set_test(config: Config, split: str, out: str | None, force: bool) -> None:
    """Test on the pages of ``split`` and write the submission into ``out``, or the work dir.

    Raises:
        UserError: the config has no LeaderboardDumper to write it.
    """
    if split == 'val':
        config.test_dataloader = config.val_dataloader
        config.test_evaluator[0].prefix = 'val'
    dumpers = [e for e in config.test_evaluator if e.get('type') == 'LeaderboardDumper']
    if not dumpers:
        raise UserError(
            f"{config.filename}: test_evaluator has no dict(type='LeaderboardDumper'); add it"
        )
    dumpers[0].update(out_dir=out or config.work_dir, force=force)


def show_predictions(config: Config, folder: str) -> None:
    """Draw what a test found, and the ground truth where there is one, one picture a page."""
    dataset = config.test_dataloader.dataset
    root = Path(dataset.get('data_root', ''))
    images = root / dataset.data_prefix.img_path
    fold = str(dataset.get('fold', ''))
    truth = load_pages(root / dataset.ann_file.replace('{fold}', fold))
    dumper = next(e for e in config.test_evaluator if e.type == 'LeaderboardDumper')
    pages = read_predictions(Path(dumper.out_dir) / 'predictions.json')
    for name, found in progress(pages.items(), 'drawing', len(pages)):
        if (images / name).is_file():
            page = draw_polygons(read_image(images / name), truth[name].polygons, TRUTH)
            page = draw_polygons(page, [detection.polygon for detection in found], FOUND)
            write_image(Path(folder) / name, page)


def set_amp(config: Config) -> None:
    """Train in mixed precision.

    Raises:
        UserError: there is no GPU, or the config has an optimizer wrapper of its own.
    """
    if not torch.cuda.is_available():
        raise UserError('--amp: no GPU is visible, and a CPU trains slower in half precision')
    wrapper = config.optim_wrapper
    if wrapper.type not in ('OptimWrapper', 'AmpOptimWrapper'):
        raise UserError(f'--amp: optim_wrapper.type is {wrapper.type!r}, expected OptimWrapper')
    wrapper.type = 'AmpOptimWrapper'
    wrapper.setdefault('loss_scale', 'dynamic')


def add_wandb(config: Config) -> None:
    """Log to Weights & Biases too, offline unless WANDB_MODE says otherwise."""
    os.environ.setdefault('WANDB_MODE', 'offline')
    backend = dict(
        type='WandbVisBackend',
        init_kwargs=dict(project='mmreceipt', name=Path(config.work_dir).name),
    )
    config.visualizer.vis_backends = [*config.visualizer.vis_backends, backend]


def _pairs(options: dict) -> str:
    return ' '.join(f'{key}={value}' for key, value in options.items())
