"""How tools end: one-line errors, Ctrl-C, a closed pipe, a full disk."""

import errno
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from ..functional.errors import UserError

# Set for processes whose launcher prints the error of the first that fails.
DEFER_ERRORS = 'MMRECEIPT_DEFER_ERRORS'


def run(main: Callable[[], int | None]) -> None:
    """Call a tool's ``main`` and exit with its status; a UserError becomes one line and status 2.

    Ctrl-C exits with 130, a closed pipe (``| head``) with 141, as shells expect. A full disk is a
    mistake of the user's as well, and so is a package that is not installed.
    """
    # A log line that cannot be written is no reason for a traceback each.
    logging.raiseExceptions = False
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
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _report(f'{error.filename or "a file"}: {error.strerror}; free some space')
        sys.exit(2)
    except (RuntimeError, SystemError, ValueError) as error:
        # What code that is not Python's raises when Ctrl-C breaks it off.
        if not is_interrupt(error):
            raise
        print('interrupted', file=sys.stderr)
        sys.exit(130)
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        sys.exit(130)


def is_interrupt(error: BaseException | None) -> bool:
    """Tell whether an error is Ctrl-C, or was raised by what Ctrl-C broke off."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _report(line: str) -> None:
    # torchrun's form: what a process writes there, its launcher finds.
    path = os.environ.get('TORCHELASTIC_ERROR_FILE')
    if os.environ.get(DEFER_ERRORS) and path:
        with open(path, 'w') as file:
            json.dump({'message': line, 'timestamp': int(time.time())}, file)
    else:
        print(f'error: {line}', file=sys.stderr)
