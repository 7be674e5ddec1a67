# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += sql/libstore.a
sql_libstore_a_SOURCES = \
	%D%/alert-series.c %D%/alert-series.h \
	%D%/conninfo.c %D%/conninfo.h \
	%D%/error.c %D%/error.h \
	%D%/grant.c %D%/grant.h \
	%D%/migrate.c %D%/migrate.h \
	%D%/report-key.c %D%/report-key.h \
	%D%/report-params.c %D%/report-params.h \
	%D%/spool.c %D%/spool.h \
	%D%/spool-file.c %D%/spool-file.h \
	%D%/sqlstate.h \
	%D%/store.c %D%/store.h \
	%D%/store-alert.c %D%/store-alert.h \
	%D%/store-dashboard.c %D%/store-dashboard.h \
	%D%/store-health.c %D%/store-health.h \
	%D%/store-insert.c %D%/store-insert.h \
	%D%/store-internal.h \
	%D%/store-maintain.c %D%/store-maintain.h \
	%D%/store-quarantine.c %D%/store-quarantine.h \
	%D%/store-query.c %D%/store-query.h \
	%D%/store-rule.c %D%/store-rule.h \
	%D%/store-table.c %D%/store-table.h \
	%D%/store-view.c %D%/store-view.h \
	%D%/text-array.c %D%/text-array.h
nodist_sql_libstore_a_SOURCES = %D%/schema-resource.c %D%/schema-resource.h
sql_libstore_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GIO_CFLAGS) \
	$(LIBPQ_CFLAGS)
STORE_LIBS = sql/libstore.a $(LIBPQ_LIBS) $(GIO_LIBS) $(GLIB_LIBS)

# The SQL is part of the program, so that it always fits.
SCHEMA_FILES = %D%/roles.sql %D%/schema/0001-reports.sql \
	%D%/schema/0002-alerts.sql %D%/schema/0003-daily-index.sql \
	%D%/alert-delivery.sql %D%/alert-rules.sql %D%/alerts.sql \
	%D%/health.sql %D%/partitions.sql %D%/ingest.sql \
	%D%/roll-up.sql %D%/views.sql %D%/tenant.sql %D%/dashboard/period.sql \
	%D%/dashboard/types.sql %D%/dashboard/sessions.sql \
	%D%/dashboard/reports.sql %D%/dashboard/alerts.sql
# For a cluster that one server is too small for.
dist_example_DATA += %D%/citus.sql
EXTRA_DIST += %D%/schema.gresource.xml $(SCHEMA_FILES)
BUILT_SOURCES += %D%/schema-resource.c %D%/schema-resource.h
CLEANFILES += %D%/schema-resource.c %D%/schema-resource.h

%D%/schema-resource.c: %D%/schema.gresource.xml $(SCHEMA_FILES)
	$(AM_V_GEN)$(MKDIR_P) %D% && $(GLIB_COMPILE_RESOURCES) \
		--sourcedir=$(srcdir)/%D% --c-name schema \
		--generate-source --target=$@ $(srcdir)/%D%/schema.gresource.xml

%D%/schema-resource.h: %D%/schema.gresource.xml
	$(AM_V_GEN)$(MKDIR_P) %D% && $(GLIB_COMPILE_RESOURCES) \
		--sourcedir=$(srcdir)/%D% --c-name schema \
		--generate-header --target=$@ $(srcdir)/%D%/schema.gresource.xml
