#!/usr/bin/env bash
# Set up, check the style and run the tests.
#
#   bash tools/run_tests.sh [pytest arguments]          minutes on two cores
#   bash tools/run_tests.sh --all [pytest arguments]    with what is slow
#
# README.md says more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for argument in "$@"; do
    if [[ $argument == -h || $argument == --help ]]; then
        sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"
        exit
    fi
done
bash "$root/tools/setup.sh"
cd "$root"

style=0
.venv/bin/ruff check . || style=1
.venv/bin/ruff format --check . || style=1

# One thread for each of the two workers: more only get in each other's way.
export OMP_NUM_THREADS=1
.venv/bin/python -m pytest -n 2 --dist worksteal -q "$@" && exit "$style"
