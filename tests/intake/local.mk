# SPDX-License-Identifier: BSD-2-Clause
INTAKE_TESTS = \
	tests/intake/test-admit \
	tests/intake/test-limits \
	tests/intake/test-reason
if HAVE_CMOCKA
TESTS += $(INTAKE_TESTS)
check_PROGRAMS += $(INTAKE_TESTS)
endif

intake_test_cflags = $(intake_libintake_a_CFLAGS) $(CMOCKA_CFLAGS)
intake_test_ldadd = $(INTAKE_LIBS) $(CMOCKA_LIBS)
tests_intake_test_admit_CFLAGS = $(intake_test_cflags)
tests_intake_test_admit_LDADD = $(intake_test_ldadd)
tests_intake_test_limits_CFLAGS = $(intake_test_cflags)
tests_intake_test_limits_LDADD = $(intake_test_ldadd)
tests_intake_test_reason_CFLAGS = $(intake_test_cflags)
tests_intake_test_reason_LDADD = $(intake_test_ldadd)
