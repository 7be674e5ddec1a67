#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The option table, the sample configuration and the manual page name the same
# options, defaults and ranges in the same order, and the page says which need
# a restart. Prints TAP.
set -u

sample=${top_srcdir:?}/conf/tlsrpt-milter.conf
page=${top_srcdir:?}/man/tlsrpt-milter.conf.5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# compare WHAT: the table's view in "wanted" with that of a file in "got".
compare() {
	number=$((number + 1))
	if diff "$scratch/wanted" "$scratch/got" >"$scratch/diff"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$scratch/diff"
	fi
}

echo 1..6
"${top_builddir:?}/tests/conf/print-options" >"$scratch/table"
number=$((number + 1))
if [ -s "$scratch/table" ]; then
	echo "ok $number - there are options"
else
	echo "not ok $number - there are options"
fi

awk -F '\t' '{ print $1 " = " $2 }' "$scratch/table" >"$scratch/wanted"
sed -n -e 's/^report_addresses = .*/report_addresses = {}/p' \
	-e 's/^#\([a-z].*\)/\1/p' "$sample" >"$scratch/got"
compare 'the sample has every option at its default'

sed -n -e 's/\\(dq/"/g' -e 's/ Qq \(.*\)/ "\1"/' -e 's/ No = / = /' \
	-e 's/^\.It Ic //p' "$page" >"$scratch/got"
compare 'the manual page has every option and its default'

awk -F '\t' '{ print $1 ": # " $4 }' "$scratch/table" >"$scratch/wanted"
awk '/^#?[a-z_]+ = / { sub(/^#/, ""); print $1 ": " before }
	{ before = $0 }' "$sample" >"$scratch/got"
compare 'the sample explains every option'

awk -F '\t' '{ print $1 ": " $3 }' "$scratch/table" >"$scratch/wanted"
awk '/^\.It Ic / { name = $3 }
	sub(/^Allowed: /, "") { text = name ":"; open = 1 }
	open { text = text " " $0 }
	open && sub(/\.$/, "", text) { print text; open = 0 }' \
	"$page" >"$scratch/got"
compare 'the manual page has every range'

awk -F '\t' '$5 != "" { print $1 }' "$scratch/table" >"$scratch/wanted"
awk '/^\.It Ic / { name = $3 }
	/^A change needs a restart of the daemon\.$/ { print name }' \
	"$page" >"$scratch/got"
compare 'the manual page has every option that needs a restart'
