#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the scripts for people answer before they install or build anything.
# Prints TAP.
set -u

cd "${top_srcdir:?}" || exit
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# check STATUS PATTERN COMMAND...: all that it prints is a page of help, or a
# complaint, and has a line that matches the pattern.
check() {
	status=$1 pattern=$2
	shift 2
	"$@" >"$scratch/out" 2>&1 </dev/null
	got=$?
	number=$((number + 1))
	if [ "$got" -eq "$status" ] && [ "$(wc -l <"$scratch/out")" -lt 10 ] &&
		grep -Eq "$pattern" "$scratch/out"; then
		echo "ok $number - $*"
	else
		echo "not ok $number - $*"
		echo "# status $got instead of $status, or no line of: $pattern"
		sed 's/^/# /' "$scratch/out"
	fi
}

echo 1..10
check 0 '^Usage: check ' ./check --help
check 0 'unit sql integration lint distcheck' ./check -h
check 0 '^Usage: check ' ./check unit --help
check 2 'no suite "foo"' ./check foo
check 2 'no suite "foo"' ./check unit foo
check 2 'no suite ""' ./check ''
check 0 '^Usage: demo ' ./demo --help
check 2 'unknown: foo' ./demo foo
check 2 'unknown: --keep foo' ./demo --keep foo
# No repository, as for git one that it refuses.
mkdir "$scratch/.git"
check 1 '^Bail out!' env GIT_CEILING_DIRECTORIES=/ top_srcdir="$scratch" \
	tests/lint/lint.sh
