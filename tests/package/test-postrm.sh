#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What remains when the Debian package is purged: reports that are in no
# database, in either spool. Prints TAP.
set -u

cd "${top_srcdir:?}" || exit
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# run ACTION SPOOL FILE...: the script for a system below $scratch, whose spool
# has these files.
run() {
	action=$1 spool=$scratch/var/spool/$2
	shift 2
	rm -rf "${scratch:?}/var"
	for name in tlsrpt-milter tlsrpt-https; do
		mkdir -p "$scratch/var/spool/$name/tmp" \
			"$scratch/var/spool/$name/new" \
			"$scratch/var/spool/$name/corrupt"
	done
	for file; do
		echo report >"$spool/$file"
	done
	sed "s|/var/|$scratch/var/|g" debian/postrm >"$scratch/postrm"
	sh "$scratch/postrm" "$action" >"$scratch/out" 2>&1
}

# check WHAT LEFT: the spools that are left, and that each is named if it was to
# be removed.
check() {
	number=$((number + 1))
	left=$(ls "$scratch/var/spool")
	named=$(sed -n 's|^tlsrpt-milter: .*/\(.*\) holds reports.*|\1|p' \
		"$scratch/out")
	[ "$action" = purge ] || named=$left
	if [ "$left" = "$2" ] && [ "$named" = "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# left: $left" | sed '2,$s/^/# /'
		sed 's/^/# /' "$scratch/out"
	fi
}

both=$(printf 'tlsrpt-https\ntlsrpt-milter')
echo 1..7
run remove tlsrpt-https
check 'both stay until the package is purged' "$both"
run purge tlsrpt-https
check 'empty spools are removed' ''
run purge tlsrpt-https tmp/a limits
check 'what nobody was told of is removed' ''
run purge tlsrpt-https new/a
check 'reports that came by HTTPS stay' tlsrpt-https
run purge tlsrpt-https corrupt/a
check 'those that were set aside stay' tlsrpt-https
run purge tlsrpt-milter new/a
check 'reports that came by mail stay' tlsrpt-milter
run purge tlsrpt-milter corrupt/a
check 'and those of them that were set aside' tlsrpt-milter
