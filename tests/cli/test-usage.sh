#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs tlsreport as a person does, without a database: what it says and its
# exit status. Prints TAP.
set -u

# shellcheck source=tests/cli/program.sh
. "${top_srcdir:-.}/tests/cli/program.sh"

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
check 'show a report of failures' 0 ' failed \(' \
	show "$fixtures/enforce-failures/input.json"
check 'show standard input' 0 '^TLS report of Google Inc\.$' show -
: >"$scratch/stdin"

# Queries.
check 'a day that is none' 2 '"soon" is not a day' \
	-c "$scratch/good.conf" summary --since soon
check 'since after until' 2 'since is after' -c "$scratch/good.conf" \
	reports --since 2026-02-01 --until 2026-01-01
check 'two formats' 2 'exclude each other' failures --json --csv
check 'one report as a table' 2 'not shown as --csv' reports --show x --csv
check 'a limit below nothing' 2 'limit must be a number' failures --limit -1
check 'a word too many' 2 'takes options only' failures example.com
for command in summary failures reports reporters maintain purge check-db \
	'db status' 'alert list' 'alert show 1' 'alert ack 1' 'rule list' \
	'rule set x' 'rule enable x' 'rule test x'; do
	# shellcheck disable=SC2086 # two words
	check "$command without the database" 3 . \
		-c "$scratch/good.conf" $command
done
echo "database = \"host=$scratch dbname=tlsrpt connect_timeout=2\"" \
	>"$scratch/reader.conf"
for command in summary failures reports 'reports --show x' reporters \
	'dashboard -o -' 'alert list' 'rule list' 'db status' check-db purge; do
	# shellcheck disable=SC2086 # two words
	check "$command with nothing but the database" 3 "$scratch" \
		-c "$scratch/reader.conf" $command
done
check 'the daemon needs more' 1 '^bad +.*no address receives reports' \
	check-config -c "$scratch/reader.conf"
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
check 'alert test to nobody' 2 '[Nn]obody receives alerts: set alert_mail or alert_command or alert_webhook$' \
	-c "$scratch/good.conf" alert test
check 'alert deliver to nobody' 0 '[Nn]obody receives alerts: set alert_mail or alert_command or alert_webhook\.$' \
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
for name in x 'a b.example' '*.example' ''; do
	check "signer trust \"$name\"" 2 '" is not a signer: name a domain' \
		-c "$scratch/good.conf" signer trust "$name"
done
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

# setup: what is wrong before anybody is asked.
check 'setup without a domain' 2 'usage: tlsreport setup DOMAIN' setup
check 'setup of two domains' 2 'usage: tlsreport setup DOMAIN' \
	setup a.example b.example
check 'setup of no domain' 2 '"a b" is not the name of a domain' setup 'a b'
for option in mode server address resolver timeout; do
	check "setup with another --$option" 2 "--$option|Cannot parse integer" \
		setup -c "$scratch/good.conf" "--$option" frob example.com
done
check 'setup with a configuration that is missing' 2 '/nonexistent' \
	setup -c /nonexistent example.com

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
{
	cat "$scratch/good.conf"
	echo 'spool_max_bytes = 1M'
} >"$scratch/small-spool.conf"
check 'a spool for small messages' 0 '^warning +spool_max_bytes is below' \
	check-config -c "$scratch/small-spool.conf"
{
	cat "$scratch/good.conf"
	echo 'https_spool_max_bytes = 1M'
	echo "https_spool_directory = \"$scratch\""
	echo 'policy_domains = { "example.com" }'
} >"$scratch/small-https.conf"
check 'a small spool for HTTPS' 1 \
	'^warning +https_spool_max_bytes is below' \
	check-config -c "$scratch/small-https.conf"
{
	cat "$scratch/good.conf"
	echo 'alert_corroboration = "yes"'
	echo 'watch_interval = 0'
} >"$scratch/corroboration.conf"
check 'nobody could corroborate' 0 '^warning +alert_corroboration: no domain' \
	check-config -c "$scratch/corroboration.conf"
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
