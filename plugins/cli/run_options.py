"""The command lines of a training and a test, and what they have in common."""

import argparse
from collections.abc import Sequence

from .cfg_options_argument import add_cfg_options
from .everyday_arguments import (
    add_batch_size,
    add_decode,
    add_input_size,
    add_schedule,
    add_workers,
)
from .tool_parser import tool_parser

_CONFIG_SUFFIXES = ('.py', '.json', '.yaml', '.yml')
_WORK_DIR = 'work_dirs/<config name>, with _fold<K> for --fold K'
# As plugins/functional/augment has them, which takes long to import.
_FLIPS = ('none', 'horizontal', 'vertical', 'both')


def add_run_options(parser: argparse.ArgumentParser, config: str | None = None) -> None:
    """Add what a training is told of its run; ``config`` is the one where none is named."""
    parser.add_argument(
        'config',
        nargs='?' if config else None,
        default=config,
        help=f'config file (default: {config})' if config else 'config file',
    )
    _add_run_options(parser, 'that of the config', _WORK_DIR)


def _add_run_options(parser: argparse.ArgumentParser, fold: str, work_dir: str) -> None:
    parser.add_argument(
        '--data-root', help='data folder (default: $MMRECEIPT_DATA, or else data/receipts)'
    )
    parser.add_argument(
        '--fold', type=int, help=f'train and validate on this fold (default: {fold})'
    )
    parser.add_argument('--work-dir', help=f'outputs (default: {work_dir})')
    add_cfg_options(parser, 'train_dataloader.batch_size=4')
    parser.add_argument('--seed', type=int, help='random seed (default: that of the config)')
    parser.add_argument(
        '--verbose', action='store_true', help='show all that goes to the log file as well'
    )
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none')
    # torch.distributed.launch passes it; torchrun sets the variable itself.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)


def add_allow_seen(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Add ``--allow-seen``; ``purpose`` is what is done to pages."""
    parser.add_argument(
        '--allow-seen',
        action='store_true',
        help=f'{purpose} pages that the detector was trained on, too: it is good at those',
    )


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Add ``--trust``."""
    parser.add_argument(
        '--trust',
        action='store_true',
        help='let the checkpoint and the config in it run code: those of people whom you would '
        'let use your account',
    )


def train_parser() -> argparse.ArgumentParser:
    """Return the command line of ``tools/train.py``."""
    parser = tool_parser(
        """
        Train a detector.

        python tools/train.py configs/dbnet_ppocrv6_small.py --epochs 8 \\
            --input-size 640 --data-root data/receipts
        """,
        'docs/training.md',
    )
    add_train_options(parser)
    return parser


def add_train_options(parser: argparse.ArgumentParser) -> None:
    """Add all that a training can be told."""
    add_run_options(parser)
    add_input_size(parser)
    add_workers(parser)
    add_decode(parser, 'those of the config')
    add_train_only_options(parser)


def add_train_only_options(parser: argparse.ArgumentParser) -> None:
    """Add what a training can be told and a test cannot, or takes otherwise."""
    add_batch_size(parser, 'pages of a training batch; of stages that name batches the last')
    add_schedule(parser)
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='auto|PATH',
        help='go on from a checkpoint; auto (the default value) takes the last one, if any',
    )
    parser.add_argument(
        '--load-from',
        metavar='CKPT',
        help='start from the weights of this checkpoint, or of the best in this work dir',
    )
    add_trust(parser)
    add_allow_seen(parser, 'validate on')
    parser.add_argument('--amp', action='store_true', help='mixed precision, needs a GPU')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate by batch size x GPUs over auto_scale_lr.base_batch_size',
    )
    parser.add_argument(
        '--wandb', action='store_true', help='log to Weights & Biases, offline by default'
    )


def parse_test(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a test; of its ``config`` and ``checkpoint`` one may be None.

    Without a checkpoint the weights are tested that the config starts from.
    """
    parser = _test_parser()
    # Options may stand between the two files.
    args = parser.parse_intermixed_args(arguments)
    configs = [name for name in args.files if name.endswith(_CONFIG_SUFFIXES)]
    checkpoints = [name for name in args.files if name not in configs]
    if len(configs) > 1 or len(checkpoints) > 1:
        parser.error(f'give one config and one checkpoint at most, not {" ".join(args.files)}')
    args.config, args.checkpoint = (configs or [None])[0], (checkpoints or [None])[0]
    return args


def _test_parser() -> argparse.ArgumentParser:
    parser = tool_parser(
        """
        Score a checkpoint where there are labels, and write its submission.

        python tools/test.py work_dirs/dbnet_ppocrv6_small \\
            --ann data/receipts/jsons/test_labels.json
        """,
        'docs/submission.md',
        usage='%(prog)s [CONFIG] [CHECKPOINT] [options]',
    )
    add_trust(parser)
    parser.add_argument(
        'files',
        nargs='+',
        metavar='[CONFIG] [CHECKPOINT]',
        help='.pth file of a training, or its work dir, whose best is taken; network, input size, '
        'decoding and fold are those of the training. CONFIG gives data, evaluators and the views '
        'of --tta (default: those of the training, too); without CHECKPOINT the weights are tested '
        'that CONFIG starts from',
    )
    no_config = "; without CONFIG the checkpoint's folder"
    _add_run_options(parser, 'that of the checkpoint', f'{_WORK_DIR}{no_config}')
    parser.add_argument(
        '--split', choices=['test', 'val'], default='test', help='pages to run on (default: test)'
    )
    parser.add_argument(
        '--out', help='folder for predictions.json and submission.csv (default: the work dir)'
    )
    add_allow_seen(parser, 'score')
    parser.add_argument('--force', action='store_true', help='replace these files and pictures')
    parser.add_argument(
        '--ann',
        metavar='FILE',
        help='annotation JSON of the pages to run on, whose labels to score by (default: that of '
        'the config)',
    )
    add_input_size(parser)
    add_batch_size(parser, 'pages that the network takes at once', dest='test_batch_size')
    add_workers(parser)
    parser.add_argument('--show-dir', help='draw the detections of every page into this folder')
    parser.add_argument(
        '--dump-maps',
        metavar='DIR',
        help='write the probability map of every page into this folder, once; an interrupted run '
        'goes on',
    )
    add_decode(parser, 'the decoding.json beside the checkpoint, or else that of the training')
    parser.add_argument('--map-bits', type=int, choices=[8, 16], default=8, help='(default: 8)')
    parser.add_argument(
        '--tta',
        action='store_true',
        help='test-time augmentation: average the maps of several sizes and mirror images',
    )
    parser.add_argument(
        '--tta-scales',
        nargs='+',
        type=float,
        metavar='SCALE',
        help='page sizes in units of the input size (default: those of tta_pipeline)',
    )
    parser.add_argument(
        '--tta-flips',
        nargs='+',
        choices=_FLIPS,
        metavar='FLIP',
        help=f'mirror images: {", ".join(_FLIPS)} (default: those of tta_pipeline)',
    )
    return parser
