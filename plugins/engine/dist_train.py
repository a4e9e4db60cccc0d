"""A training in several processes: whatever goes wrong is one line and the tool's own status.

torchrun prints a report of fifty lines for a mistyped option, and every process its own error.
"""

import logging
import os
import socket
import sys
from collections.abc import Sequence

# The agent's loggers take their level from here when they are imported.
os.environ['LOGLEVEL'] = 'CRITICAL'

import torch
from torch.distributed import run as torchrun
from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

from ..cli import DEFER_ERRORS, resuming_command
from ..functional.errors import UserError
from .module_command import module_command, own_environment


def train_together(count: int, arguments: Sequence[str]) -> int:
    """Train in ``count`` processes, each with the ``arguments`` of tools/train.py.

    Returns:
        The exit status of the first process that fails, or 0.

    Raises:
        UserError: there are fewer GPUs, the port is in use, or whatever the first process that
            fails has to say.
    """
    check_count(count)
    del os.environ['LOGLEVEL']
    logging.getLogger('torch.distributed').setLevel(logging.CRITICAL)
    os.environ.update(own_environment())
    # A process leaves its error to this one.
    os.environ[DEFER_ERRORS] = '1'
    os.environ.setdefault('OMP_NUM_THREADS', str(max(1, (os.cpu_count() or 1) // count)))
    command = module_command('plugins.engine.train_run', [*arguments, '--launcher', 'pytorch'])
    processes = ['--nproc-per-node', str(count), '--no-python']
    try:
        torchrun.main([*meeting_place(), *processes, *command])
    except ChildFailedError as error:
        _, failure = error.get_first_failure()
        if failure.exitcode == 2 and failure.error_file_data.get('message'):
            raise UserError(failure.message) from error
        reason = f'signal {-failure.exitcode}' if failure.exitcode < 0 else 'its error is above'
        print(f'error: process {failure.local_rank} ended ({reason})', file=sys.stderr)
        return failure.exitcode if failure.exitcode > 0 else 128 - failure.exitcode
    except SignalException as error:
        again = resuming_command(['bash', 'tools/dist_train.sh', *sys.argv[1:]])
        raise KeyboardInterrupt(f'to go on from the last whole epoch:\n{again}') from error
    return 0


def check_count(count: int) -> None:
    """Refuse a number of processes that this machine cannot have.

    Raises:
        UserError: there are GPUs, but fewer.
    """
    gpus = torch.cuda.device_count()
    if gpus and count > gpus:
        raise UserError(f'N is {count}, but {gpus} GPUs are visible; see CUDA_VISIBLE_DEVICES')


def meeting_place() -> list[str]:
    """Return where torchrun's processes meet: a free port of this machine, unless PORT is set.

    Raises:
        UserError: PORT is no port or in use, or several machines are not told where to meet.
    """
    port, nodes = os.environ.get('PORT'), os.environ.get('NNODES', '1')
    if nodes != '1':
        missing = [name for name in ('NODE_RANK', 'MASTER_ADDR', 'PORT') if name not in os.environ]
        if missing:
            raise UserError(f'NNODES is {nodes}, but {missing[0]} is not set; set it')
        address = ['--master-addr', os.environ['MASTER_ADDR'], '--master-port', port]
        return ['--nnodes', nodes, '--node-rank', os.environ['NODE_RANK'], *address]
    if port is None:
        return ['--standalone']
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UserError(f'PORT is {port!r}; give a number from 1 to 65535, or none')
    with socket.socket() as probe:
        # As the server that follows does: a port that was just closed counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('', int(port)))
        except OSError as error:
            raise UserError(
                f'PORT is {port}: {error.strerror}; give another, or none for a free one'
            ) from error
    return ['--master-addr', '127.0.0.1', '--master-port', port]
