#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The packages for Debian and Fedora have the version, and need the libraries,
# that the build has and needs. Prints TAP.
set -u

cd "${top_srcdir:?}" || exit
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# compare WHAT: "wanted" with "got", which must not be empty.
compare() {
	number=$((number + 1))
	if [ -s "$scratch/got" ] &&
		diff "$scratch/wanted" "$scratch/got" >"$scratch/diff"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$scratch/diff"
	fi
}

echo 1..6
sed -n 's/^AC_INIT([^,]*, \[\([^]]*\)\].*/\1/p' configure.ac \
	>"$scratch/wanted"
sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog >"$scratch/got"
compare 'version of the Debian package'
sed -n 's/^Version: *//p' rpm/tlsrpt-milter.spec >"$scratch/got"
compare 'version of the RPM package'
sed -n '/^%changelog/{n;s/.* - \(.*\)-[0-9]*$/\1/p;}' rpm/tlsrpt-milter.spec \
	>"$scratch/got"
compare 'newest entry of the RPM changelog'
sed -n 1p NEWS >"$scratch/got"
compare 'newest entry of NEWS'

# What every package build brings along is not named.
sed -n '/^build .*-dev$/s/.* //p; /^test .*-dev$/s/.* //p' tests/packages |
	grep -vx 'libc6-dev' | sort >"$scratch/wanted"
sed -n 's/^ \([a-z0-9.-]*-dev\)\( <!nocheck>\)\{0,1\},\{0,1\}$/\1/p' \
	debian/control | sort >"$scratch/got"
compare 'libraries of the Debian package'

sed -n 's/.*PKG_CHECK_MODULES(\[[A-Z0-9]*\], \[\([^]]*\)\].*/\1/p' \
	configure.ac | sort >"$scratch/wanted"
sed -n 's/^BuildRequires: *pkgconfig(\(.*\))\(.*\)/\1\2/p' \
	rpm/tlsrpt-milter.spec | sort >"$scratch/got"
compare 'libraries of the RPM package'
