#!/usr/bin/env bash
# Exports last month's usage from UsageAdmin into a folder, as TYPE-usage-YYYY-MM.csv.
#
#   nightly-export.sh SERVER FOLDER [users|assistants|workflows|projects|models]
#
# SERVER is an address such as https://usage.example. The API key (scope USAGE_EXPORT_API) comes from $USAGEADMIN_KEY, or from the
# file that $USAGEADMIN_KEY_FILE names; it never stands on a command line, where everybody on the machine could read it.
# $USAGEADMIN_TIMEZONE (an IANA time zone, UTC unless set) says whose month it is.
#
# Exit codes: 0 the file is there and whole; 1 it failed, try again later; 2 the call, the key or the settings are wrong;
# 3 last month has no usage. Whatever happens, an older file of the same name stays until the new one is whole.
set -euo pipefail
umask 077

fail() {
  echo "nightly-export: $2" >&2
  exit "$1"
}

[ $# -ge 2 ] && [ $# -le 3 ] || fail 2 "usage: nightly-export.sh SERVER FOLDER [TYPE]"
server=${1%/}
folder=$2
type=${3:-users}
zone=${USAGEADMIN_TIMEZONE:-UTC}
attempts=5

key=${USAGEADMIN_KEY:-}
if [ -z "$key" ] && [ -n "${USAGEADMIN_KEY_FILE:-}" ]; then
  [ -r "$USAGEADMIN_KEY_FILE" ] || fail 2 "$USAGEADMIN_KEY_FILE cannot be read."
  key=$(head -n 1 "$USAGEADMIN_KEY_FILE" | tr -d '\r\n')
fi
[ -n "$key" ] || fail 2 "set USAGEADMIN_KEY or USAGEADMIN_KEY_FILE."
[ -d "$folder" ] || fail 2 "there is no folder $folder."

# Last month, by arithmetic: every date(1) reckons in another way.
year=$(TZ=$zone date +%Y)
month=$((10#$(TZ=$zone date +%m) - 1))
if [ $month -eq 0 ]; then
  month=12
  year=$((year - 1))
fi
days=(31 28 31 30 31 30 31 31 30 31 30 31)
last=${days[$((month - 1))]}
if [ $month -eq 2 ] && { [ $((year % 4)) -eq 0 ] && [ $((year % 100)) -ne 0 ] || [ $((year % 400)) -eq 0 ]; }; then
  last=29
fi
month=$(printf '%04d-%02d' "$year" $month)

work=$(mktemp -d "$folder/.nightly-export.XXXXXX")
trap 'rm -rf "$work"' EXIT
printf 'Authorization: Bearer %s\n' "$key" > "$work/key"
printf '{"from":{"date":"%s-01","timezone":"%s"},"to":{"date":"%s-%s","timezone":"%s"}}' \
  "$month" "$zone" "$month" "$last" "$zone" > "$work/body"

# The value of a header of the last answer.
header() {
  tr -d '\r' < "$work/headers" | awk -v name="$1" -F': *' 'tolower($1) == tolower(name) { sub(/^[^:]*: */, ""); value = $0 } END { print value }'
}

# Sends a request until the answer is a final one. Sets $status; the body is in the file named first.
request() {
  local into=$1 attempt wait
  shift
  for ((attempt = 1; ; attempt++)); do
    status=$(curl --silent --show-error --connect-timeout 30 --max-time 3600 --output "$into" --dump-header "$work/headers" \
      --write-out '%{http_code}' "$@") || status="none"
    case $status in
      429 | 5?? | none) ;;
      *) return ;;
    esac
    [ $attempt -lt $attempts ] || return 0
    wait=""
    [ "$status" = none ] || wait=$(header Retry-After)
    case $wait in
      '' | *[!0-9]*) wait=$((2 ** attempt * 5)) ;;
    esac
    sleep "$wait"
  done
}

request "$work/answer" --header "@$work/key" --header 'Content-Type: application/json' --data "@$work/body" "$server/export/$type"
case $status in
  200) ;;
  404) grep -q '"No data found"' "$work/answer" && fail 3 "$month has no usage of $type." || fail 2 "$(cat "$work/answer")" ;;
  400 | 401 | 403 | 405 | 413 | 415) fail 2 "$(cat "$work/answer")" ;;
  *) fail 1 "the server answered $status: $(cat "$work/answer" 2> /dev/null)" ;;
esac

url=$(sed -n 's/.*"downloadUrl" *: *"\([^"]*\)".*/\1/p' "$work/answer")
[ -n "$url" ] || fail 1 "the answer holds no downloadUrl."
printf 'url = "%s"\n' "$url" > "$work/link"

request "$work/file" --config "$work/link"
[ "$status" = 200 ] || fail 1 "the download answered $status."
bytes=$(wc -c < "$work/file" | tr -d ' ')
[ "$bytes" = "$(header Content-Length)" ] || fail 1 "the download has $bytes bytes instead of $(header Content-Length)."
stated=$(header Repr-Digest | sed -n 's/^sha-256=:\(.*\):$/\1/p' | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
found=$(openssl dgst -sha256 -r "$work/file" | cut -d ' ' -f 1)
[ -n "$stated" ] && [ "$found" = "$stated" ] || fail 1 "the download is damaged: its SHA-256 is $found instead of $stated."

mv -f "$work/file" "$folder/$type-usage-$month.csv"
echo "$folder/$type-usage-$month.csv: $bytes bytes"
