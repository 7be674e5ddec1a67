#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs tlsreport import and sample as a person does, without a database. Prints
# TAP.
set -u

# shellcheck source=tests/cli/program.sh
. "${top_srcdir:-.}/tests/cli/program.sh"

# import, as far as it goes without a database.
check 'import without a file' 2 'name files' import -n
check 'import --dry-run' 0 '^readable +- +2$' -d dbname=none \
	import -n "$scratch/report.json" "$scratch/report.eml"
check 'import counts what is no report' 0 '^messages without a report +- +1$' \
	-d dbname=none import --dry-run "$scratch/lunch.eml"
check 'import counts what is refused' 1 '^refused +bad-json +1$' \
	-d dbname=none import -n "$scratch/report.json" "$scratch/broken.json"
check 'import names what is unreadable' 1 '^tlsreport: /nonexistent: ' \
	-d dbname=none import -n /nonexistent
check 'import counts as JSON' 0 '"outcome": "readable", .*"count": 1}' \
	-d dbname=none import -n --json "$scratch/report.json"
check 'import counts as CSV' 0 '^readable,,1' \
	-d dbname=none import -n --csv "$scratch/report.json"
{
	for copy in 1 2; do
		echo "From reporter$copy@example.net Fri Nov 27 10:00:00 2026"
		cat "$scratch/report.eml"
		echo
	done
	# More than fits into a piece of it, and packs well.
	echo 'From a@example.net Fri Nov 27 10:00:00 2026'
	cat "$scratch/lunch.eml"
	head -c 1000000 /dev/zero | tr '\0' '\n'
} >"$scratch/mbox"
gzip -c "$scratch/mbox" >"$scratch/mbox.gz"
check 'import an mbox that is packed' 0 '^readable +- +2$' \
	-d dbname=none import -n "$scratch/mbox.gz"
check 'and counts messages' 0 '^messages read +- +3$' \
	-d dbname=none import -n "$scratch/mbox.gz"
check 'and says what was read' 0 '^files read +mbox +1$' \
	-d dbname=none import -n "$scratch/mbox.gz"
cat "$scratch/mbox.gz" "$scratch/mbox.gz" >"$scratch/stdin"
check 'import several of them from a pipe' 0 '^readable +- +4$' \
	-d dbname=none import -n -
: >"$scratch/stdin"
head -c 200 "$scratch/mbox.gz" >"$scratch/cut.gz"
check 'import a packed mbox that is cut' 1 'cut\.gz: the gzip data is trunc' \
	-d dbname=none import -n "$scratch/cut.gz"
{
	wc -c <"$scratch/report.eml"
	cat "$scratch/report.eml"
	echo '<?xml version="1.0" encoding="UTF-8"?>'
} >"$scratch/1.emlx"
check 'import a message of Apple Mail' 0 '^readable +- +1$' \
	-d dbname=none import -n "$scratch/1.emlx"
check 'and says that it was one' 0 '^files read +emlx +1$' \
	-d dbname=none import -n "$scratch/1.emlx"
{
	echo 'From: reporter@example.net'
	cat "$scratch/report.eml"
} | gzip -c >"$scratch/report.eml.gz"
check 'import a message that is packed' 0 '^readable +- +1$' \
	-d dbname=none import -n "$scratch/report.eml.gz"
mkdir "$scratch/packed"
printf 'BZh91AY' >"$scratch/packed/1.bz2"
printf 'BZh91AY' >"$scratch/packed/2.bz2"
printf '\001\001\001\001\n' >"$scratch/packed/mmdf"
check 'import names what is not read' 1 \
	'^files not read +compressed with bzip2 +2$' \
	-d dbname=none import -n "$scratch/packed"
check 'and says what to do' 1 \
	'^tlsreport: compressed with bzip2: 2 files not read: unpack them' \
	-d dbname=none import -n "$scratch/packed"
check 'show names it, too' 1 'mmdf: MMDF mailbox: convert them' \
	show "$scratch/packed/mmdf"
{
	echo 'odd line'
	cat "$scratch/mbox"
} >"$scratch/odd"
check 'import says what is before the first message' 0 \
	'odd: 1 line before the first message skipped$' \
	-d dbname=none import -n "$scratch/odd"
check 'and reads what is after it' 0 '^readable +- +2$' \
	-d dbname=none import -n "$scratch/odd"
"$ctl" sample >"$scratch/sample.eml"
check 'a sample is a report' 0 '^Domain +example\.invalid$' \
	show "$scratch/sample.eml"
check 'which import does not refuse' 0 '^readable +- +1$' \
	-d dbname=none import -n "$scratch/sample.eml"
check 'a sample for somebody' 0 '^To: me@example\.net$' \
	sample --to me@example.net -D Example.NET
check 'about a domain' 0 '^TLS-Report-Domain: example\.net$' \
	sample --to me@example.net -D Example.NET
check 'a sample for nobody' 2 'is not an address' sample -t 'a@b,c@d'
check 'a sample about nothing' 2 'is not a domain name' sample -D '*.b'
check 'import without the database' 3 '^tlsreport: ' \
	-c "$scratch/good.conf" import "$scratch/report.json"

echo "1..$number"
exit "$failed"
