#!/usr/bin/env bash
# Train on every fold, predict the test pages with each, print the scores with mean and spread:
#   bash tools/run_5fold.sh CONFIG [arguments of tools/train.py]       (--help says more)
set -euo pipefail

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
python=$tools/../.venv/bin/python
if [[ -n ${VIRTUAL_ENV:-} || ! -x $python ]]; then python=python3; fi
# In place of the shell, so that Ctrl-C and signals reach what ends the trainings.
exec "$python" "$tools/run_5fold.py" "$@"
