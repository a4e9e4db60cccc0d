"""From a config file, and a command line that overrides it, to a config."""

import argparse
import ast
import os
import traceback
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

from ..cli import TERMINAL
from ..functional.errors import UserError
from ..functional.files import read_text
from .cfg_options import apply_cfg_options, parse_cfg_options
from .data_root import keep_data_root, set_data_root
from .everyday_options import apply_everyday_options
from .fold_option import named_after_fold, set_fold
from .process_group import check_launcher
from .terminal_log import keep_off_terminal


def read_config(path: str | os.PathLike) -> Config:
    """Read a config file.

    Raises:
        UserError: it is missing or no config, or it or one of its bases raises.
    """
    if not os.path.isfile(path):
        raise UserError(f'{path}: no such config file; see configs/README.md for those there are')
    # mmengine says which environment variables the file names.
    keep_off_terminal(MMLogger.get_current_instance())
    try:
        config = Config.fromfile(path)
    except UserError:
        raise
    except Exception as error:
        raise UserError(f'{path}: {_fault(error, path)}; mend the file') from error
    keep_data_root(config)
    return config


def load_config(args: argparse.Namespace) -> Config:
    """Read the config that the options of :func:`.cli.add_run_options` name, and override it.

    Raises:
        UserError: the file is missing or raises, or an override does not fit it.
    """
    set_environment(args)
    config = read_config(args.config)
    return override_config(config, args, args.config)


def set_environment(args: argparse.Namespace) -> None:
    """Set what configs, processes and the terminal look up, before any config is read.

    Raises:
        UserError: ``--data-root`` or ``--launcher`` cannot be.
    """
    TERMINAL.verbose = args.verbose
    set_data_root(args.data_root)
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    check_launcher(args.launcher)


def override_config(config: Config, args: argparse.Namespace, name: str) -> Config:
    """Override the config called ``name`` by the options of :func:`.cli.add_run_options`.

    Raises:
        UserError: an override does not fit it.
    """
    options = parse_cfg_options(args.cfg_options)
    apply_everyday_options(config, args, options)
    apply_cfg_options(config, name, options)
    if args.fold is not None:
        set_fold(config, name, args.fold, options)
    config.launcher = args.launcher
    if args.seed is not None:
        config.setdefault('randomness', {})['seed'] = args.seed
    named = args.work_dir or options.get('work_dir')
    usual = config.get('work_dir') or str(Path('work_dirs') / Path(name).stem)
    config.work_dir = named or named_after_fold(usual, args.fold)
    return config


def _fault(error: Exception, path: str | os.PathLike) -> str:
    """Return where in which file of a config's a mistake is, and what it is."""
    # mmengine reads a file by the first of these, and a base within.
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    named = [f.f_locals.get('filename') for f in frames if f.f_code.co_name == '_file2dict']
    file = str(named[-1]) if named else str(path)
    line, text = None, f'{type(error).__name__}: {error}'
    if isinstance(error, SyntaxError):
        # That of the file itself: mmengine's is of a copy without a name.
        error = _syntax_error(file) or error
        line, text = error.lineno, f'{type(error).__name__}: {error.msg}'
    else:
        own = [
            at for f, at in traceback.walk_tb(error.__traceback__) if f.f_code.co_filename == file
        ]
        line = own[-1] if own else None
    base = '' if os.path.abspath(file) == os.path.abspath(path) else f'its base {file}: '
    place = '' if line is None else f'line {line}: '
    return f'{base}{place}not a usable config ({text})'


def _syntax_error(path: str) -> SyntaxError | None:
    try:
        ast.parse(read_text(path), path)
    except SyntaxError as error:
        return error
    except (UserError, ValueError):  # which is of null bytes
        pass
    return None
