#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs tlsreport as a person does, without a database: what it says and its
# exit status. Prints TAP.
set -u

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

# The program as a whole.
"$ctl" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' >"$scratch/names"
commands=$(cat "$scratch/names")
check 'no command' 2 '^tlsreport: a command is missing'
check 'help' 0 '^usage: tlsreport ' help
check '--help' 0 '^usage: tlsreport ' --help
check 'version' 0 '^tlsreport [0-9]+\.[0-9]+' -V
check 'unknown command' 2 '^tlsreport: .*"frobnicate"' frobnicate
check 'unknown option' 2 '^tlsreport: .*--frob' --frob help
check 'unknown option of a command' 2 '^tlsreport: show: .*--frob' show --frob
check 'help for an unknown command' 2 'no command "frobnicate"' \
	help frobnicate
check 'a command with a typing error' 2 \
	'^tlsreport: there is no command "summry"; nearest: summary$' summry
check 'an option with a typing error' 2 \
	'^tlsreport: summary: there is no option --domian; nearest: --domain:' \
	summary --domian x
check 'a value in the same word' 2 'Cannot parse integer value .*j.* for' \
	summary -nj
check 'options in one word' 2 'exclude each other' failures -jn1 --csv
for words in '-xhost=a password=geheim' '--frob=password=geheim' \
	'host=a password=geheim' 'postgresql://a:geheim@b/c' \
	'--databas' '-d' 'summary --jsn=geheim' 'show -dpassword=geheim' \
	'help password=geheim' 'summary password=geheim'; do
	# shellcheck disable=SC2086 # several words
	"$ctl" $words >"$scratch/stdout" 2>&1
	grep -n geheim "$scratch/stdout" >"$scratch/out"
	report "no password is repeated: $words"
done
if [ -c /dev/full ]; then
	for words in help -V "show $scratch/report.json" \
		"show --json $scratch/report.json" "rule --help" \
		"check-config -c $scratch/good.conf" \
		"-d dbname=none import -n $scratch/report.json"; do
		# shellcheck disable=SC2086 # several words
		"$ctl" $words 2>"$scratch/stderr" >/dev/full &&
			echo 'exit status 0' >>"$scratch/stderr"
		grep -v '^tlsreport: standard output: No space left' \
			"$scratch/stderr" >"$scratch/out"
		[ -s "$scratch/stderr" ] || echo silent >>"$scratch/out"
		report "a full disk: $words"
	done
fi
for command in $commands; do
	check "help for $command" 0 "^usage: tlsreport $command " \
		help "$command"
	check "$command --help" 0 "^usage: tlsreport $command " \
		"$command" --help
done
for command in '' $commands; do
	# shellcheck disable=SC2086 # none or one
	"$ctl" help $command >"$scratch/out"
	# This line has the path of the configuration and may be long.
	grep -e --config= "$scratch/out" >>"$scratch/config"
	grep -v -e --config= "$scratch/out" >>"$scratch/help"
done
grep -n '.\{81\}' "$scratch/help" >"$scratch/out"
report 'help fits into 80 columns'

# The manual page and the help know the same commands and options.
page=${top_srcdir:-.}/man/tlsreport.1
sort "$scratch/names" >"$scratch/help-commands"
awk '/^\.It Ic / { print $3 }
	before == ".It Xo" && /^\.Ic / { print $2 }
	{ before = $0 }' "$page" | sort -u >"$scratch/page-commands"
diff "$scratch/help-commands" "$scratch/page-commands" >"$scratch/out"
report 'the manual page has every command'
sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$scratch/help" "$scratch/config" |
	sort -u >"$scratch/help-options"
sed -n 's/^\.It Fl \([^-]* \)\{0,1\}-\([a-z-]*\).*/\2/p' "$page" |
	grep -vx version | sort -u >"$scratch/page-options"
diff "$scratch/help-options" "$scratch/page-options" >"$scratch/out"
report 'the manual page has every option'
check 'options of a query' 0 '^  -s, --since=DAY  ' help summary
check 'options of the database' 0 '^  -d, --database=CONNINFO ' help db
check 'no option where none belongs' 2 '^tlsreport: show: .*' show -d x y

