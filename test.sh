#!/usr/bin/env bash
# Installs what the tests need beside the .NET SDK and runs all of them: on SQLite, then, where a PostgreSQL server is
# installed (15 or later), on a private one as well, without most of the browser tests; POSTGRESQL=1 insists on that.
# Arguments go to `dotnet test`.
set -euo pipefail
cd "$(dirname "$0")"

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    return 1
}

if [ -z "${CHROMIUM:-}" ] && ! find_chromium >/dev/null; then
    if command -v apt-get >/dev/null; then
        as_root=""
        [ "$(id -u)" -eq 0 ] || as_root="sudo"
        echo "Installing Debian's chromium for the browser tests."
        $as_root apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
    else
        echo "No Chromium and no apt-get here: the browser tests will be skipped. Set CHROMIUM to a browser's path to run them."
    fi
fi

# The newest server that is installed, wherever its programs lie.
find_postgresql() {
    local newest
    newest="$(find /usr/lib/postgresql/*/bin /usr/pgsql-*/bin -maxdepth 1 -name initdb 2>/dev/null | sort -V | tail -n 1)"
    newest="${newest:-$(command -v initdb || true)}"
    [ -n "$newest" ] && dirname "$newest"
}

postgresql=""
cluster=""

# As another user than root, whom the server refuses.
as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        su postgres -s /bin/sh -c "$*"
    else
        sh -c "$*"
    fi
}

stop_postgresql() {
    if [ -n "$cluster" ]; then
        as_user "'$postgresql/pg_ctl' -D '$cluster/data' -m immediate stop" >/dev/null 2>&1 || true
        rm -rf "$cluster"
    fi
}

# On loopback, on a port of its own, and without care for power cuts.
start_postgresql() {
    # In memory where there is room: each test has a database of its own.
    local place="${TMPDIR:-/tmp}"
    if [ "$(df --output=avail -m /dev/shm 2>/dev/null | tail -n 1)" -gt 3000 ] 2>/dev/null; then
        place=/dev/shm
    fi
    cluster="$(mktemp -d -p "$place")"
    [ "$(id -u)" -ne 0 ] || chown postgres "$cluster"
    as_user "'$postgresql/initdb' -D '$cluster/data' -A trust -U postgres -E UTF8 --locale=C.UTF-8" >/dev/null
    local options="-c listen_addresses=127.0.0.1 -c unix_socket_directories=$cluster -c fsync=off -c synchronous_commit=off"
    options="$options -c full_page_writes=off -c max_connections=400 -c shared_buffers=256MB"
    for _ in 1 2 3 4 5; do
        local port=$((20000 + RANDOM % 10000))
        if as_user "'$postgresql/pg_ctl' -D '$cluster/data' -w -l '$cluster/log' -o '-p $port $options' start" >/dev/null; then
            export USAGEADMIN_TEST_DATABASE="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
            return
        fi
    done
    cat "$cluster/log" >&2 || true
    return 1
}

# A test that hangs is named and ends the run.
run_tests() {
    dotnet test UsageAdmin.sln --nologo --blame-hang-timeout 10m --blame-hang-dump-type none "$@"
}

unset USAGEADMIN_TEST_DATABASE
run_tests "$@"

without_postgresql() {
    echo "$1 The tests ran on SQLite alone." >&2
    [ "${POSTGRESQL:-}" = 1 ] && exit 1
    exit 0
}

postgresql="$(find_postgresql)" || without_postgresql "No PostgreSQL server is installed here (Debian: postgresql)."
trap stop_postgresql EXIT
start_postgresql || without_postgresql "The PostgreSQL server in $postgresql does not start here."
echo "The same on PostgreSQL ($("$postgresql/postgres" --version))."
if [ $# -eq 0 ]; then
    set -- --filter "FullyQualifiedName!~UsageAdmin.Tests.Browser|FullyQualifiedName~UsageAdmin.Tests.Browser.ShellTests"
fi
run_tests --no-build "$@"
