# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %D%/mutate.py %D%/cli.changes %D%/conf.changes %D%/intake.changes \
	%D%/milter.changes \
	%D%/page.changes %D%/parser.changes %D%/probe.changes %D%/spool.changes \
	%D%/sql.changes %D%/trust.changes

# What would the tests not notice? MUTATE is a regular expression that chooses
# some of the changes; all of them take minutes.
mutate:
	$(AM_V_at)$(PYTHON) -B $(srcdir)/%D%/mutate.py $(MUTATE_FLAGS) \
		'$(MUTATE)'
.PHONY: mutate
MUTATE =
MUTATE_FLAGS =
