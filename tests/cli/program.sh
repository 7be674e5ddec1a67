# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034 # its callers use them
# For scripts that run tlsreport as a person does, without a database: check and
# report print TAP; the script prints 1..$number and exits with $failed. Files
# of every kind are in $scratch.

ctl=${top_builddir:-.}/cli/tlsreport
fixtures=${top_srcdir:-.}/tests/cli/explain
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0
LC_ALL=C
export LC_ALL
unset PGHOST PGSERVICE PGDATABASE
# Whatever mail server this host has.
MAIL_CONFIG=/nonexistent
export MAIL_CONFIG

# check NAME STATUS PATTERN ARGUMENT...: runs the program, standard input
# being $scratch/stdin, and compares its status; what it prints, on either
# stream, has to match the pattern.
check() {
	name=$1 status=$2 pattern=$3
	shift 3
	"$ctl" "$@" <"$scratch/stdin" >"$scratch/out" 2>&1
	got=$?
	number=$((number + 1))
	if [ "$got" -eq "$status" ] && grep -Eq -e "$pattern" "$scratch/out"
	then
		echo "ok $number - $name"
		return
	fi
	echo "not ok $number - $name"
	echo "# status $got, expected $status; no line matches: $pattern"
	sed 's/^/# /' "$scratch/out"
	failed=1
}

# report NAME: a result; it is good when there is nothing in $scratch/out.
report() {
	number=$((number + 1))
	if [ -s "$scratch/out" ]; then
		echo "not ok $number - $1"
		sed 's/^/# /' "$scratch/out"
		failed=1
	else
		echo "ok $number - $1"
	fi
}

: >"$scratch/stdin"
mkdir "$scratch/run"
cat >"$scratch/good.conf" <<CONF
report_addresses = { "tls-reports@example.net" }
socket = "unix:$scratch/run/milter.sock"
database = "host=$scratch dbname=tlsrpt connect_timeout=2"
spool_directory = "$scratch/run"
CONF
sed 's/^socket.*/socket = "unix:\/nonexistent\/milter.sock"/' \
	"$scratch/good.conf" >"$scratch/no-directory.conf"
{
	cat "$scratch/good.conf"
	echo 'socket_group = "no-such-group"'
} >"$scratch/no-group.conf"
echo 'no such option' >"$scratch/broken.conf"
# import refuses a report that is too old.
sed "s/2026-01-11/$(date -u +%Y-%m-%d)/g" \
	"$fixtures/google-clean/input.json" >"$scratch/report.json"
gzip -c "$scratch/report.json" >"$scratch/report.json.gz"
printf 'Subject: lunch\n\nAt noon?\n' >"$scratch/lunch.eml"
printf '{"report-id": 1' >"$scratch/broken.json"
{
	printf 'Subject: report\nMIME-Version: 1.0\n'
	printf 'Content-Type: application/tlsrpt+json; name="one.json"\n\n'
	cat "$scratch/report.json"
} >"$scratch/report.eml"
sed 's/"report-id"/"report-nr"/' "$scratch/report.eml" >"$scratch/noid.eml"
printf '\033[31m' >"$scratch/$(printf 'esc\033[31m.json')"
