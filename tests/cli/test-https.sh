#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs tlsreport for what comes by HTTPS, without a database. Prints TAP.
set -u

# shellcheck source=tests/cli/program.sh
. "${top_srcdir:-.}/tests/cli/program.sh"

place=$scratch/https
mkdir -p "$place/tmp" "$place/new" "$place/corrupt"
{
	cat "$scratch/good.conf"
	echo 'policy_domains = { "example.com" }'
	echo "https_spool_directory = \"$place\""
} >"$scratch/https.conf"

# put FILE: as tlsrpt-https writes it.
put() {
	{
		printf '[envelope]\nreceived=1769904000\nqueue-id=H1.2\n'
		printf 'size=%s\n\n' "$(wc -c <"$scratch/report.eml")"
		cat "$scratch/report.eml"
	} >"$place/$1"
}

spool() {
	check "$1" "$2" "$3" spool --https -c "$scratch/https.conf" "$4" ${5+"$5"}
}

check 'none is set' 2 '^tlsreport: spool: https_spool_directory is not set' \
	spool --https -c "$scratch/good.conf" list
spool 'an empty one' 0 '^The spool is empty\.$' list
put new/1
put corrupt/2
spool 'list' 0 '^1 +waiting +2026-02-01T00:00:00Z' list
spool 'list what was set aside' 0 '^2 +set aside ' list
spool 'show' 0 '^TLS report of Google Inc\.$' show 1
spool 'retry' 0 '^2: waits for the daemon again$' retry 2
spool 'delete' 0 '^1: deleted$' delete 1
find "$place" -type f ! -path '*/new/2' >"$scratch/out"
report 'nothing else is touched'
find "$place/new/2" -type f 2>&1 | grep -v '^/.*/new/2$' >"$scratch/out"
report 'what waits again is there'
mv "$place" "$place.away"
spool 'no directory' 1 '^tlsreport: .*/https: cannot be opened: ' list

echo "1..$number"
exit "$failed"
