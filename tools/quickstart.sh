#!/usr/bin/env bash
# From nothing to a scored detector and a submission, on two CPU cores and data
# made on the spot.
#
#   bash tools/quickstart.sh            keep what is done, go on where it was cut
#   bash tools/quickstart.sh --fresh    data and training anew
#   bash tools/quickstart.sh --cfg-options KEY=VALUE ...  for training and test
#
# Everything lies in work_dirs/quickstart. The status is not 0 when a step fails
# or the H-mean stays under 0.92. README.md says more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=tools/steps.sh
source "$root/tools/steps.sh"
export MMRECEIPT_STARTED=$started

config=configs/dbnet_ppocrv6_small.py
out=work_dirs/quickstart
pages=${QUICKSTART_PAGES:-120}
test_pages=${QUICKSTART_TEST_PAGES:-12}
least_hmean=0.92
epochs=${QUICKSTART_EPOCHS:-3}
# Pages of 640 pixels throughout, where the recipe goes on to 960.
options=(--cfg-options "train_cfg.max_epochs=$epochs" "param_scheduler.T_max=$epochs"
    'custom_hooks.0.stages=[(0,640)]' train_dataloader.dataset.input_size=640
    val_dataloader.dataset.input_size=640 test_dataloader.dataset.input_size=640)

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"; }

main() {
    local fresh=
    while (($#)); do
        case $1 in
            --fresh) fresh=1 ;;
            --cfg-options)
                options+=("${@:2}")
                break
                ;;
            -h | --help)
                usage
                exit
                ;;
            *)
                printf 'error: unknown argument %q; see: bash tools/quickstart.sh --help\n' "$1" >&2
                exit 2
                ;;
        esac
        shift
    done
    cd "$root"
    bash tools/setup.sh || exit
    if [[ -n $fresh ]]; then rm -rf "$out"; fi
    mkdir -p "$out"
    make_data
    make_folds
    train
    detect
    draw
    report
}

python() { watched "$1" "$2" .venv/bin/python "${@:3}" || stopped "$1" "$3" $?; }

stopped() {
    local reason
    reason=$(grep '[^[:space:]]' "$1" | tail -n 1 | sed 's/^error: //')
    # Whoever dies of a signal leaves no last word.
    if (($3 == 137)); then
        reason='killed (signal 9), most likely for want of memory'
    elif (($3 > 128)); then
        reason="ended by signal $(($3 - 128))"
    fi
    fail "$2: $reason (its output: $1)"
}

# A product is kept when a note beside it says that it was made of the same things.
is_kept() { [[ -f $1 && $(cat "$1") == "$2" ]]; }

make_data() {
    local recipe="pages $pages test-pages $test_pages seed 1"
    if is_kept "$out/data/recipe.txt" "$recipe"; then
        say "receipts: $((pages + test_pages)) are there already, in $out/data"
        return
    fi
    say "receipts: rendering $pages to learn from and $test_pages to be tested on"
    # Folds and weights of other pages are worth nothing.
    rm -rf "$out/data" "$out/run"
    python "$out/data.log" peek_data tools/dataset_converters/synthetic.py --out "$out/data" \
        --pages "$pages" --test-pages "$test_pages" --seed 1
    printf '%s\n' "$recipe" >"$out/data/recipe.txt"
}

peek_data() {
    local made
    made=$(find "$out/data/images" -name '*.jpg' 2>/dev/null | wc -l)
    printf '%d of %d\n' "$made" $((pages + test_pages))
}

make_folds() {
    say 'folds: 5, stratified by the number of words on a page'
    python "$out/folds.log" last_line tools/make_folds.py "$out/data/jsons/train.json" \
        --out "$out/data/folds" --force
}

last_line() { tail -n 1 "$1"; }

