# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %D%/test.h

include tests/parser/local.mk
include tests/sql/local.mk
include tests/conf/local.mk
include tests/milter/local.mk
include tests/cli/local.mk
include tests/lint/local.mk
