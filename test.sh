#!/usr/bin/env bash
# Installs what the tests need beside the .NET SDK and runs all of them. Arguments go to `dotnet test`.
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

# A test that hangs is named and ends the run.
exec dotnet test UsageAdmin.sln --nologo --blame-hang-timeout 10m --blame-hang-dump-type none "$@"
