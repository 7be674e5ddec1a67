# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += sql/libstore.a
sql_libstore_a_SOURCES = \
	%D%/alert-series.c %D%/alert-series.h \
	%D%/binary.c %D%/binary.h \
	%D%/connection.c %D%/connection.h \
	%D%/conninfo.c %D%/conninfo.h \
	%D%/error.c %D%/error.h \
	%D%/grant.c %D%/grant.h \
	%D%/migrate.c %D%/migrate.h \
	%D%/prepared.c %D%/prepared.h \
	%D%/report-key.c %D%/report-key.h \
	%D%/report-params.c %D%/report-params.h \
	%D%/roles.c %D%/roles.h \
	%D%/schema.c %D%/schema.h \
	%D%/sqlstate.h \
	%D%/statement.c %D%/statement.h \
	%D%/store.c %D%/store.h \
	%D%/store-alert.c %D%/store-alert.h \
	%D%/store-dashboard.c %D%/store-dashboard.h \
	%D%/store-digest.c %D%/store-digest.h \
	%D%/store-domain.c %D%/store-domain.h \
	%D%/store-health.c %D%/store-health.h \
	%D%/store-insert.c %D%/store-insert.h \
	%D%/store-internal.h \
	%D%/store-maintain.c %D%/store-maintain.h \
	%D%/store-purge.c %D%/store-purge.h \
	%D%/store-quarantine.c %D%/store-quarantine.h \
	%D%/store-query.c %D%/store-query.h \
	%D%/store-rollout.c %D%/store-rollout.h \
	%D%/store-rule.c %D%/store-rule.h \
	%D%/store-status.c %D%/store-status.h \
	%D%/store-table.c %D%/store-table.h \
	%D%/store-view.c %D%/store-view.h \
	%D%/store-watch.c %D%/store-watch.h \
	%D%/text-array.c %D%/text-array.h
nodist_sql_libstore_a_SOURCES = %D%/schema-resource.c %D%/schema-resource.h
sql_libstore_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GIO_CFLAGS) \
	$(LIBPQ_CFLAGS)
STORE_LIBS = sql/libstore.a $(LIBPQ_LIBS) $(GIO_LIBS) $(GLIB_LIBS)

# The SQL is part of the program, so that it always fits. Every file that is
# there counts.
SCHEMA_FILES = $(wildcard $(srcdir)/%D%/schema/*.sql \
	$(srcdir)/%D%/schema/now/*.sql $(srcdir)/%D%/query/*.sql)
EXTRA_DIST += %D%/schema %D%/query %D%/resource.sh
BUILT_SOURCES += %D%/schema-resource.c %D%/schema-resource.h
CLEANFILES += %D%/schema-resource.c %D%/schema-resource.h \
	%D%/schema.gresource.xml

%D%/schema.gresource.xml: $(SCHEMA_FILES) $(srcdir)/%D%/resource.sh
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		$(srcdir)/%D%/resource.sh $(srcdir)/%D% >$@.new && mv $@.new $@

%D%/schema-resource.c: %D%/schema.gresource.xml $(SCHEMA_FILES)
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=$(srcdir)/%D% \
		--c-name schema --generate-source --target=$@ \
		%D%/schema.gresource.xml

%D%/schema-resource.h: %D%/schema.gresource.xml
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=$(srcdir)/%D% \
		--c-name schema --generate-header --target=$@ \
		%D%/schema.gresource.xml
