#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What bash offers behind a command line that is begun. Prints TAP.
set -u

program=${top_builddir:-.}/cli/tlsreport
number=0
failed=0

# shellcheck source=cli/completions/tlsreport
. "${top_srcdir:-.}/cli/completions/tlsreport"

# check EXPECTED WORD...: the last word is the one to complete.
check() {
	local expected=$1

	COMP_WORDS=("$program" "${@:2}")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_tlsreport
	number=$((number + 1))
	if [ "${COMPREPLY[*]}" = "$expected" ]; then
		echo "ok $number - ${*:2}"
		return
	fi
	echo "not ok $number - ${*:2}"
	echo "# ${COMPREPLY[*]}, expected $expected"
	failed=1
}

check 'import' im
check 'spool' -c some.conf sp
check 'summary' --database dbname=x su
check 'check-domain check-config check-db' help che
check 'list show retry delete' spool ''
check 'retry' quarantine r
check 'init upgrade status grant revoke' db ''
check 'list show ack test deliver' alert ''
check 'list set enable disable delete test' rule ''
check '--withheld-severity' rule --wi
check '--unauthenticated' import --un
check '--since' -c some.conf failures --si
check '' import some
check '' spool list ''
check 'writer reader tenant' db grant ''
check 'tenant' db revoke ''
check '' db grant writer ''
check 'tlsa-invalid' summary --type tlsa
check 'today' reports --since tod
check 'warning critical same' rule set x -w ''
check 'testing enforce none' setup --mode ''
check 'apache nginx' setup --server ''
check '' -d host=/nonexistent summary --domain ''
check '' summary -n ''
check '--config --database --help' frob -

echo "1..$number"
exit "$failed"