train() {
    local recipe
    recipe=$(cat configs/_base_/*.py configs/_base_/*/*.py "$config" | cksum)
    recipe+=" ${options[*]}"
    if is_kept "$out/run/finished.txt" "$recipe"; then
        say "training: done before, kept in $out/run (--fresh trains anew)"
        return
    fi
    if is_kept "$out/run/recipe.txt" "$recipe" && [[ -f $out/run/last_checkpoint ]]; then
        say "training: going on where it was cut off (log: $out/train.log)"
    else
        say "training: $config on fold 0 (log: $out/train.log)"
        rm -rf "$out/run"
        mkdir "$out/run"
        printf '%s\n' "$recipe" >"$out/run/recipe.txt"
    fi
    python "$out/train.log" peek_training tools/train.py "$config" --verbose --data-root "$out/data" \
        --work-dir "$out/run" --resume auto "${options[@]}"
    mv "$out/run/recipe.txt" "$out/run/finished.txt"
}

# One line an epoch, then where training stands.
peek_training() {
    awk '
        function value(name,   i) {
            for (i = 1; i < NF; i++) if ($i == name ":") return $(i + 1)
            return "?"
        }
        / Epoch\((train|val)\) / {
            match($0, /\) +\[ *[0-9]+\]\[ *[0-9]+\/[0-9]+\]/)
            split(substr($0, RSTART, RLENGTH), at, /[^0-9]+/)  # at[2]: epoch, at[3] of at[4]
        }
        / Epoch\(train\) / {
            loss = value("loss")
            now = "epoch " at[2] ", batch " at[3] " of " at[4] ", loss " loss
        }
        / Epoch\(val\) / { now = "epoch " at[2] ", checking page " at[3] " of " at[4] }
        / Epoch\(val\) .*val\/hmean:/ {
            printf "epoch %2d   loss %.3f   val/hmean %.4f\n", at[2], loss, value("val/hmean")
        }
        END { print now }
    ' "$1"
}

# File, epoch, H-mean, precision and recall of the best validation.
best() {
    .venv/bin/python - "$out/run" <<'PY' 2>/dev/null || fail "$out/run: no page was scored; run this with --fresh"
import sys

from plugins.functional.training import read_record, read_run

record, best = read_record(sys.argv[1]), read_run(sys.argv[1], 'run').best()
figures = (best[f'val/{name}'] for name in ('hmean', 'precision', 'recall'))
print(record.best[0].file, best['step'], *(f'{figure:.4f}' for figure in figures))
PY
}

detect() {
    local found checkpoint
    found=$(best)
    read -r checkpoint _ <<<"$found"
    say "test: $test_pages pages with $checkpoint"
    python "$out/test.log" peek_test tools/test.py "$config" "$out/run/$checkpoint" \
        --verbose --data-root "$out/data" --work-dir "$out/test" --out "$out" --force \
        "${options[@]}"
}

peek_test() { sed -n 's/.* Epoch(test) *\[ *\([0-9]*\)\/\([0-9]*\)\].*/\1 of \2/p' "$1" | tail -n 1; }

draw() {
    say 'picture: what was found on the test pages'
    python "$out/draw.log" last_line tools/analysis_tools/show_predictions.py \
        "$out/predictions.json" --images "$out/data/images/test" \
        --ann "$out/data/jsons/test_labels.json" --out "$out/detections.png" --pages 6 --force
}

report() {
    local found checkpoint epoch hmean precision recall
    found=$(best)
    read -r checkpoint epoch hmean precision recall <<<"$found"
    cat <<TEXT

  CLEval on the validation pages of fold 0, after epoch $epoch:
      H-mean $hmean   precision $precision   recall $recall
  Minutes elapsed: $(elapsed)

  In $root/$out:
      submission.csv       the leaderboard file
      predictions.json     the same with scores
      detections.png       look at this one
      run/$checkpoint

  Next, your own receipts in data/receipts (jsons/train.json, images/train; see the README):
      source .venv/bin/activate
      python tools/check_dataset.py data/receipts/jsons/train.json \\
          --images data/receipts/images/train
      python tools/make_folds.py data/receipts/jsons/train.json --out data/receipts/folds
      python tools/train.py configs/dbnet_ppocrv6_small.py
      python tools/test.py work_dirs/dbnet_ppocrv6_small

TEXT
    awk "BEGIN {exit !($hmean >= $least_hmean)}" ||
        fail "the H-mean is $hmean, under $least_hmean; look at $out/train.log and $out/detections.png"
}

main "$@"
