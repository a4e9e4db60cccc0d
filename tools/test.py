"""Test a checkpoint: score it where there is ground truth, and write the submission.

python tools/test.py work_dirs/dbnet_ppocrv6_small --split val
"""

import _start

from plugins import cli


def main() -> None:
    """Test as the command line says."""
    args = cli.parse_test()
    from plugins.engine import test_run

    test_run.test(args)


if __name__ == '__main__':
    cli.run(main)
