# SPDX-License-Identifier: BSD-2-Clause
PARSER_TESTS = \
	tests/parser/test-report
if HAVE_CMOCKA
TESTS += $(PARSER_TESTS)
check_PROGRAMS += $(PARSER_TESTS)
endif
tests_parser_test_report_CFLAGS = $(parser_libparser_a_CFLAGS) $(CMOCKA_CFLAGS)
tests_parser_test_report_LDADD = $(PARSER_LIBS) $(CMOCKA_LIBS)
