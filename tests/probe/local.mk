# SPDX-License-Identifier: BSD-2-Clause
if HAVE_PROBE
PROBE_TESTS = \
	tests/probe/test-dns-record \
	tests/probe/test-finding \
	tests/probe/test-host-address \
	tests/probe/test-mx-record \
	tests/probe/test-recheck \
	tests/probe/test-smtp-reply \
	tests/probe/test-sts-policy \
	tests/probe/test-txt-record
TESTS += %D%/test-codes.sh
if HAVE_CMOCKA
TESTS += $(PROBE_TESTS)
check_PROGRAMS += $(PROBE_TESTS)
endif

PROBE_TEST_CFLAGS = $(probe_libprobe_a_CFLAGS) $(CMOCKA_CFLAGS)
PROBE_TEST_LIBS = $(PROBE_LIBS) $(CMOCKA_LIBS)
tests_probe_test_dns_record_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_dns_record_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_finding_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_finding_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_host_address_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_host_address_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_mx_record_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_mx_record_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_recheck_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_recheck_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_smtp_reply_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_smtp_reply_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_sts_policy_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_sts_policy_LDADD = $(PROBE_TEST_LIBS)
tests_probe_test_txt_record_CFLAGS = $(PROBE_TEST_CFLAGS)
tests_probe_test_txt_record_LDADD = $(PROBE_TEST_LIBS)
endif
EXTRA_DIST += %D%/test-codes.sh %D%/README %D%/cases %D%/demo %D%/lab
