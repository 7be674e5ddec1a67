# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += demo .ci/run \
	%D%/test.h %D%/packages %D%/install-packages %D%/unpack-packages \
	%D%/without-cmocka.sh
if !HAVE_CMOCKA
TESTS += %D%/without-cmocka.sh
SAY_SKIPPED = \
	@echo 'Tests in C are skipped: they need cmocka (libcmocka-dev).'
check-local: check-TESTS
	$(SAY_SKIPPED)
endif

include tests/parser/local.mk
include tests/probe/local.mk
include tests/trust/local.mk
include tests/spool/local.mk
include tests/https/local.mk
include tests/sql/local.mk
include tests/conf/local.mk
include tests/intake/local.mk
include tests/milter/local.mk
include tests/fault/local.mk
include tests/cli/local.mk
include tests/lint/local.mk
include tests/integration/local.mk
include tests/package/local.mk
include tests/portability/local.mk
include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/mutate/local.mk

# As a name in EXTRA_DIST "check" would stand for the target. Without xz the
# release would be an empty file.
dist-hook:
	@xz --version >/dev/null || \
		{ echo 'xz is missing: install xz-utils' >&2; exit 1; }
	cp -p $(srcdir)/check $(distdir)/check
