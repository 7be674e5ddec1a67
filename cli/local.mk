# SPDX-License-Identifier: BSD-2-Clause
# The commands, in the order of the help.
COMMAND_FILES = \
	%D%/cmd-status.c \
	%D%/cmd-show.c \
	%D%/cmd-import.c \
	%D%/cmd-sample.c \
	%D%/cmd-query.c \
	%D%/cmd-dashboard.c \
	%D%/cmd-alert.c \
	%D%/cmd-rule.c \
	%D%/cmd-signer.c \
	%D%/cmd-db.c \
	%D%/cmd-maintain.c \
	%D%/cmd-purge.c \
	%D%/cmd-spool.c \
	%D%/cmd-quarantine.c \
	%D%/cmd-setup.c \
	%D%/cmd-check-domain.c \
	%D%/cmd-advise.c \
	%D%/cmd-check.c \
	%D%/cmd-complete.c \
	%D%/cmd-help.c

noinst_LIBRARIES += cli/libcli.a
cli_libcli_a_SOURCES = \
	$(COMMAND_FILES) \
	%D%/command.c %D%/command.h \
	%D%/day.c %D%/day.h \
	%D%/explain.c %D%/explain.h \
	%D%/explain-text.c %D%/explain-text.h \
	%D%/failure-group.c %D%/failure-group.h \
	%D%/filter.c %D%/filter.h \
	%D%/html-data.c %D%/html-data.h \
	%D%/html-directory.c %D%/html-directory.h \
	%D%/html-each.c %D%/html-each.h \
	%D%/html-index.c %D%/html-index.h \
	%D%/html.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/option-words.c %D%/option-words.h \
	%D%/policy-kind.c %D%/policy-kind.h \
	%D%/progress.c %D%/progress.h \
	%D%/report-file.c %D%/report-file.h \
	%D%/report-stored.c %D%/report-stored.h \
	%D%/report-view.c %D%/report-view.h \
	%D%/side-by-side.c %D%/side-by-side.h \
	%D%/table-records.c \
	%D%/table-text.c \
	%D%/table-tidy.c \
	%D%/table.c %D%/table.h \
	%D%/text.c %D%/text.h \
	%D%/trend.c %D%/trend.h \
	%D%/advise/advice.c %D%/advise/advice.h \
	%D%/advise/look.h \
	%D%/advise/output.c %D%/advise/output.h \
	%D%/alert/channel.c %D%/alert/channel.h \
	%D%/alert/child.c %D%/alert/child.h \
	%D%/alert/deliver.c %D%/alert/deliver.h \
	%D%/alert/digest.c %D%/alert/digest.h \
	%D%/alert/mail.c %D%/alert/mail.h \
	%D%/alert/message.c %D%/alert/message.h \
	%D%/alert/paragraph.c %D%/alert/paragraph.h \
	%D%/alert/text.c %D%/alert/text.h \
	%D%/alert/now.h \
	%D%/alert/watch.c %D%/alert/watch.h \
	%D%/alert/webhook-form.c %D%/alert/webhook-form.h \
	%D%/alert/webhook-news.c %D%/alert/webhook-news.h \
	%D%/alert/webhook-pager.c \
	%D%/alert/webhook-post.c %D%/alert/webhook-post.h \
	%D%/alert/webhook-secret.c %D%/alert/webhook-secret.h \
	%D%/alert/webhook-text.c %D%/alert/webhook-text.h \
	%D%/alert/webhook.c %D%/alert/webhook.h \
	%D%/check/account.c %D%/check/account.h \
	%D%/check/config-access.c \
	%D%/check/config-alert.c \
	%D%/check/config-check.c %D%/check/config-check.h \
	%D%/check/config-https.c \
	%D%/check/config-postfix.c \
	%D%/check/config-sendmail.c \
	%D%/check/config-webhook.c \
	%D%/check/database-check.c %D%/check/database-check.h \
	%D%/check/domain.h \
	%D%/check/output.c %D%/check/output.h \
	%D%/check/postconf.c %D%/check/postconf.h \
	%D%/check/probe-options.c %D%/check/probe-options.h \
	%D%/import/batch.c %D%/import/batch.h \
	%D%/import/input.c %D%/import/input.h \
	%D%/import/kind.c %D%/import/kind.h \
	%D%/import/queue.c %D%/import/queue.h \
	%D%/import/source.c %D%/import/source.h \
	%D%/import/unpack.c %D%/import/unpack.h \
	%D%/import/worker.c %D%/import/worker.h \
	%D%/setup/setup.h \
	%D%/setup/virtual-host.h
