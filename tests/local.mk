# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += demo .ci/run \
	%D%/test.h %D%/packages %D%/install-packages %D%/unpack-packages

include tests/parser/local.mk
include tests/trust/local.mk
include tests/spool/local.mk
include tests/sql/local.mk
include tests/conf/local.mk
include tests/intake/local.mk
include tests/milter/local.mk
include tests/cli/local.mk
include tests/lint/local.mk
include tests/integration/local.mk
include tests/package/local.mk
include tests/bench/local.mk
include tests/fuzz/local.mk

# As a name in EXTRA_DIST it would stand for the target.
dist-hook:
	cp -p $(srcdir)/check $(distdir)/check
