#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every linter over the tree; one TAP line each, details where it fails.
# LINT_CPPFLAGS: what the compiler needs to find headers. LINT_CFLAGS: what it is
# to warn of. LINT_DISTFILES: what the release tarball has.
set -u

cd "${top_srcdir:-$(dirname "$0")/../..}" || exit
jobs=$(getconf _NPROCESSORS_ONLN)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0

# All files of the project; git knows them, in a tarball find does. Where git
# refuses a checkout, as one of another owner, its words say what to do.
if [ ! -e .git ]; then
	find . -name 'build*' -prune -o -name autom4te.cache -prune -o \
		-name configure -o -name aclocal.m4 -o -name Makefile.in -o \
		-type f -printf '%P\n' >"$scratch/files"
elif ! git ls-files -co --exclude-standard >"$scratch/files" 2>"$scratch/log"
then
	sed 's/^/# /' "$scratch/log"
	echo 'Bail out! git does not list the files'
	exit 1
fi

# list_files REGEX: the files that are there and match.
list_files() {
	grep -E "$1" "$scratch/files" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

list_shell_scripts() {
	list_files '(^|/)[^./]+$|\.sh$|^\.ci/run$' | while read -r file; do
		! head -n 1 "$file" |
			grep -Eq '^#(! */bin/(ba)?sh| shellcheck shell)' ||
			echo "$file"
	done
}

lint_format() {
	list_files '\.(c|h|def)$' | xargs clang-format --dry-run -Werror
}

# tidy REGEX ARGUMENT: the files that match, several at a time. The analyzer
# leaves a function after fewer steps than it would: the others take it two
# thirds of the time and have found nothing.
tidy() {
	list_files "$1" >"$scratch/c"
	# shellcheck disable=SC2016 # for the inner shell
	xargs -r -n 4 -P "$jobs" sh -c 'checks=$1; shift
		clang-tidy --quiet "$checks" "$@" -- \
		-Xclang -analyzer-config -Xclang max-nodes=50000 \
		-D_GNU_SOURCE $LINT_CPPFLAGS $LINT_CFLAGS \
		-Wno-unknown-warning-option' sh "$2" <"$scratch/c"
}

# The analyzer does not know that an assertion of cmocka ends the test.
lint_tidy() {
	tidy '^(parser|probe|trust|spool|https|sql|conf|intake|milter|cli)/.*\.c$' --checks= &&
		tidy '^tests/.*\.c$' \
			--checks=-clang-analyzer-core.NullDereference
}

# What a loop's condition looked at may well change in its body.
lint_cppcheck() {
	list_files '\.c$' | xargs cppcheck -q -j "$jobs" --std=c11 -I. \
		--enable=warning,performance,portability --inline-suppr \
		--library=gtk,posix --suppress=missingIncludeSystem \
		--suppress=identicalInnerCondition \
		--include=tests/lint/cppcheck.h --error-exitcode=1
}

lint_shell() {
	list_shell_scripts | xargs shellcheck -x
}

# Report samples are other people's words.
lint_spelling() {
	list_files '^' | grep -Ev '/(corpus|valid|invalid|samples|uplot)/|\.eml$' |
		xargs codespell --ignore-words-list=nd
}

lint_manual() {
	list_files '^man/.*\.[1-9]$' | xargs -r mandoc -T lint -W warning
}

lint_reports_page() {
	/usr/bin/python3 -B tests/lint/reports-page.py
}

# The scripts in the order in which they become one.
lint_page() {
	cp dashboards/page/package.json dashboards/page/package-lock.json \
		"$scratch" || return
	(cd "$scratch" && npm ci --ignore-scripts --no-audit --no-fund \
		--cache=cache) || return
	sed -n 's/^	%D%\(\/script\/.*\.js\).*/dashboards\/page\1/p' \
		dashboards/page/local.mk |
		xargs node tests/lint/page.cjs \
			"$scratch/node_modules/eslint-linter-browserify/linter.cjs"
}

lint_licence() {
	list_files '\.(c|h|def|sql|sh|py|lua|mk|ac|am|js|cjs|css|[1-9])$' >"$scratch/source"
	list_shell_scripts >>"$scratch/source"
	! xargs grep -L 'SPDX-License-Identifier: BSD-2-Clause' \
		<"$scratch/source" | grep .
}

lint_layers() {
	top_srcdir=. tests/lint/layers.sh >"$scratch/tap"
	! grep -A 20 '^not ok' "$scratch/tap"
}

lint_words() {
	top_srcdir=. tests/lint/words.sh >"$scratch/tap" && return
	grep -A 50 '^not ok' "$scratch/tap"
	return 1
}

# A directory that is distributed stands for all below it; "check" is copied
# by a hook.
lint_distribution() {
	[ -e .git ] || return 0
	git ls-files >"$scratch/tracked" || return
	for file in $LINT_DISTFILES; do
		echo "$file"
	done | sed 's|^.*\.\./||' >"$scratch/distributed"
	! awk 'NR == FNR { listed[$0]; next }
		{
			for (name = $0; !(name in listed); sub("/[^/]*$", "", name))
				if (name !~ "/")
					break
			if (!(name in listed))
				print $0 ": in no EXTRA_DIST"
		}' "$scratch/distributed" "$scratch/tracked" |
		grep -Ev '^(\.gitignore|\.editorconfig|check):'
}

# report NAME STATUS: the TAP line of the linter that wrote to the log.
report() {
	number=$((number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed '/warnings* generated/d; s/^/# /' "$scratch/log"
		failed=1
	fi
}

lint_format >"$scratch/log" 2>&1
report clang-format $?
lint_tidy >"$scratch/log" 2>&1
report clang-tidy $?
lint_cppcheck >"$scratch/log" 2>&1
report cppcheck $?
lint_shell >"$scratch/log" 2>&1
report shellcheck $?
lint_spelling >"$scratch/log" 2>&1
report codespell $?
lint_manual >"$scratch/log" 2>&1
report 'manual pages' $?
lint_reports_page >"$scratch/log" 2>&1
report 'remarks and reasons in tlsrpt-reports(7)' $?
lint_page >"$scratch/log" 2>&1
report 'scripts of the page' $?
lint_licence >"$scratch/log" 2>&1
report 'licence lines' $?
lint_layers >"$scratch/log" 2>&1
report layers $?
lint_words >"$scratch/log" 2>&1
report 'words that users read' $?
# What does not fit breaks nothing, and no test would say so.
tests/mutate/mutate.py --check >"$scratch/log" 2>&1
report 'what make mutate breaks is there' $?
lint_distribution >"$scratch/log" 2>&1
report 'files in the release tarball' $?

echo "1..$number"
exit "$failed"