# dashboard: what is wrong before the database is asked.
check 'dashboard without a file' 2 '^tlsreport: dashboard: name a file' \
	dashboard
check 'dashboard of no day' 2 '"soon" is not a day' \
	dashboard -o - --since soon
check 'dashboard backwards' 2 'since is after' \
	dashboard -o - --since 2026-01-02 --until 2026-01-01
check 'dashboard without a database' 3 '^tlsreport: ' \
	dashboard -c "$scratch/good.conf" -o "$scratch/page.html"

# show: neither configuration nor database.
check 'show without a file' 2 'name a file' show
check 'show a report' 0 '^TLS report of Google Inc\.$' \
	-c /nonexistent show "$scratch/report.json"
check 'show a compressed report' 0 '^Domain +example\.com$' \
	show "$scratch/report.json.gz"
check 'show a mail' 0 '48 sessions reached TLS, none failed' \
	show "$scratch/report.eml"
check 'show several' 0 '^==> .*/report\.eml: part one\.json <==$' \
	show "$scratch/report.json" "$scratch/report.eml"
check 'show as JSON' 0 '^ *"organization-name": "Google Inc\."' \
	show --json "$scratch/report.json"
check 'show something else' 1 '^tlsreport: .*lunch\.eml: no TLS report' \
	show "$scratch/lunch.eml"
check 'show broken JSON' 1 '^tlsreport: .*broken\.json: .*not valid JSON' \
	show "$scratch/broken.json"
check 'show a bad part' 1 '^tlsreport: .*noid\.eml: part one\.json: .*report-id' \
	show "$scratch/noid.eml"
check 'show goes on after what is bad' 1 '^TLS report of Google Inc\.$' \
	show "$scratch/broken.json" "$scratch/report.json"
check 'show a missing file' 1 '^tlsreport: /nonexistent: No such file' \
	show /nonexistent
check 'show a directory' 1 'is a directory: name the files in it' \
	show "$scratch"
check 'show escapes file names' 1 '^tlsreport: .*esc\\x1b\[31m\.json: ' \
	show "$scratch/$(printf 'esc\033[31m.json')"
check 'show what begins with a dash' 1 '^tlsreport: -x: No such file' \
	show -- -x
cp "$scratch/report.eml" "$scratch/stdin"
check 'show standard input' 0 '^TLS report of Google Inc\.$' show -
: >"$scratch/stdin"

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

# Queries.
check 'a day that is none' 2 '"soon" is not a day' \
	-c "$scratch/good.conf" summary --since soon
check 'since after until' 2 'since is after' -c "$scratch/good.conf" \
	reports --since 2026-02-01 --until 2026-01-01
check 'two formats' 2 'exclude each other' failures --json --csv
check 'a limit below nothing' 2 'limit must be a number' failures --limit -1
check 'a word too many' 2 'takes options only' failures example.com
for command in summary failures reports reporters maintain purge check-db \
	'db status' 'alert list' 'alert show 1' 'alert ack 1' 'rule list' \
	'rule set x' 'rule enable x' 'rule test x'; do
	# shellcheck disable=SC2086 # two words
	check "$command without the database" 3 . \
		-c "$scratch/good.conf" $command
done
check 'a configuration that is missing' 2 '^tlsreport: .*/nonexistent' \
	summary -c /nonexistent
check 'a configuration that is wrong' 2 '^tlsreport: .*broken\.conf:1:' \
	summary -c "$scratch/broken.conf"
check 'a connection string that is wrong' 2 '^tlsreport: ' \
	-d 'frob=1' summary
check 'the database of the command line' 3 '^tlsreport: ' \
	summary -d "host=$scratch connect_timeout=2"

# Alerts and rules.
check 'alert without an action' 2 'usage: tlsreport alert list.show ID' alert
check 'alert show without a number' 2 'usage: tlsreport alert list' alert show
check 'alert list with a number' 2 'usage: tlsreport alert list' alert list 1
for id in 0 x 1x 99999999999 1-2; do
	check "alert show $id" 2 "\"$id\" is not an alert number" \
		-c "$scratch/good.conf" alert show -- "$id"
