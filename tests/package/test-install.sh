#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# "make install" puts what the file "installed" lists where it says, and "make
# uninstall" removes it, but for a configuration that was edited. Prints TAP.
set -u

list=${top_srcdir:?}/tests/package/installed
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root
configuration=$root/etc/tlsrpt-milter.conf
number=0

# make_target TARGET: as a package does.
make_target() {
	env -u MAKEFLAGS -u MFLAGS make -s -C "${top_builddir:?}" "$1" \
		DESTDIR="$root" prefix=/usr sysconfdir=/etc \
		systemdsystemunitdir=/usr/lib/systemd/system \
		>"$scratch/log" 2>&1 || sed 's/^/# /' "$scratch/log"
}

list_installed() {
	find "$root" ! -type d -printf '%m /%P\n' | LC_ALL=C sort -k 2
	find "$root" -type d ! -perm 755
}

# compare WHAT WANTED: the file WANTED is what is installed.
compare() {
	number=$((number + 1))
	list_installed >"$scratch/got"
	if diff "$2" "$scratch/got" >"$scratch/diff"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$scratch/diff"
	fi
}

if [ ! -e "$top_builddir/conf/tlsrpt-milter.service" ]; then
	echo '1..0 # SKIP without systemd'
	exit
fi
umask 022
mkdir "$root"
echo 1..4
sed '/^#/d' "$list" >"$scratch/list"
make_target install
compare 'files and their permissions' "$scratch/list"

echo '# edited' >>"$configuration"
make_target install
number=$((number + 1))
if [ "$(tail -n 1 "$configuration")" = '# edited' ]; then
	echo "ok $number - an edited configuration stays"
else
	echo "not ok $number - an edited configuration stays"
fi

make_target uninstall
echo '644 /etc/tlsrpt-milter.conf' >"$scratch/edited"
compare 'uninstall leaves an edited configuration' "$scratch/edited"

rm "$configuration"
make_target install
make_target uninstall
compare 'uninstall leaves nothing else' /dev/null
