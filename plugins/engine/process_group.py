"""Several processes: who they are, how they meet, and one line when they cannot."""

import datetime
import os
import shutil
import subprocess
import warnings

import torch
from mmengine.config import Config
from torch import distributed

from ..functional.errors import UserError

# What a launcher tells its processes: rank, number of processes, rank on their machine.
_VARIABLES = {
    'pytorch': ('RANK', 'WORLD_SIZE', 'LOCAL_RANK'),
    'slurm': ('SLURM_PROCID', 'SLURM_NTASKS', 'SLURM_LOCALID'),
    'mpi': (
        'OMPI_COMM_WORLD_RANK',
        'OMPI_COMM_WORLD_SIZE',
        'OMPI_COMM_WORLD_LOCAL_RANK',
    ),
}
_REMEDY = {
    'pytorch': 'start the tool with torchrun or tools/dist_train.sh',
    'slurm': 'start the tool with srun',
    'mpi': 'start the tool with mpirun',
}
_DEFAULT_PORT = 29500


def check_launcher(launcher: str) -> None:
    """Refuse a ``--launcher`` that has not started this process.

    Raises:
        UserError: a variable that it sets is missing or no number.
    """
    # mmengine looks for it without a launcher, too.
    local = os.environ.get('LOCAL_RANK', '0')
    if not local.isdecimal():
        raise UserError(f'the environment variable LOCAL_RANK is {local!r}; unset it')
    for name in _VARIABLES.get(launcher, ()):
        value = os.environ.get(name)
        if value is None:
            raise UserError(f'--launcher {launcher}: {name} is not set; {_REMEDY[launcher]}')
        if not value.isdecimal():
            raise UserError(f'--launcher {launcher}: {name} is {value!r}, expected a number')


def is_first(launcher: str) -> bool:
    """Tell whether this process is the first that a launcher started, before they have met."""
    return launcher == 'none' or os.environ.get(_VARIABLES[launcher][0], '0') == '0'


def join(config: Config) -> None:
    """Join the processes that the launcher of a config started; does nothing for ``none``.

    mmengine would do so, but only with a GPU. Where there is none, processes talk by gloo.
    Validation results are gathered through the same channel, not through files in the current
    folder, which machines need not share.

    Raises:
        UserError: the processes cannot meet, or are more than the GPUs of this machine.
    """
    launcher = config.get('launcher', 'none')
    if launcher == 'none' or distributed.is_initialized():
        return
    check_launcher(launcher)
    # mmengine sets the first to 1 with a warning, and has its wrapper of the model raise the other.
    os.environ.setdefault('MKL_NUM_THREADS', os.environ.get('OMP_NUM_THREADS', '1'))
    warnings.filterwarnings('ignore', '`broadcast_buffers` is deprecated', FutureWarning)
    for name, source in zip(_VARIABLES['pytorch'], _VARIABLES[launcher], strict=True):
        os.environ[name] = os.environ[source]
    _find_master(launcher)
    options = dict(config.get('env_cfg', {}).get('dist_cfg', {}))
    backend = options.get('backend', 'nccl')
    if torch.cuda.is_available():
        _take_gpu(launcher)
    else:
        backend = 'gloo'
        wrapper = config.get('model_wrapper_cfg') or dict(
            type='MMDistributedDataParallel',
            broadcast_buffers=False,
            find_unused_parameters=config.get('find_unused_parameters', False),
        )
        config.model_wrapper_cfg = {**wrapper, 'device_ids': None}
    _meet(backend, options.get('timeout'))
    for key in ('val_evaluator', 'test_evaluator'):
        evaluators = config.get(key) or []
        for evaluator in evaluators if isinstance(evaluators, list) else [evaluators]:
            evaluator.setdefault('collect_device', 'gpu')


def _take_gpu(launcher: str) -> None:
    local, count = int(os.environ['LOCAL_RANK']), torch.cuda.device_count()
    if launcher == 'slurm' and count == 1:
        local = 0  # with --gpus-per-task every task is shown its own GPU alone
    if local >= count:
        raise UserError(
            f'LOCAL_RANK is {local}, but {count} GPUs are visible; start {count} processes a '
            'machine, or see CUDA_VISIBLE_DEVICES'
        )
    # mmengine puts the model there.
    os.environ['LOCAL_RANK'] = str(local)
    torch.cuda.set_device(local)


def _find_master(launcher: str) -> None:
    """Set where the first process is; torchrun has done so already."""
    if 'MASTER_PORT' not in os.environ:
        # Jobs that share a machine differ in their numbers.
        offset = int(os.environ.get('SLURM_JOB_ID', 0)) % 1000
        os.environ['MASTER_PORT'] = str(_DEFAULT_PORT + offset)
    if 'MASTER_ADDR' not in os.environ:
        if launcher != 'slurm':
            raise UserError(
                f'--launcher {launcher}: MASTER_ADDR is not set; set it to the name or address '
                'of the machine of rank 0'
            )
        os.environ['MASTER_ADDR'] = _first_node(os.environ.get('SLURM_NODELIST', ''))


def _first_node(nodes: str) -> str:
    """Return the first host of Slurm's notation, such as ``gpu[03-07,12]``."""
    if nodes and not set(nodes) & set('[,'):
        return nodes
    command = ['scontrol', 'show', 'hostnames', nodes]
    if not nodes or shutil.which(command[0]) is None:
        raise UserError(
            f'--launcher slurm: SLURM_NODELIST is {nodes!r} and cannot be looked up by scontrol; '
            'set MASTER_ADDR to the machine of rank 0'
        )
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode or not found.stdout.strip():
        raise UserError(
            f'--launcher slurm: scontrol does not know {nodes!r} ({found.stderr.strip()}); '
            'set MASTER_ADDR to the machine of rank 0'
        )
    return found.stdout.split()[0]


def _meet(backend: str, timeout: float | None) -> None:
    patience = {} if timeout is None else dict(timeout=datetime.timedelta(seconds=timeout))
    try:
        distributed.init_process_group(backend, **patience)
    except (RuntimeError, ValueError) as error:
        place = f'{os.environ["MASTER_ADDR"]}:{os.environ["MASTER_PORT"]}'
        reason = str(error).strip().splitlines()[0]
        if 'EADDRINUSE' in str(error) or 'address already in use' in str(error).lower():
            reason = 'the port is in use by another program'
        raise UserError(
            f'the processes cannot meet at {place} by {backend} ({reason}); '
            'set MASTER_PORT to a free port and MASTER_ADDR to the machine of rank 0'
        ) from error
