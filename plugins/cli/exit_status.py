"""How tools end: one-line errors, Ctrl-C, a closed pipe, a full disk."""

import errno
import io
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from ..functional.errors import UserError, shortened
from ..functional.files import remedy
from .environment import take_own_environment

# Set for processes whose launcher prints the error of the first that fails.
DEFER_ERRORS = 'MMRECEIPT_DEFER_ERRORS'


def run(main: Callable[[], int | None]) -> None:
    """Call a tool's ``main`` and exit with its status; a UserError becomes one line and status 2.

    Ctrl-C exits with 130, a closed pipe (``| head``) with 141, as shells expect. A full disk is a
    mistake of the user's as well, and so are a name or a folder that the system refuses and a
    package that is not installed.
    """
    # A log line that cannot be written is no reason for a traceback each.
    logging.raiseExceptions = False
    take_own_environment()
    _print_any_character()
    try:
        sys.exit(main() or 0)
    except UserError as error:
        _report(error.line)
        sys.exit(2)
    except ModuleNotFoundError as error:
        package = (error.name or '').partition('.')[0]
        if not package or find_spec(package) is not None:
            raise
        _report(f'{sys.executable} lacks {package}; run: bash tools/setup.sh')
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        # Whatever was being written: a log, say, beside the files that are written whole or not.
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        # A name or a folder that the system refuses is none of ours.
        refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG)
        if not full and not (refused and error.filename):
            raise
        what_to_do = remedy(error, 'name another place')
        _report(shortened(f'{error.filename or "a file"}: {error.strerror}; {what_to_do}'))
        sys.exit(2)
    except Exception as error:
        # What libraries make of Ctrl-C that breaks them off.
        if not is_interrupt(error):
            raise
        print('interrupted', file=sys.stderr)
        sys.exit(130)
    except KeyboardInterrupt as interrupt:
        # How to go on, where somebody knows it.
        print('interrupted', *interrupt.args, sep='\n', file=sys.stderr)
        sys.exit(130)


def is_interrupt(error: BaseException | None) -> bool:
    """Tell whether an error is Ctrl-C, or was raised by what Ctrl-C broke off."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _print_any_character() -> None:
    """Let consoles that are not UTF-8 show names of files escaped, where they lack a character."""
    for stream in (sys.stdout, sys.stderr):
        # None without a console; others stand in for one, as in a notebook.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors='backslashreplace')


def _report(line: str) -> None:
    # torchrun's form: what a process writes there, its launcher finds.
    path = os.environ.get('TORCHELASTIC_ERROR_FILE')
    if os.environ.get(DEFER_ERRORS) and path:
        with open(path, 'w', encoding='utf-8', errors='backslashreplace') as file:
            json.dump({'message': line, 'timestamp': int(time.time())}, file)
    else:
        print(f'error: {line}', file=sys.stderr)
