# SPDX-License-Identifier: BSD-2-Clause
PARSER_TESTS = \
	tests/parser/test-address \
	tests/parser/test-archive \
	tests/parser/test-base64 \
	tests/parser/test-candidate \
	tests/parser/test-error \
	tests/parser/test-filename \
	tests/parser/test-fixtures \
	tests/parser/test-inflate \
	tests/parser/test-json-arena \
	tests/parser/test-json-load \
	tests/parser/test-json-names \
	tests/parser/test-limits \
	tests/parser/test-mail-header \
	tests/parser/test-mail-limits \
	tests/parser/test-mail-repair \
	tests/parser/test-policy-string \
	tests/parser/test-property \
	tests/parser/test-quote \
	tests/parser/test-report \
	tests/parser/test-report-text \
	tests/parser/test-report-write \
	tests/parser/test-result-type \
	tests/parser/test-string-pool \
	tests/parser/test-timestamp \
	tests/parser/test-utf8
EXTRA_DIST += %D%/fixtures
if HAVE_CMOCKA
TESTS += $(PARSER_TESTS)
check_PROGRAMS += $(PARSER_TESTS)
endif

PARSER_TEST_CFLAGS = $(parser_libparser_a_CFLAGS) $(CMOCKA_CFLAGS)
PARSER_TEST_LIBS = $(PARSER_LIBS) $(CMOCKA_LIBS)
tests_parser_test_address_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_address_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_archive_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_archive_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_base64_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_base64_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_candidate_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_candidate_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_error_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_error_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_filename_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_filename_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_fixtures_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_fixtures_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_inflate_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_inflate_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_json_arena_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_json_arena_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_json_load_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_json_load_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_json_names_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_json_names_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_limits_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_limits_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_mail_header_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_mail_header_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_mail_repair_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_mail_repair_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_mail_limits_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_mail_limits_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_policy_string_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_policy_string_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_property_SOURCES = %D%/test-property.c \
	%D%/random-report.c %D%/random-report.h
tests_parser_test_property_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_property_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_quote_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_quote_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_report_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_report_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_report_text_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_report_text_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_report_write_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_report_write_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_result_type_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_result_type_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_string_pool_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_string_pool_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_timestamp_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_timestamp_LDADD = $(PARSER_TEST_LIBS)
tests_parser_test_utf8_CFLAGS = $(PARSER_TEST_CFLAGS)
tests_parser_test_utf8_LDADD = $(PARSER_TEST_LIBS)
