"""torchrun for ``tools/dist_train.sh``: whatever goes wrong is one line and the tool's own status.

torchrun prints a report of fifty lines for a mistyped option, and every process its own error.
"""

import logging
import os
import socket
import sys

# The agent's loggers take their level from here when they are imported.
os.environ['LOGLEVEL'] = 'CRITICAL'

import torch
from torch.distributed import run as torchrun
from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

from .. import cli
from ..functional.errors import UserError

_USAGE = 'usage: bash tools/dist_train.sh CONFIG N [arguments of tools/train.py]'


def main() -> int:
    """Run a tool as ``torchrun.py TOOL CONFIG N [arguments]`` says, in N processes.

    Raises:
        UserError: N is no number or more than the visible GPUs, the port is in use, or whatever
            the first process that fails has to say.
    """
    if len(sys.argv) < 4:
        raise UserError(f'{len(sys.argv) - 2} arguments; {_USAGE}')
    tool, config, count, *rest = sys.argv[1:]
    check_count(count)
    del os.environ['LOGLEVEL']
    logging.getLogger('torch.distributed').setLevel(logging.CRITICAL)
    # A process leaves its error to this one, see plugins/cli.py.
    os.environ[cli.DEFER_ERRORS] = '1'
    os.environ.setdefault('OMP_NUM_THREADS', str(max(1, (os.cpu_count() or 1) // int(count))))
    arguments = [*meeting_place(), '--nproc-per-node', count, tool, config]
    try:
        torchrun.main([*arguments, '--launcher', 'pytorch', *rest])
    except ChildFailedError as error:
        _, failure = error.get_first_failure()
        if failure.exitcode == 2 and failure.error_file_data.get('message'):
            raise UserError(failure.message) from error
        reason = f'signal {-failure.exitcode}' if failure.exitcode < 0 else 'its error is above'
        print(f'error: process {failure.local_rank} ended ({reason})', file=sys.stderr)
        return failure.exitcode if failure.exitcode > 0 else 128 - failure.exitcode
    except SignalException as error:
        raise KeyboardInterrupt from error
    return 0


def check_count(count: str) -> None:
    """Refuse a number of processes that this machine cannot have.

    Raises:
        UserError: it is no whole number of 1 or more, or there are fewer GPUs.
    """
    if not count.isdecimal() or int(count) < 1:
        raise UserError(f'N is {count!r}, expected the number of GPUs, 1 or more; {_USAGE}')
    gpus = torch.cuda.device_count()
    if gpus and int(count) > gpus:
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


if __name__ == '__main__':
    cli.run(main)
