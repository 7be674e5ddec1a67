# SPDX-License-Identifier: BSD-2-Clause
CLI_TESTS = \
	tests/cli/test-alert-mail \
	tests/cli/test-child \
	tests/cli/test-day \
	tests/cli/test-explain \
	tests/cli/test-import-batch \
	tests/cli/test-input \
	tests/cli/test-progress \
	tests/cli/test-source \
	tests/cli/test-table \
	tests/cli/test-text \
	tests/cli/test-trend
if HAVE_DASHBOARD
CLI_TESTS += tests/cli/test-html
endif
if HAVE_CMOCKA
TESTS += $(CLI_TESTS)
check_PROGRAMS += $(CLI_TESTS)
endif
TESTS += %D%/test-completion.sh %D%/test-usage.sh
EXTRA_DIST += %D%/test-completion.sh %D%/test-usage.sh %D%/explain

cli_test_cflags = $(AM_CFLAGS) $(GLIB_CFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_alert_mail_CFLAGS = $(cli_test_cflags)
tests_cli_test_alert_mail_LDADD = cli/libcli.a $(STORE_LIBS) $(GLIB_LIBS) \
	$(CMOCKA_LIBS)
tests_cli_test_child_CFLAGS = $(cli_test_cflags)
tests_cli_test_child_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_day_CFLAGS = $(cli_test_cflags)
tests_cli_test_day_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_explain_CFLAGS = $(cli_test_cflags)
tests_cli_test_explain_LDADD = cli/libcli.a $(PARSER_LIBS) $(CMOCKA_LIBS)
tests_cli_test_html_CFLAGS = $(cli_test_cflags)
tests_cli_test_html_LDADD = cli/libcli.a $(GIO_LIBS) $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_import_batch_CFLAGS = $(cli_test_cflags)
tests_cli_test_import_batch_LDADD = cli/libcli.a $(PARSER_LIBS) $(CMOCKA_LIBS)
tests_cli_test_input_CFLAGS = $(cli_test_cflags)
tests_cli_test_input_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_progress_CFLAGS = $(cli_test_cflags)
tests_cli_test_progress_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_source_CFLAGS = $(cli_test_cflags)
tests_cli_test_source_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_table_CFLAGS = $(cli_test_cflags)
tests_cli_test_table_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_text_CFLAGS = $(cli_test_cflags)
tests_cli_test_text_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
tests_cli_test_trend_CFLAGS = $(cli_test_cflags)
tests_cli_test_trend_LDADD = cli/libcli.a $(GLIB_LIBS) $(CMOCKA_LIBS)
