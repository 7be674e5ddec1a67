#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Finds words that CONTRIBUTING retires, in all that users read: manual pages,
# README, samples, and the texts in C, SQL, scripts and dashboards. Comments
# are free. Prints TAP.
set -u

root=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0

# What is not to be said, as an extended regular expression of lower case in
# which _ is a boundary of words; what to say; and an example.
cat >"$scratch/retired" <<'WORDS'
daily sums?|roll-ups|How long it keeps the daily sums
_corrupt/|set aside|It is moved to corrupt/
_let(s|ting)? go_|passed|Mail to others is let go at once
_h[eo]ld(s|ing)? (the )?mail back|withhold mail|Senders hold mail back
_held back_|withheld|Mail was held back
_keeps? (the )?mail back|withhold mail|The policy makes senders keep mail back
nobody (has )?signed|unauthenticated|Reports that nobody signed
_behind_|after|The option behind the command
_not authenticated_|unauthenticated|A report that is not authenticated
_tells? people|deliver|The service tells people
_told of_|deliver|The channel was told of a test
_(people|nobody) (are|is|was|would be) told|deliver|Nobody is told by this
_mails (are|is|have|has|with|from|that|wait|of|in)_|messages|Reports are mails with JSON
_(a|each|one|every) mail[,.;)]|a message|It is a file or a mail.
_taken in_|stored|The message is taken in again
_(is|was) away_|is unavailable|While the database is away
_who (publishes|connects|lets) |a domain that, clients|Who publishes a record gets a report
gets a gzip|receives|gets a gzip'd report
who he claims to be|claim to be anyone|write into it who he claims to be
, is none_|does not count|A signature with l=, to which anybody can add, is none
asks for leave|no authorisation record is needed|nobody asks for leave
_shall not matter|to avoid that|Where that shall not matter
never not at all|never lost|may come twice, and never not at all
up to and with|up to and including|up to and with this day
_from so many|at least this many|from so many failed sessions on
_at most so many|at most this many|at most so many rows
_now and then_|regularly|The owner does this, now and then
_it were [0-9]|it was|with a slow disk it were 210
_known\?|Acknowledge|Known? tlsreport alert ack 1
_it is new_|Status: new|It is new
rule %s is gone|Deleted rule %s|The rule %s is gone
([^e]|[^r]e)_(is|are) no (number|name|tenant|program|directory|object|host|file|date|identifier|address)s?_|is not a|"x" is no number of an alert
: say %s|usage:|db: say %s
_left as it is_|exiting without it|does not end, and is left as it is
_mend(s|ed|ing)?_|correct, fix|mend the connection string
or never was|there is no such entry|is in the quarantine no longer, or never was
say more of|give more of|say more of the id
_how long whom_|how long one deliverer|How long whom tells may take
_as whom_|as which user|as whom the daemon runs
_whoever_|anyone who|whoever has the file
_has (all|what) to_|lists, says what to|has what to look at
has all options|lists all options|tlsrpt-milter.conf(5) has all options
_of one what_|the given settings|changes of one what an option names
_best stands?_|put it into|A password best stands in a file
_says? so much_|says|It says so much
_behind those_|after those|behind those of other filters
_belongs? into_|put it into|The socket belongs into the queue
_comes? to life|start it|It comes to life as follows
_passed over_|ignored|Pictures are passed over
_in people's words|in plain words|explain in people's words
WORDS

# list_files: all that has texts for users, and how to read it.
list_files() {
	(
		cd "$1" || exit
		find README NEWS man/*.[1-9] conf/tlsrpt-milter.conf \
			conf/postfix-main.cf conf/sendmail.mc conf/citus.sql \
			conf/*-dashboard.conf conf/*-https.conf conf/*.service.in \
			debian/control rpm/*.spec \
			dashboards/grafana dashboards/prometheus \
			dashboards/page/page.html -type f 2>/dev/null |
			grep -v '\.mk$' | sed 's/^/prose /'
		find cli milter sql conf intake parser trust spool https -type f \
			\( -name '*.[ch]' -o -name '*.def' \) \
			! -name '*-resource.[ch]' 2>/dev/null | sed 's/^/c /'
		find sql -type f -name '*.sql' 2>/dev/null | sed 's/^/sql /'
		find dashboards/page/script -name '*.js' 2>/dev/null |
			sed 's/^/c /'
	) | sort
}

# print_texts KIND FILE: as many lines as the file has, and of source only what
# stands between quotes.
print_texts() {
	case $1 in
	prose)
		sed 's/^\.[A-Z][a-z] //; s/\\&//g; s/^[#"]* //' "$2"
		;;
	*)
		awk -v kind="$1" '
		BEGIN {
			token = "/[*]|\"([^\"\\\\]|\\\\.)*\"|" \
				"\047([^\047\\\\]|\\\\.)*\047|`[^`]*`"
			token = (kind == "sql" ? "--|\047[^\047]*\047" : token)
		}
		{
			rest = $0
			text = ""
			if (kind == "c" && rest ~ /^[ \t]*(\/\/|#[ \t]*include)/)
				rest = ""
			while (rest != "") {
				if (comment) {
					end = index(rest, "*/")
					rest = end ? substr(rest, end + 2) : ""
					comment = !end
					continue
				}
				if (!match(rest, token))
					break
				word = substr(rest, RSTART, RLENGTH)
				rest = substr(rest, RSTART + RLENGTH)
				if (word == "--")
					break
				comment = word == "/*"
				if (!comment)
					text = text " " \
						substr(word, 2, length(word) - 2)
			}
			gsub(/\\n/, " ", text)
			gsub(/\\/, "", text)
			print text
		}' "$2"
		;;
	esac
}

