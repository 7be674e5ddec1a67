# SPDX-License-Identifier: BSD-2-Clause
SQL_TESTS = \
	tests/sql/test-conninfo \
	tests/sql/test-error \
	tests/sql/test-report-key \
	tests/sql/test-report-params
STORE_TESTS = \
	tests/sql/test-alert-live \
	tests/sql/test-columns-live \
	tests/sql/test-maintain-live \
	tests/sql/test-patience-live \
	tests/sql/test-prepared-live \
	tests/sql/test-store-live
SCHEMA_TESTS = \
	%D%/alert-bounds.sql \
	%D%/alert-trust.sql \
	%D%/alert-windows.sql \
	%D%/alerts.sql \
	%D%/batch.sql \
	%D%/citus.sql \
	%D%/citus-statements.py \
	%D%/contract.sql \
	%D%/corroboration.sql \
	%D%/digest.sql \
	%D%/flood.sql \
	%D%/fold.sql \
	%D%/incidents.sql \
	%D%/ingest.sql \
	%D%/limits.sql \
	%D%/loops.sql \
	%D%/partitions.sql \
	%D%/privileges.sql \
	%D%/purge.sql \
	%D%/purge-days.sql \
	%D%/rollout.sql \
	%D%/rollout-days.sql \
	%D%/tenant.sql \
	%D%/verdicts.sql \
	%D%/verdicts-purge.sql \
	%D%/watch.sql
EXTRA_DIST += $(SCHEMA_TESTS) %D%/alerts.psql \
	%D%/begin.psql %D%/citus.psql %D%/citusrules.py \
	%D%/citusstatements.py %D%/exec %D%/nodetree.py %D%/run.py \
	%D%/read-binary.h %D%/sample-report.h %D%/verdicts.psql
if HAVE_CMOCKA
TESTS += $(SQL_TESTS)
check_PROGRAMS += $(SQL_TESTS) $(STORE_TESTS)
BUILT_STORE_TESTS = $(STORE_TESTS:%='$(abs_top_builddir)/%')
endif
LIVE_SOURCES = %D%/live.c %D%/live.h
SQL_TEST_CFLAGS = $(sql_libstore_a_CFLAGS) $(CMOCKA_CFLAGS)
SQL_TEST_LIBS = $(STORE_LIBS) $(PARSER_LIBS) $(CMOCKA_LIBS)
tests_sql_test_conninfo_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_error_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_conninfo_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_error_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_report_key_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_report_key_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_report_params_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_report_params_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_alert_live_SOURCES = %D%/test-alert-live.c $(LIVE_SOURCES)
tests_sql_test_alert_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_alert_live_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_columns_live_SOURCES = %D%/test-columns-live.c $(LIVE_SOURCES)
tests_sql_test_columns_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_columns_live_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_maintain_live_SOURCES = %D%/test-maintain-live.c $(LIVE_SOURCES)
tests_sql_test_maintain_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_maintain_live_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_patience_live_SOURCES = %D%/test-patience-live.c $(LIVE_SOURCES)
tests_sql_test_patience_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_patience_live_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_prepared_live_SOURCES = %D%/test-prepared-live.c $(LIVE_SOURCES)
tests_sql_test_prepared_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_prepared_live_LDADD = $(SQL_TEST_LIBS)
tests_sql_test_store_live_SOURCES = %D%/test-store-live.c $(LIVE_SOURCES)
tests_sql_test_store_live_CFLAGS = $(SQL_TEST_CFLAGS)
tests_sql_test_store_live_LDADD = $(SQL_TEST_LIBS)

# Starts its own PostgreSQL.
check-sql: all $(check_PROGRAMS)
	$(SAY_SKIPPED)
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	CMOCKA_MESSAGE_OUTPUT=TAP \
	TLSREPORT='$(abs_top_builddir)/cli/tlsreport' $(PYTHON) run.py \
		$(BUILT_STORE_TESTS) \
		$(notdir $(SCHEMA_TESTS))
.PHONY: check-sql
