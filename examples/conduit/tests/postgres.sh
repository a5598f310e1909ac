#!/bin/sh
# A PostgreSQL of one's own, from what is installed: prints its port, then does what it is told on its standard input
# (`stop`, `start`), and ends, leaving nothing behind, when that is closed.
set -eu

find_program() {
    for place in $(command -v "$1") /usr/lib/postgresql/*/bin/"$1" /usr/pgsql-*/bin/"$1" /opt/homebrew/bin/"$1"; do
        [ -x "$place" ] && echo "$place" && return
    done
    echo "there is no $1" >&2
    return 1
}

# It refuses to run as root. The text of this script goes along, since that user may not be able to read the file.
if [ "$(id -u)" = 0 ]; then
    for user in postgres nobody; do
        if id "$user" >/dev/null 2>&1; then
            script=$(cat "$0")
            cd /
            exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups sh -c "$script" "$0"
        fi
    done
fi

initdb=$(find_program initdb)
pg_ctl=$(find_program pg_ctl)
folder=$(mktemp -d "${TMPDIR:-/tmp}/conduit-postgres.XXXXXX")
stop() { "$pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true; }
end() { stop; rm -rf "$folder"; }
trap end EXIT
trap 'exit 1' INT TERM
"$initdb" -D "$folder/data" -U conduit -A trust -E UTF8 --locale=C --no-sync >/dev/null

start() {
    "$pg_ctl" start -w -t 30 -D "$folder/data" -l "$folder/log" >/dev/null \
        -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c max_connections=200"
}

# A port that is taken is found out by trying.
for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 40000))
    start && break
    port=
done
[ -n "$port" ] || { cat "$folder/log" >&2; exit 1; }
echo "$port"

while read -r order; do
    case $order in
        stop) stop ;;
        start) start ;;
    esac
    echo "done: $order"
done
