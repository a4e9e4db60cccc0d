# shellcheck shell=bash
# Sourced by the scripts beside it: headlines with elapsed time, failures in one line, and long
# commands whose output goes to a log while one line tells how far they are.

started=${MMRECEIPT_STARTED:-$(date +%s)}
child=

elapsed() {
    local seconds=$(($(date +%s) - started))
    printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}

say() { printf '[%5s] %s\n' "$(elapsed)" "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# A background command is deaf to Ctrl-C, so what interrupts the script has to end it.
stop_child() {
    if [[ -n $child ]]; then
        kill "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
    printf 'interrupted\n' >&2
    exit 130
}
trap stop_child INT TERM

# watched LOG PEEK COMMAND...: run COMMAND into LOG and return its status. The function PEEK prints
# what to show, given LOG: lines to keep, and last one that the next look replaces.
watched() {
    local log=$1 peek=$2 shown=0 status=0 pause=0.1
    shift 2
    local begun=$SECONDS
    "$@" >"$log" 2>&1 </dev/null &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        sleep "$pause"
        show "$("$peek" "$log")"
        if ((SECONDS - begun > 2)); then pause=1; fi
    done
    wait "$child" || status=$?
    child=
    show "$("$peek" "$log")"
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
    return "$status"
}

# Prints what is new; `shown` counts the kept lines that stand already.
show() {
    local lines=() line
    while IFS= read -r line; do lines+=("$line"); done <<<"$1"
    for ((; shown < ${#lines[@]} - 1; shown++)); do
        if [[ -t 1 ]]; then printf '\r\033[K'; fi
        say "  ${lines[shown]}"
    done
    if [[ -t 1 ]]; then printf '\r\033[K[%5s]   %.70s' "$(elapsed)" "${lines[shown]:-...}"; fi
}