# Prints FILE:LINE: what it says, what to say instead. A phrase may go on in
# the next line.
find_retired() {
	list_files "$1" | while read -r kind file; do
		print_texts "$kind" "$1/$file" | awk -v file="$file" '
		function prepare(line)
		{
			line = " " tolower(line) " "
			gsub(/[ \t]+/, " ", line)
			return line
		}
		function look(here, more,    i)
		{
			for (i = 1; i <= words; i++)
				if (match(here more, pattern[i]) &&
					RSTART < length(here))
					print file ":" FNR - 1 ": " \
						substr(here more, RSTART,
						RLENGTH) ": say " \
						instead[i]
		}
		NR == FNR {
			split($0, field, "|")
			# The expression itself may have alternatives.
			match($0, /[|][^|]*[|][^|]*$/)
			pattern[++words] = substr($0, 1, RSTART - 1)
			gsub(/_/, "[^a-z0-9]", pattern[words])
			split(substr($0, RSTART + 1), field, "|")
			instead[words] = field[1]
			next
		}
		FNR > 1 { look(previous, substr(prepare($0), 2)) }
		{ previous = prepare($0) }
		END { FNR++; look(previous, "") }' "$scratch/retired" -
	done
}

# report RESULT NAME: a line of TAP.
report() {
	number=$((number + 1))
	[ "$1" = ok ] || failed=1
	echo "$1 $number - $2"
}

find_retired "$root" >"$scratch/found"
if [ -s "$scratch/found" ]; then
	report 'not ok' 'nothing that users read has a retired word'
	sed 's/^/# /' "$scratch/found"
else
	report ok 'nothing that users read has a retired word'
fi

# check NAME WANTED: compares where retired words are found in "tree".
check() {
	find_retired "$scratch/tree" | sed 's/: .*//' | sort -u >"$scratch/got"
	if [ "$(cat "$scratch/got")" = "$2" ]; then
		report ok "$1"
	else
		report 'not ok' "$1"
		sed 's/^/# /' "$scratch/got"
	fi
}

# Each word in a page, on one line and on two.
sed 's/.*|//' "$scratch/retired" >"$scratch/examples"
while read -r example; do
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/man"
	printf '.Nm\n%s\n' "$example" >"$scratch/tree/man/a.8"
	check "found: $example" man/a.8:2
done <"$scratch/examples"

# NAME, FILE and text, \n being the end of a line; WHERE it is found.
while IFS='|' read -r name file text where; do
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/$(dirname "$file")"
	printf '%b' "$text" >"$scratch/tree/$file"
	check "$name" "${where:+$file:$where}"
done <<'CASES'
a phrase on two lines|man/a.1|one\nlet\ngo at\n|2
after a macro|man/a.1|.It Ic behind\n|1
the last line, without an end|README|now\nand then|1
the last line, whole|README|x\nnow and then|2
a string of C|cli/a.c|f("a\\\\n"\n  "behind it");\n|2
strings of C that are one|cli/a.c|f("from so "\n  "many on");\n|1
a string after a comment|sql/a.c|/* it's */ f("behind");\n|1
a comment of C|cli/a.c|/* behind\n * "behind" */ int behind;\n|
a comment of a script|dashboards/page/script/a.js|// "behind"\n|
a string of a script|dashboards/page/script/a.js|f('behind');\n|1
a string of SQL|sql/schema/a.sql|SELECT 'it is behind';\n|1
a comment of SQL|sql/schema/a.sql|-- it 'is' behind\nSELECT 1;\n|
the page|dashboards/page/page.html|<p>behind</p>\n|1
a rule of Prometheus|dashboards/prometheus/a.yml|a: behind\n|1
a part of a word|man/a.1|recommend, amendment\n|
something that is not there|man/a.1|there is no file\n|
code that nobody reads|tests/a.c|f("behind");\n|
CASES
echo "1..$number"
exit "$failed"
