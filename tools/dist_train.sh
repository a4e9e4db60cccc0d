#!/usr/bin/env bash
# Train in N processes, one a GPU; where there is no GPU, on the CPU.
#
#   bash tools/dist_train.sh CONFIG N [arguments of tools/train.py]
#
# The processes meet on a free port, or on $PORT. On several machines run it on
# each, with NNODES, NODE_RANK (0 to NNODES - 1), MASTER_ADDR (the machine of
# NODE_RANK 0) and PORT set. For example:
#
#   bash tools/dist_train.sh configs/dbnet_convnext_tiny.py 4 --fold 0 --amp
#
# docs/training.md says more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"
    exit
fi
python=$root/.venv/bin/python
if [[ -n ${VIRTUAL_ENV:-} || ! -x $python ]]; then python=python3; fi
exec "$python" "$root/tools/dist_train.py" "$@"