nodist_cli_libcli_a_SOURCES = %D%/command-list.c
if HAVE_PROBE
cli_libcli_a_SOURCES += %D%/advise/look.c \
	%D%/alert/now.c %D%/alert/watch-look.c \
	%D%/check/domain.c \
	%D%/check/domain-options.c %D%/check/domain-options.h \
	%D%/check/domain-evidence.c %D%/check/domain-evidence.h \
	%D%/check/domain-text.c %D%/check/domain-text.h \
	%D%/check/probe-open.c %D%/check/probe-open.h \
	%D%/setup/error.c %D%/setup/error.h \
	%D%/setup/https.c %D%/setup/https.h \
	%D%/setup/name.c %D%/setup/name.h \
	%D%/setup/plan.c %D%/setup/plan.h \
	%D%/setup/planning-https.c \
	%D%/setup/planning-removal.c \
	%D%/setup/planning-web.c \
	%D%/setup/planning.c %D%/setup/planning.h \
	%D%/setup/policy.c %D%/setup/policy.h \
	%D%/setup/print.c %D%/setup/print.h \
	%D%/setup/save.c %D%/setup/save.h \
	%D%/setup/setup.c \
	%D%/setup/step.c %D%/setup/step.h \
	%D%/setup/virtual-host.c \
	%D%/setup/zone.c %D%/setup/zone.h
else
cli_libcli_a_SOURCES += %D%/advise/look-none.c \
	%D%/alert/now-none.c %D%/alert/watch-none.c \
	%D%/check/domain-none.c %D%/setup/setup-none.c
endif
if HAVE_DASHBOARD
cli_libcli_a_SOURCES += %D%/html.c
nodist_cli_libcli_a_SOURCES += dashboards/page/page-resource.c \
	dashboards/page/page-resource.h
else
cli_libcli_a_SOURCES += %D%/html-none.c
endif
cli_libcli_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GIO_CFLAGS) \
	$(JANSSON_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)
CLI_LIBS = cli/libcli.a $(PROBE_LIBS) $(INTAKE_LIBS) $(CURL_LIBS)

CLEANFILES += %D%/command-list.c
%D%/command-list.c: $(COMMAND_FILES) Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && for file in $(COMMAND_FILES); do \
		sed -n 's/^const Command \(cmd_[a-z_]*\) = {$$/\1/p' \
			"$(srcdir)/$$file" || exit; \
	done >$@.names && { \
		echo '#include "cli/command.h"' && \
		sed 's/.*/extern const Command &;/' $@.names && \
		echo 'const Command *const command_list[] = {' && \
		sed 's/.*/\&&,/' $@.names && echo 'NULL};'; } >$@.new && \
		rm $@.names && mv $@.new $@

bin_PROGRAMS += cli/tlsreport
cli_tlsreport_SOURCES = %D%/main.c
cli_tlsreport_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
cli_tlsreport_LDADD = $(CLI_LIBS) $(JEMALLOC_LIBS)

completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = %D%/completions/tlsreport
fishdir = $(datadir)/fish/vendor_completions.d
dist_fish_DATA = %D%/completions/tlsreport.fish
zshdir = $(datadir)/zsh/site-functions
dist_zsh_DATA = %D%/completions/_tlsreport
