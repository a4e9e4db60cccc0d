"""From a config file, and a command line that overrides it, to a config."""

import argparse
import os
from pathlib import Path

from mmengine.config import Config

from ..functional.errors import UserError
from .cfg_options import apply_cfg_options, parse_cfg_options
from .everyday_options import apply_everyday_options
from .fold_option import named_after_fold, set_fold
from .process_group import check_launcher


def read_config(path: str | os.PathLike) -> Config:
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
        raise UserError(
            f'{path}: not a usable config ({type(error).__name__}: {error}); mend the file'
        ) from error


def load_config(args: argparse.Namespace) -> Config:
    """Read the config that the options of :func:`.cli.add_run_options` name, and override it.

    Raises:
        UserError: the file is missing or raises, or an override does not fit it.
    """
    if args.data_root is not None:
        _check_data_root(args.data_root)
        # Configs derive paths from it while they are read, so an override afterwards is too late.
        os.environ['MMRECEIPT_DATA'] = args.data_root
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    check_launcher(args.launcher)
    config, options = read_config(args.config), parse_cfg_options(args.cfg_options)
    apply_everyday_options(config, args, options)
    apply_cfg_options(config, args.config, options)
    if args.fold is not None:
        set_fold(config, args.config, args.fold, options)
    config.launcher = args.launcher
    if args.seed is not None:
        config.setdefault('randomness', {})['seed'] = args.seed
    named = args.work_dir or options.get('work_dir')
    usual = config.get('work_dir') or str(Path('work_dirs') / Path(args.config).stem)
    config.work_dir = named or named_after_fold(usual, args.fold)
    return config


def _check_data_root(path: str) -> None:
    if not Path(path).is_dir():
        raise UserError(f'--data-root {path}: no such folder')
    # mmengine pastes the name into the config's text, within single quotes.
    if set(path) & set("'\\\n{}"):
        raise UserError(
            f'--data-root {path}: quotes, braces and backslashes do not fit into a config; '
            'rename the folder or link to it'
        )
