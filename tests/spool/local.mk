# SPDX-License-Identifier: BSD-2-Clause
SPOOL_TESTS = tests/spool/test-spool
if HAVE_CMOCKA
TESTS += $(SPOOL_TESTS)
check_PROGRAMS += $(SPOOL_TESTS)
endif
tests_spool_test_spool_CFLAGS = $(spool_libspool_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_spool_test_spool_LDADD = $(SPOOL_LIBS) $(CMOCKA_LIBS)
