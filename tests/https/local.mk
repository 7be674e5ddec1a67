# SPDX-License-Identifier: BSD-2-Clause
HTTPS_TESTS = tests/https/test-answer tests/https/test-body \
	tests/https/test-request
if HAVE_SECCOMP
HTTPS_TESTS += tests/https/test-confine
endif
if HAVE_CMOCKA
TESTS += $(HTTPS_TESTS)
check_PROGRAMS += $(HTTPS_TESTS)
endif
HTTPS_TEST_CFLAGS = $(https_libhttps_a_CFLAGS) $(CMOCKA_CFLAGS)
HTTPS_TEST_LIBS = $(HTTPS_LIBS) $(CMOCKA_LIBS)
tests_https_test_answer_SOURCES = %D%/test-answer.c
tests_https_test_answer_CFLAGS = $(HTTPS_TEST_CFLAGS)
tests_https_test_answer_LDADD = $(HTTPS_TEST_LIBS)
tests_https_test_body_SOURCES = %D%/test-body.c
tests_https_test_body_CFLAGS = $(HTTPS_TEST_CFLAGS)
tests_https_test_body_LDADD = $(HTTPS_TEST_LIBS)
tests_https_test_confine_SOURCES = %D%/test-confine.c
tests_https_test_confine_CFLAGS = $(HTTPS_TEST_CFLAGS)
tests_https_test_confine_LDADD = $(HTTPS_TEST_LIBS)
tests_https_test_request_SOURCES = %D%/test-request.c
tests_https_test_request_CFLAGS = $(HTTPS_TEST_CFLAGS)
tests_https_test_request_LDADD = $(HTTPS_TEST_LIBS)
