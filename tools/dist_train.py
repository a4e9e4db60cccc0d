"""Train in N processes, one a GPU; where there is no GPU, on the CPU.

What follows N is for tools/train.py.

bash tools/dist_train.sh configs/dbnet_convnext_tiny.py 4 --fold 0 --amp
"""

import _start

import sys

from plugins import cli
from plugins.functional.errors import UserError

_USAGE = 'usage: bash tools/dist_train.sh CONFIG N [arguments of tools/train.py]'


def main() -> int:
    """Train as the command line says.

    Raises:
        UserError: N is missing or no number; also whatever the training raises.
    """
    if sys.argv[1:2] in (['-h'], ['--help']):
        parser = cli.tool_parser(__doc__, 'docs/training.md', usage=_USAGE.removeprefix('usage: '))
        parser.print_help()
        return 0
    if len(sys.argv) < 3:
        raise UserError(f'{len(sys.argv) - 1} arguments; {_USAGE}')
    config, count, *rest = sys.argv[1:]
    if not count.isdecimal() or int(count) < 1:
        raise UserError(f'N is {count!r}, expected the number of GPUs, 1 or more; {_USAGE}')
    parser = cli.train_parser()
    parser.prog = 'train.py'
    # What is wrong with them is said once, not by every process.
    parser.parse_args([config, *rest])
    from plugins.engine.dist_train import train_together

    return train_together(int(count), [config, *rest])


if __name__ == '__main__':
    cli.run(main)
