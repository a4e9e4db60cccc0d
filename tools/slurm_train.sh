#!/usr/bin/env bash
# Train on a Slurm cluster, one task a GPU.
#
#   bash tools/slurm_train.sh PARTITION JOB_NAME CONFIG GPUS [train.py arguments]
#
# GPUS_PER_NODE (8, or GPUS if fewer), CPUS_PER_TASK (5) and SRUN_ARGS (further
# arguments of srun) come from the environment. For example:
#
#   bash tools/slurm_train.sh gpu receipts configs/dbnet_resnet50.py 8 --amp
#
# docs/training.md says more.
set -euo pipefail

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"; }

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    usage
    exit
elif (($# < 4)) || [[ ! $4 =~ ^[1-9][0-9]*$ ]]; then
    usage >&2
    exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
partition=$1 job=$2 config=$3 gpus=$4
per_node=${GPUS_PER_NODE:-$((gpus < 8 ? gpus : 8))}
python=$root/.venv/bin/python
if [[ -n ${VIRTUAL_ENV:-} || ! -x $python ]]; then python=python3; fi
read -ra further <<<"${SRUN_ARGS:-}"
# A task that fails takes the others along, which would wait for it.
exec srun --partition="$partition" --job-name="$job" --gres="gpu:$per_node" --ntasks="$gpus" \
    --ntasks-per-node="$per_node" --cpus-per-task="${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 \
    ${further[@]+"${further[@]}"} "$python" -u "$root/tools/train.py" "$config" --launcher slurm "${@:5}"