done
check 'alert ack of a range that goes back' 2 '"3-2" is not an alert number' \
	-c "$scratch/good.conf" alert ack 3-2
check 'alert test to nobody' 2 '[Nn]obody receives alerts: set alert_mail or alert_command$' \
	-c "$scratch/good.conf" alert test
check 'alert deliver to nobody' 0 '[Nn]obody receives alerts: set alert_mail or alert_command\.$' \
	-c "$scratch/good.conf" alert deliver
{
	cat "$scratch/good.conf"
	echo 'alert_command = { "/bin/sh", "-c", "grep -q test.invalid" }'
} >"$scratch/command.conf"
check 'alert test' 0 '^command: delivered a test$' \
	-c "$scratch/command.conf" alert test
check 'alert deliver without the database' 3 '^tlsreport: database: ' \
	-c "$scratch/command.conf" alert deliver --once
sed 's/grep -q.*"/echo no >\&2; exit 75"/' "$scratch/command.conf" \
	>"$scratch/failing.conf"
check 'alert test that fails' 1 '^tlsreport: /bin/sh: exit status 75: no$' \
	-c "$scratch/failing.conf" alert test
check 'rule without an action' 2 'usage: tlsreport rule list.set' rule
check 'rule set without a name' 2 'usage: tlsreport rule list.set' rule set
check 'rule with a name that is none' 2 '"A b" is not a name for a rule' \
	-c "$scratch/good.conf" rule set 'A b'
while read -r option; do
	# shellcheck disable=SC2086 # an option and its value
	check "rule set $option" 2 "^tlsreport: ${option%% *} = .* must be " \
		-c "$scratch/good.conf" rule set x $option
done <<'OPTIONS'
--kind odd
--types a,,b
--types !a
--domains *.example,!
--sessions 0
--percent 100
--percent -1
--days 61
--severity same
--withheld-severity bad
--unauthenticated maybe
OPTIONS

# db and the checks.
check 'db without an action' 2 'usage: tlsreport db init.upgrade' db
check 'db with another action' 2 'usage: tlsreport db init.upgrade' db frob
check 'db grant without a role' 2 'usage: tlsreport db init.upgrade' db grant writer
check 'db revoke without a role' 2 'usage: tlsreport db init.upgrade' db revoke tenant
check 'db grant of something else' 2 'neither writer, reader, operator nor tenant' \
	-c "$scratch/good.conf" db grant owner joe
check 'db grant of domains to a reader' 2 'only a tenant has domains' \
	-c "$scratch/good.conf" db grant reader joe example.com
check 'db grant of no domain' 2 'a tenant without a domain: name one' \
	-c "$scratch/good.conf" db grant tenant joe
check 'db grant of a pattern' 2 '"\*\.example\.com" is not a domain name' \
	-c "$scratch/good.conf" db grant tenant joe example.net '*.example.com'
check 'db revoke of something else' 2 '"reader" is not tenant' \
	-c "$scratch/good.conf" db revoke reader joe
check 'a good configuration' 0 '^ok +report_addresses: 1' \
	check-config -c "$scratch/good.conf"
check 'a configuration that is not read' 1 '^bad +.*/nonexistent' \
	check-config -c /nonexistent
check 'a configuration that is not understood' 1 '^bad +.*broken\.conf:1:' \
	check-config -c "$scratch/broken.conf"
check 'no directory for the socket' 1 '^bad +socket: /nonexistent: ' \
	check-config -c "$scratch/no-directory.conf"
sed 's|^socket.*|socket = "unix:/run/no-such-directory/milter.sock"|' \
	"$scratch/good.conf" >"$scratch/not-started.conf"
check 'a directory that the unit makes' 0 '^warning +socket: /run/no-such' \
	check-config -c "$scratch/not-started.conf"
if [ -x /usr/sbin/postconf ]; then
	mkdir "$scratch/postfix"
	: >"$scratch/postfix/master.cf"
	printf 'compatibility_level = 3.6\nmilter_protocol = 3\n' \
		>"$scratch/postfix/main.cf"
	MAIL_CONFIG=$scratch/postfix
	check 'a protocol without DATA' 1 \
		'^bad +milter_protocol of Postfix is 3: .* 4 or later' \
		check-config -c "$scratch/good.conf"
	MAIL_CONFIG=/nonexistent
