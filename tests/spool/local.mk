# SPDX-License-Identifier: BSD-2-Clause
SPOOL_TESTS = tests/spool/test-limit tests/spool/test-shared \
	tests/spool/test-spool
if HAVE_CMOCKA
TESTS += $(SPOOL_TESTS)
check_PROGRAMS += $(SPOOL_TESTS)
endif
SPOOL_PLACE = %D%/place.c %D%/place.h
tests_spool_test_limit_SOURCES = %D%/test-limit.c $(SPOOL_PLACE)
tests_spool_test_limit_CFLAGS = $(spool_libspool_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_spool_test_limit_LDADD = $(SPOOL_LIBS) $(CMOCKA_LIBS)
tests_spool_test_shared_SOURCES = %D%/test-shared.c $(SPOOL_PLACE)
tests_spool_test_shared_CFLAGS = $(spool_libspool_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_spool_test_shared_LDADD = $(SPOOL_LIBS) $(CMOCKA_LIBS)
tests_spool_test_spool_SOURCES = %D%/test-spool.c $(SPOOL_PLACE)
tests_spool_test_spool_CFLAGS = $(spool_libspool_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_spool_test_spool_LDADD = $(SPOOL_LIBS) $(CMOCKA_LIBS)
