#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fails on an include that crosses a layer the wrong way, and on a library
# used outside the layer that wraps it. Prints TAP.
set -u

root=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
layers='parser probe trust spool https sql conf intake milter cli'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# LAYER HEADER...: what a layer may include; a name that ends in / stands for
# all below it. ISO C and POSIX headers are open to all.
cat >"$scratch/rules" <<'RULES'
parser "parser/ <glib <gmime/ <zlib.h <minizip/ <jansson.h <idn2.h
probe "probe/ "parser/address.h "parser/policy-string.h "parser/quote.h
probe "parser/result-type.h "parser/utf8.h <glib <gio/ <jansson.h <curl/
probe <openssl/ <unbound.h
trust "trust/ "parser/ <glib <libpsl.h <opendkim/
spool "spool/ <glib
https "https/ "spool/ <glib <seccomp.h
sql "sql/ "parser/report.h "parser/result-type.h <glib <gio/ <libpq-fe.h <libpq-events.h
conf "conf/ <glib <confuse.h
intake "intake/ "parser/ "trust/ "spool/ "sql/ "conf/ <glib
milter "milter/ "intake/ "parser/ "trust/ "spool/ "sql/ "conf/ <glib <gio/
milter <libmilter/ <systemd/
cli "cli/ "intake/ "parser/ "probe/ "trust/ "spool/ "sql/ "conf/
cli "dashboards/page/ <glib <gio/ <jansson.h <curl/
all <assert.h <complex.h <ctype.h <dirent.h <errno.h <fcntl.h <fenv.h
all <float.h <fnmatch.h <getopt.h <glob.h <grp.h <inttypes.h <iso646.h
all <langinfo.h <limits.h <locale.h <malloc.h <math.h <netdb.h <netinet/
all <arpa/ <resolv.h <poll.h <pthread.h <pwd.h <regex.h <sched.h <semaphore.h <setjmp.h <signal.h
all <spawn.h <stdalign.h <stdarg.h <stdatomic.h <stdbool.h <stddef.h <stdint.h
all <stdio.h <stdlib.h <stdnoreturn.h <string.h <strings.h <sys/ <sysexits.h
all <syslog.h <tgmath.h <threads.h <time.h <uchar.h <unistd.h <wchar.h
all <wctype.h
RULES

# Prints FILE:LINE: INCLUDE for every include that no rule allows; what
# glib-compile-resources wrote is none of ours.
find_violations() {
	(
		cd "$1" || exit
		for layer in $layers; do
			find "$layer" -name '*.[ch]' \
				! -name '*-resource.[ch]' 2>/dev/null
		done
	) | sort | while read -r file; do
		awk -v file="$file" -v layer="${file%%/*}" '
		NR == FNR {
			if ($1 == layer || $1 == "all")
				for (i = 2; i <= NF; i++)
					allowed[$i]
			next
		}
		/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
			match($0, /[<"][^>"]*/)
			header = substr($0, RSTART, RLENGTH)
			for (prefix in allowed)
				if (index(header, prefix) == 1)
					next
			print file ":" FNR ": " $0
		}' "$scratch/rules" "$1/$file"
	done
}

report() {
	number=$((number + 1))
	echo "$1 $number - $2"
}

# The tree itself.
find_violations "$root" >"$scratch/found"
if [ -s "$scratch/found" ]; then
	report 'not ok' 'every include stays in its layer'
	sed 's/^/# /' "$scratch/found"
else
	report ok 'every include stays in its layer'
fi

# FILE INCLUDE: each must be found, so that the test above can fail.
while read -r file include; do
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/${file%/*}"
	echo "#include $include" >"$scratch/tree/$file"
	if [ "$(find_violations "$scratch/tree")" = \
		"$file:1: #include $include" ]; then
		report ok "$file may not include $include"
	else
		report 'not ok' "$file may not include $include"
	fi
done <<'CASES'
parser/a.c "sql/store.h"
parser/a.c "conf/settings.h"
parser/a.h <libpq-fe.h>
parser/a.c "trust/signers.h"
parser/a.c <opendkim/dkim.h>
trust/a.c "spool/spool.h"
trust/a.c "sql/store.h"
trust/a.c <gmime/gmime.h>
spool/a.c "sql/error.h"
spool/a.c "parser/report.h"
spool/a.c <libpq-fe.h>
sql/a.c "parser/parser.h"
sql/a.c "spool/spool.h"
sql/a.c "trust/signers.h"
sql/a.c "conf/settings.h"
sql/a.c <jansson.h>
conf/a.c "parser/report.h"
conf/a.c <gmime/gmime.h>
conf/a.c "intake/limits.h"
intake/a.c "milter/verdict.h"
intake/a.c "cli/command.h"
intake/a.c <libpq-fe.h>
intake/a.c <opendkim/dkim.h>
milter/a.c "cli/table.h"
milter/a.c <libpq-fe.h>
cli/a.c "milter/verdict.h"
cli/a.c <libmilter/mfapi.h>
cli/import/a.c <confuse.h>
cli/import/a.c "milter/gate.h"
sql/a.c "store.h"
parser/a.c <curl/curl.h>
parser/a.c "probe/finding.h"
probe/a.c "sql/store.h"
probe/a.c "conf/settings.h"
probe/a.c "parser/report.h"
milter/a.c "probe/domain-probe.h"
intake/a.c "probe/finding.h"
sql/a.c <unbound.h>
cli/a.c <unbound.h>
CASES

# The same for what must be let through.
mkdir -p "$scratch/good/sql" "$scratch/good/milter"
printf '#include %s\n' '"sql/store.h"' '"parser/report.h"' '<glib.h>' \
	'<glib/gstdio.h>' '<libpq-fe.h>' '<string.h>' >"$scratch/good/sql/a.c"
printf '#include %s\n' '"conf/settings.h"' '"sql/store.h"' \
	'"parser/parser.h"' '<libmilter/mfapi.h>' >"$scratch/good/milter/a.c"
if [ -z "$(find_violations "$scratch/good")" ]; then
	report ok 'includes of the right layer pass'
else
	report 'not ok' 'includes of the right layer pass'
fi
echo "1..$number"
