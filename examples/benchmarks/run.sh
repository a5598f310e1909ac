#!/usr/bin/env bash
# What does a request cost? Instructions in user space and heap allocations of one request on a keep-alive connection, of
# the same chain (limiter, session, user, handler) on this framework, by hand on hyper, and on axum.
#
# A server runs under callgrind and is sent two different numbers of requests; the difference of the two totals belongs
# to the requests alone. Needs valgrind. Usage: run.sh [folder for callgrind's output]
set -euo pipefail
cd "$(dirname "$0")"

few=2000
many=6000
out=${1:-$(mktemp -d)}
mkdir -p "$out"

# Line tables let callgrind_annotate see through inlining; they cost no instruction.
export CARGO_PROFILE_RELEASE_DEBUG=line-tables-only
cargo build --quiet --release --bins
bin=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release

# Prints instructions and allocations of server $1, variant $2, over $3 requests.
total() {
    local port=$((20000 + RANDOM % 20000)) name="$out/$1.$2.$3"
    valgrind --tool=callgrind --callgrind-out-file="$name" "$bin/$1" "$2" "$port" >"$name.out" 2>"$name.err" &
    "$bin/chain_client" "$port" "$3" >"$name.response"
    wait $!
    echo "$(awk '/Collected/ { print $4 }' "$name.err") $(awk '/^allocations/ { print $2 }' "$name.out")"
}

# Prints instructions and allocations of one request to server $1, variant $2.
each() {
    echo "$(total "$1" "$2" "$few") $(total "$1" "$2" "$many")" |
        awk -v n=$((many - few)) '{ printf "%.0f %.2f\n", ($3 - $1) / n, ($4 - $2) / n }'
}

printf '%-6s  %-26s  %12s  %11s  %8s  %14s\n' chain server instructions allocations "/ raw" "/ raw, timer"
for chain in async sync; do
    read -r raw _ < <(each chain_hyper "$chain")
    read -r timed _ < <(each chain_hyper "$chain-timer")
    for server in chain_di chain_hyper chain_hyper-timer chain_axum; do
        variant=$chain
        [[ $server == *-timer ]] && variant=$chain-timer
        read -r instructions allocations < <(each "${server%-timer}" "$variant")
        awk -v c="$chain" -v s="$server" -v i="$instructions" -v a="$allocations" -v r="$raw" -v t="$timed" \
            'BEGIN { printf "%-6s  %-26s  %12d  %11.2f  %8.3f  %14.3f\n", c, s, i, a, i / r, i / t }'
    done
done

# Prints the instructions of $2 requests in process, of an application in which $1 is overridden.
in_process() {
    local name="$out/overrides.$1.$2"
    valgrind --tool=callgrind --callgrind-out-file="$name" "$bin/overrides" "$1" "$2" 2>"$name.err"
    awk '/Collected/ { print $4 }' "$name.err"
}

printf '\n%-12s  %12s\n' overridden instructions
for variant in served nothing elsewhere session; do
    awk -v v="$variant" -v n=$((many - few)) -v a="$(in_process "$variant" "$few")" -v b="$(in_process "$variant" "$many")" \
        'BEGIN { printf "%-12s  %12.0f\n", v, (b - a) / n }'
done
