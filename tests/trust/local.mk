# SPDX-License-Identifier: BSD-2-Clause
TRUST_TESTS = \
	tests/trust/test-authenticate \
	tests/trust/test-authres \
	tests/trust/test-dkim-signature \
	tests/trust/test-header-field \
	tests/trust/test-signers
if HAVE_OPENDKIM
TRUST_TESTS += tests/trust/test-dkim-key
endif
if HAVE_CMOCKA
TESTS += $(TRUST_TESTS)
check_PROGRAMS += $(TRUST_TESTS)
endif

TRUST_TEST_CFLAGS = $(trust_libtrust_a_CFLAGS) $(CMOCKA_CFLAGS)
TRUST_TEST_LIBS = $(TRUST_LIBS) $(CMOCKA_LIBS)
tests_trust_test_authenticate_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_authenticate_LDADD = $(TRUST_TEST_LIBS)
tests_trust_test_authres_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_authres_LDADD = $(TRUST_TEST_LIBS)
tests_trust_test_dkim_key_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_dkim_key_LDADD = $(TRUST_TEST_LIBS)
tests_trust_test_dkim_signature_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_dkim_signature_LDADD = $(TRUST_TEST_LIBS)
tests_trust_test_header_field_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_header_field_LDADD = $(TRUST_TEST_LIBS)
tests_trust_test_signers_CFLAGS = $(TRUST_TEST_CFLAGS)
tests_trust_test_signers_LDADD = $(TRUST_TEST_LIBS)
