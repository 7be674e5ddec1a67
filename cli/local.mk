# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += cli/libcli.a
cli_libcli_a_SOURCES = \
	%D%/account.c %D%/account.h \
	%D%/alert-channel.c %D%/alert-channel.h \
	%D%/alert-deliver.c %D%/alert-deliver.h \
	%D%/alert-mail.c %D%/alert-mail.h \
	%D%/alert-text.c %D%/alert-text.h \
	%D%/check-output.c %D%/check-output.h \
	%D%/child.c %D%/child.h \
	%D%/cmd-alert.c \
	%D%/cmd-check.c \
	%D%/cmd-dashboard.c \
	%D%/cmd-db.c \
	%D%/cmd-help.c \
	%D%/cmd-import.c \
	%D%/cmd-maintain.c \
	%D%/cmd-purge.c \
	%D%/cmd-quarantine.c \
	%D%/cmd-query.c \
	%D%/cmd-rule.c \
	%D%/cmd-show.c \
	%D%/cmd-spool.c \
	%D%/command.c %D%/command.h \
	%D%/config-access.c \
	%D%/config-alert.c \
	%D%/config-check.c %D%/config-check.h \
	%D%/config-postfix.c \
	%D%/database-check.c %D%/database-check.h \
	%D%/day.c %D%/day.h \
	%D%/explain.c %D%/explain.h \
	%D%/failure-group.c %D%/failure-group.h \
	%D%/html.h \
	%D%/import-batch.c %D%/import-batch.h \
	%D%/import-queue.c %D%/import-queue.h \
	%D%/import-worker.c %D%/import-worker.h \
	%D%/input.c %D%/input.h \
	%D%/policy-kind.c %D%/policy-kind.h \
	%D%/progress.c %D%/progress.h \
	%D%/report-file.c %D%/report-file.h \
	%D%/report-view.c %D%/report-view.h \
	%D%/source.c %D%/source.h \
	%D%/table.c %D%/table.h %D%/table-text.c \
	%D%/text.c %D%/text.h \
	%D%/trend.c %D%/trend.h
if HAVE_DASHBOARD
cli_libcli_a_SOURCES += %D%/html.c
nodist_cli_libcli_a_SOURCES = dashboards/page/page-resource.c \
	dashboards/page/page-resource.h
else
cli_libcli_a_SOURCES += %D%/html-none.c
endif
cli_libcli_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GIO_CFLAGS)

bin_PROGRAMS += cli/tlsreport
cli_tlsreport_SOURCES = %D%/main.c
cli_tlsreport_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
cli_tlsreport_LDADD = cli/libcli.a $(STORE_LIBS) $(SETTINGS_LIBS) \
	$(PARSER_LIBS)

completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = %D%/completions/tlsreport
