#!/usr/bin/env bash
# Make .venv in the repository root from requirements.txt and requirements-
# openmmlab.txt.
#
#   bash tools/setup.sh                       with python3
#   PYTHON=python3.12 bash tools/setup.sh     with another, 3.11 to 3.14
#   bash tools/setup.sh --fresh               from nothing, whatever is there
#
# Returns at once when the lists and the interpreter have not changed. A build
# that was interrupted is made again from nothing; an environment made by hand is
# brought up to date. README.md says more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=tools/steps.sh
source "$root/tools/steps.sh"

venv=$root/.venv
stamp=$venv/.mmreceipt-complete
building=$venv/.mmreceipt-building
log=$root/work_dirs/setup.log
# What an installation with a CPU build of torch takes, with room for its downloads.
least_free_gb=3

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"; }

main() {
    local fresh=
    case "$#:${1:-}" in
        0:) ;;
        1:--fresh) fresh=1 ;;
        1:-h | 1:--help)
            usage
            exit
            ;;
        *)
            printf 'error: unknown argument %q; usage: bash tools/setup.sh [--fresh]\n' "$1" >&2
            exit 2
            ;;
    esac
    if [[ -z $fresh ]] && is_complete; then
        return
    fi
    lock
    local python=${PYTHON:-python3}
    check_python "$python"
    check_disk
    make_venv "$python" "$fresh"
    say 'installing packages, 2 minutes or more (torch is the largest)'
    install -r "$root/requirements.txt"
    say 'installing MMOCR, without its dependencies'
    install --no-deps -r "$root/requirements-openmmlab.txt"
    say 'trying it: importing MMOCR and the plugins'
    prove
    checksum "$venv/bin/python" >"$stamp"
    rm -f "$building"
    say 'the environment is complete: .venv'
}

# Version and home of an interpreter; those of a virtual environment are its maker's.
identity() {
    "$1" -c 'import sys
print("%d.%d.%d %s" % (sys.version_info[:3] + (getattr(sys, "base_prefix", sys.prefix),)))' \
        2>/dev/null
}

# Changes with the lists, the interpreter and the place, since a moved environment does not work.
checksum() {
    {
        identity "$1"
        printf '%s\n' "$root"
        cat "$root/requirements.txt" "$root/requirements-openmmlab.txt"
    } | cksum
}

is_complete() {
    [[ -f $stamp && ! -e $building && -x $venv/bin/python ]] || return 1
    [[ $(checksum "$venv/bin/python") == "$(cat "$stamp")" ]] || return 1
    [[ -z ${PYTHON:-} || $(identity "$PYTHON") == "$(identity "$venv/bin/python")" ]]
}

lock() {
    mkdir -p "$root/work_dirs" || fail "$root/work_dirs: cannot be made; check its permissions"
    if command -v flock >/dev/null; then
        exec 9>"$root/work_dirs/.setup.lock"
        flock -n 9 || fail 'another tools/setup.sh is at work in this folder; wait until it ends'
    fi
}

check_python() {
    local found version
    found=$(identity "$1") || fail "$1: no such Python, or it does not start; $(python_remedy)"
    version=${found%% *}
    case $version in
        3.11.* | 3.12.* | 3.13.* | 3.14.*) ;;
        *) fail "$1 is Python $version, but 3.11 to 3.14 is needed; $(python_remedy)" ;;
    esac
    "$1" -c 'import venv, ensurepip' 2>/dev/null || fail "$1 has no venv and ensurepip modules;" \
        "install them (Debian, Ubuntu: apt install python${version%.*}-venv)"
}

python_remedy() {
    local name
    for name in python3.12 python3.11 python3.13 python3.14; do
        # A name may be there without a working interpreter behind it.
        if identity "$name" >/dev/null; then
            printf 'run: PYTHON=%s bash tools/setup.sh' "$name"
            return
        fi
    done
    printf 'install one and name it: PYTHON=/path/to/python3.12 bash tools/setup.sh'
}

check_disk() {
    local free_kb
    free_kb=$(df -Pk "$root" | awk 'NR == 2 {print $4}')
    if ((free_kb < least_free_gb * 1024 * 1024)) && [[ ! -e $venv ]]; then
        fail "$((free_kb / 1024)) MB are free for $root, but $least_free_gb GB are needed" \
            '(several times that with a CUDA build of torch); make room'
    fi
}

make_venv() {
    local python=$1 fresh=$2
    if [[ -e $venv && -z $fresh && ! -e $building ]] &&
        [[ $(identity "$venv/bin/python") == "$(identity "$python")" ]]; then
        say 'bringing .venv up to date'
        rm -f "$stamp"
        touch "$building"
        return
    fi
    say "making .venv with Python $(identity "$python" | cut -d' ' -f1)"
    # In an activated environment python3 is the very one that is about to vanish.
    python=$("$python" -c 'import sys
print(getattr(sys, "_base_executable", None) or sys.executable)')
    rm -rf "$venv"
    mkdir "$venv"
    touch "$building"
    watched "$log" peek_pip "$python" -m venv "$venv" ||
        fail "$python -m venv failed: $(tail -n 1 "$log") (see $log)"
}

install() {
    watched "$log" peek_pip "$venv/bin/python" -m pip install --disable-pip-version-check \
        --no-input --progress-bar off --prefer-binary "$@" || fail "$(pip_failure) (see $log)"
}

# The last thing that pip tells of, without the address.
peek_pip() {
    sed -n 's/^ *\(Collecting\|Downloading\|Building\|Installing\) \([^ (]*\).*/\1 \2/p' "$1" |
        sed 's| .*/| |; s/^Installing .*/Unpacking them all/' | tail -n 1
}

pip_failure() {
    local unreachable='NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|ProxyError'
    unreachable+='|Name or service not known|Connection refused|SSLError|Connection reset'
    unreachable+='|Network is unreachable|Read timed out|Connection to .* timed out'
    if grep -q 'No space left on device' "$log"; then
        printf 'the disk is full; make room (a CUDA build of torch takes several times a CPU one, and TMPDIR'
        printf ' holds the downloads), then run this again'
    elif grep -Eq "$unreachable" "$log" && ! grep -q 'from versions: [0-9]' "$log"; then
        printf 'the package index cannot be reached; check the network, the proxy (HTTPS_PROXY)'
        printf ' and the index (pip config list), then run this again'
    elif grep -q 'No matching distribution found for' "$log"; then
        printf 'the package index has no %s for this Python and machine; ' \
            "$(sed -n 's/.*No matching distribution found for \([^ ]*\).*/\1/p' "$log" | tail -n 1)"
        printf 'use another index or another Python (PYTHON=...)'
    else
        printf 'pip failed: %s' "$(grep -E '^(ERROR|error)' "$log" | tail -n 1 || tail -n 1 "$log")"
    fi
}

prove() {
    cd "$root"
    watched "$log" peek_pip "$venv/bin/python" -c 'import plugins.register' ||
        fail "the packages are there but do not work: $(tail -n 1 "$log") (see $log);" \
            'run: bash tools/setup.sh --fresh'
}

main "$@"
