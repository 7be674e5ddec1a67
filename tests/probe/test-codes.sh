#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tlsreport-check(7) has every finding, with its severity, and no other; and the
# daemon has nothing of what connects to other hosts. Prints TAP.
set -u

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

# report STATUS TEXT
report() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
	fi
}

# CODE SEVERITY, and "rises" for what a policy that is enforced makes critical.
{
	tr '\n' ' ' <"${top_srcdir:?}/probe/finding.def"
	echo
} | sed 's/FINDING(/\n&/g' |
	sed -n 's/^FINDING([A-Z_]*,[[:space:]]*"\([a-z-]*\)",[[:space:]]*\([A-Z]*\),[[:space:]]*\([A-Z]*\),.*/\1 \2 \3/p' |
	sed 's/ FALSE$//; s/ TRUE$/ rises/' | tr '[:upper:]' '[:lower:]' \
	>"$scratch/table"
sed -n 's/^\.It Ic \([a-z-]*\) Pq \(.*\)$/\1 \2/p' \
	"${top_srcdir:?}/man/tlsreport-check.7" |
	sed 's/, critical when enforced$/ rises/' >"$scratch/page"
[ "$(wc -l <"$scratch/table")" -eq \
	"$(grep -c '^FINDING(' "${top_srcdir:?}/probe/finding.def")" ]
report $? 'all findings of the table are read'
diff "$scratch/table" "$scratch/page" | sed 's/^/# /'
cmp -s "$scratch/table" "$scratch/page"
report $? 'tlsreport-check(7) has the findings of the table, in its order'

tr -d " '\n" <"${top_srcdir:?}/sql/schema/0014-watch.sql" |
	sed -n 's/.*{\(mx-[^}]*\)}.*/\1/p' | tr ',' '\n' |
	sed 's/\*/.*/; s/.*/^& /' >"$scratch/rule"
grep -f "$scratch/rule" "$scratch/table" | while read -r code _; do
	grep -q "^  ('$code', " "${top_srcdir:?}/sql/schema/now/50-alerts.sql" ||
		echo "# no words: $code"
done >"$scratch/silent"
cat "$scratch/silent"
[ -s "$scratch/rule" ] && [ ! -s "$scratch/silent" ]
report $? 'there are words for all that the rule "probe" finds'
# TYPE CODE, by the names of the findings, and as the rules have them.
tr '\n' ' ' <"${top_srcdir:?}/probe/finding.def" | sed 's/FINDING(/\n&/g' |
	sed -n 's/^FINDING(\([A-Z_]*\),[[:space:]]*"\([a-z-]*\)".*/s|^\\([a-z-]*\\) \1$|\\1 \2|/p' \
		>"$scratch/names"
sed -n 's/^RESULT_TYPE("\([a-z-]*\)", [A-Z]*, \([A-Z_]*\))$/\1 \2/p' \
	"${top_srcdir:?}/probe/result-type.def" | sed -f "$scratch/names" |
	sort >"$scratch/types"
sed -n '/^CREATE OR REPLACE VIEW result_type_code/,/^)/p' \
	"${top_srcdir:?}/sql/schema/now/35-seen.sql" | tr -d '\n' |
	sed "s/'[[:space:]]*'//g; s/(\([^()]*\))/\n\1\n/g" |
	sed -n "s/^'\([a-z-]*\)', '{\([a-z,-]*\)}'$/\1,\2/p" |
	awk -F, '{ for (i = 2; i <= NF; i++) print $1, $i }' |
	sort >"$scratch/rules"
[ "$(wc -l <"$scratch/types")" -eq \
	"$(grep -c '^RESULT_TYPE(' "${top_srcdir:?}/probe/result-type.def")" ]
report $? 'all rows of result types are read'
diff "$scratch/types" "$scratch/rules" | sed 's/^/# /'
cmp -s "$scratch/types" "$scratch/rules"
report $? 'rules and command go by the same findings'

readelf -d "${top_builddir:?}/milter/tlsrpt-milter" >"$scratch/daemon"
! grep -E 'libunbound|libcurl|libssl' "$scratch/daemon"
report $? 'the daemon is not linked with what connects to other hosts'
nm "${top_builddir:?}/milter/tlsrpt-milter" >"$scratch/symbols"
grep -q ' T main$' "$scratch/symbols" &&
	! grep -E ' T (domain_probe|resolver|wire|smtp_tls)_' "$scratch/symbols"
report $? 'nor with the probe'
echo "1..$number"
