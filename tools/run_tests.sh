#!/usr/bin/env bash
# Set up, check the style and run the tests: bash tools/run_tests.sh [pytest arguments]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
bash "$root/tools/setup.sh"
cd "$root"

style=0
.venv/bin/ruff check . || style=1
.venv/bin/ruff format --check . || style=1

# One thread for each of the two workers: more only get in each other's way.
export OMP_NUM_THREADS=1
.venv/bin/python -m pytest -n 2 --dist worksteal -q "$@" && exit "$style"