fi
check 'no group for the socket' 1 '^bad +socket_group: .*no-such-group' \
	check-config -c "$scratch/no-group.conf"
sed 's/@example\.net/@example.com/' "$scratch/good.conf" \
	>"$scratch/sample.conf"
check 'the address of the sample' 0 '^warning +report_addresses: .*example' \
	check-config -c "$scratch/sample.conf"
check 'nobody looks for signers' 0 '^warning +dkim: off' \
	check-config -c "$scratch/good.conf"
check 'nobody signs what opens alerts' 0 '^warning +alerts: .*dkim is off' \
	check-config -c "$scratch/command.conf"
check 'a command that is there' 0 '^ok +alert_command: /bin/sh$' \
	check-config -c "$scratch/command.conf"
sed 's|"/bin/sh"|"/nonexistent"|' "$scratch/command.conf" \
	>"$scratch/no-command.conf"
check 'a command that is not there' 1 '^bad +alert_command: /nonexistent: ' \
	check-config -c "$scratch/no-command.conf"
{
	cat "$scratch/good.conf"
	echo 'alert_mail = { "me@example.com" }'
	echo "sendmail_path = \"$scratch/good.conf\""
} >"$scratch/no-sendmail.conf"
check 'a sendmail that is none' 1 '^bad +sendmail_path: .* is not a program' \
	check-config -c "$scratch/no-sendmail.conf"
cp "$scratch/good.conf" "$scratch/open.conf"
chmod 0666 "$scratch/open.conf"
check 'a configuration open to all' 1 '^bad +/.*open.conf: everyone can' \
	check-config -c "$scratch/open.conf"
sed 's/connect_timeout=2/password=geheim/' "$scratch/good.conf" \
	>"$scratch/password.conf"
chmod 0644 "$scratch/password.conf"
check 'a password for all' 1 '^bad +.*everyone can read the password' \
	check-config -c "$scratch/password.conf"
chmod 0640 "$scratch/password.conf"
check 'a password for some' 0 '^ok +.*password\.conf$' \
	check-config -c "$scratch/password.conf"
: >"$scratch/passfile"
sed "s|connect_timeout=2|passfile=$scratch/passfile|" "$scratch/good.conf" \
	>"$scratch/passfile.conf"
chmod 0640 "$scratch/passfile"
check 'a passfile for some' 1 '^bad +database: passfile: .*0600' \
	check-config -c "$scratch/passfile.conf"
chmod 0600 "$scratch/passfile"
check 'a passfile for one' 0 '^ok +database: passfile: ' \
	check-config -c "$scratch/passfile.conf"
: >"$scratch/addresses"
chmod 0666 "$scratch/addresses"
{
	cat "$scratch/good.conf"
	echo "report_address_file = \"$scratch/addresses\""
} >"$scratch/addresses.conf"
check 'addresses from everybody' 1 '^bad +report_address_file: .*everyone' \
	check-config -c "$scratch/addresses.conf"
sed 's/^spool_directory.*/spool_directory = "\/nonexistent"/' \
	"$scratch/good.conf" >"$scratch/no-spool.conf"
{
	cat "$scratch/good.conf"
	echo 'retention_days = 30'
} >"$scratch/retention.conf"
check 'reports that could come again' 0 '^warning +retention_days is below' \
	check-config -c "$scratch/retention.conf"
echo 'rollup_retention_days = 29' >>"$scratch/retention.conf"
check 'sums that go first' 1 '^bad +rollup_retention_days is below' \
	check-config -c "$scratch/retention.conf"
check 'no spool' 1 '^bad +spool_directory: /nonexistent: ' \
	check-config -c "$scratch/no-spool.conf"
sed 's/connect_timeout=2/password=geheim oops/' "$scratch/good.conf" \
	>"$scratch/oops.conf"
check 'a password is not shown' 1 '^bad +database: .*it is not shown' \
	check-config -c "$scratch/oops.conf"
chmod 0777 "$scratch/run"
check 'a directory open to all' 1 '^bad +socket: everyone can write' \
	check-config -c "$scratch/good.conf"

echo "1..$number"
exit "$failed"
