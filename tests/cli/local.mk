# SPDX-License-Identifier: BSD-2-Clause
CLI_TESTS = \
	tests/cli/test-day \
	tests/cli/test-explain \
	tests/cli/test-filter \
	tests/cli/test-html-data \
	tests/cli/test-html-none \
	tests/cli/test-nearest \
	tests/cli/test-option-words \
	tests/cli/test-progress \
	tests/cli/test-report-file \
	tests/cli/test-side-by-side \
	tests/cli/test-table \
	tests/cli/test-text \
	tests/cli/test-trend \
	tests/cli/alert/test-child \
	tests/cli/alert/test-digest \
	tests/cli/alert/test-mail \
	tests/cli/alert/test-message \
	tests/cli/alert/test-webhook-form \
	tests/cli/alert/test-webhook-secret \
	tests/cli/alert/test-webhook-text \
	tests/cli/check/test-config-sendmail \
	tests/cli/import/test-batch \
	tests/cli/import/test-input \
	tests/cli/import/test-kind \
	tests/cli/import/test-source
if HAVE_DASHBOARD
CLI_TESTS += tests/cli/test-html
endif
if HAVE_PROBE
CLI_TESTS += tests/cli/setup/test-files tests/cli/setup/test-name \
	tests/cli/setup/test-plan tests/cli/setup/test-save
endif
if HAVE_CMOCKA
TESTS += $(CLI_TESTS)
check_PROGRAMS += $(CLI_TESTS)
endif
TESTS += %D%/test-completion.sh %D%/test-https.sh %D%/test-import.sh \
	%D%/test-usage.sh
EXTRA_DIST += %D%/program.sh %D%/test-completion.sh %D%/test-https.sh \
	%D%/test-import.sh %D%/test-usage.sh %D%/explain %D%/setup/golden \
	%D%/setup/golden.h %D%/webhook

cli_test_cflags = $(AM_CFLAGS) $(GLIB_CFLAGS) $(JANSSON_CFLAGS) \
	$(CMOCKA_CFLAGS)
cli_test_ldadd = $(CLI_LIBS) $(CMOCKA_LIBS)
tests_cli_test_day_CFLAGS = $(cli_test_cflags)
tests_cli_test_day_LDADD = $(cli_test_ldadd)
tests_cli_test_explain_CFLAGS = $(cli_test_cflags)
tests_cli_test_explain_LDADD = $(cli_test_ldadd)
tests_cli_test_side_by_side_CFLAGS = $(cli_test_cflags)
tests_cli_test_side_by_side_LDADD = $(cli_test_ldadd)
tests_cli_test_filter_CFLAGS = $(cli_test_cflags)
tests_cli_test_filter_LDADD = $(cli_test_ldadd)
tests_cli_test_nearest_CFLAGS = $(cli_test_cflags)
tests_cli_test_nearest_LDADD = $(cli_test_ldadd)
tests_cli_test_option_words_CFLAGS = $(cli_test_cflags)
tests_cli_test_option_words_LDADD = $(cli_test_ldadd)
tests_cli_test_html_data_CFLAGS = $(cli_test_cflags)
tests_cli_test_html_data_LDADD = $(cli_test_ldadd)
# As it is without the page, whatever this build has.
tests_cli_test_html_none_SOURCES = %D%/test-html-none.c cli/html-none.c
tests_cli_test_html_none_CFLAGS = $(cli_test_cflags) $(GIO_CFLAGS)
tests_cli_test_html_none_LDADD = $(cli_test_ldadd)
tests_cli_test_html_CFLAGS = $(cli_test_cflags)
tests_cli_test_html_LDADD = $(cli_test_ldadd)
tests_cli_test_progress_CFLAGS = $(cli_test_cflags)
tests_cli_test_progress_LDADD = $(cli_test_ldadd)
tests_cli_test_report_file_CFLAGS = $(cli_test_cflags)
tests_cli_test_report_file_LDADD = $(cli_test_ldadd)
tests_cli_test_table_CFLAGS = $(cli_test_cflags)
tests_cli_test_table_LDADD = $(cli_test_ldadd)
tests_cli_test_text_CFLAGS = $(cli_test_cflags)
tests_cli_test_text_LDADD = $(cli_test_ldadd)
tests_cli_test_trend_CFLAGS = $(cli_test_cflags)
tests_cli_test_trend_LDADD = $(cli_test_ldadd)
INCIDENT = %D%/alert/incident.c %D%/alert/incident.h
tests_cli_alert_test_child_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_child_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_digest_SOURCES = %D%/alert/test-digest.c $(INCIDENT)
tests_cli_alert_test_digest_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_digest_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_mail_SOURCES = %D%/alert/test-mail.c $(INCIDENT)
tests_cli_alert_test_mail_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_mail_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_message_SOURCES = %D%/alert/test-message.c $(INCIDENT)
tests_cli_alert_test_message_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_message_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_webhook_form_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_webhook_form_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_webhook_secret_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_webhook_secret_LDADD = $(cli_test_ldadd)
tests_cli_alert_test_webhook_text_CFLAGS = $(cli_test_cflags)
tests_cli_alert_test_webhook_text_LDADD = $(cli_test_ldadd)
tests_cli_check_test_config_sendmail_CFLAGS = $(cli_test_cflags)
tests_cli_check_test_config_sendmail_LDADD = $(cli_test_ldadd)
tests_cli_import_test_batch_CFLAGS = $(cli_test_cflags)
tests_cli_import_test_batch_LDADD = $(cli_test_ldadd)
tests_cli_import_test_input_CFLAGS = $(cli_test_cflags)
tests_cli_import_test_input_LDADD = $(cli_test_ldadd)
tests_cli_import_test_kind_CFLAGS = $(cli_test_cflags)
tests_cli_import_test_kind_LDADD = $(cli_test_ldadd)
tests_cli_import_test_source_CFLAGS = $(cli_test_cflags)
tests_cli_import_test_source_LDADD = $(cli_test_ldadd)
tests_cli_setup_test_files_CFLAGS = $(cli_test_cflags) $(GIO_CFLAGS) \
	$(OPENSSL_CFLAGS)
tests_cli_setup_test_files_LDADD = $(cli_test_ldadd)
tests_cli_setup_test_name_CFLAGS = $(cli_test_cflags) $(GIO_CFLAGS) \
	$(OPENSSL_CFLAGS)
tests_cli_setup_test_name_LDADD = $(cli_test_ldadd)
tests_cli_setup_test_plan_CFLAGS = $(cli_test_cflags) $(GIO_CFLAGS) \
	$(OPENSSL_CFLAGS)
tests_cli_setup_test_plan_LDADD = $(cli_test_ldadd)
tests_cli_setup_test_save_CFLAGS = $(cli_test_cflags) $(GIO_CFLAGS) \
	$(OPENSSL_CFLAGS)
tests_cli_setup_test_save_LDADD = $(cli_test_ldadd)
