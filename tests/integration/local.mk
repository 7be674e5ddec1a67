# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += \
	%D%/alerting.py \
	%D%/browser.py \
	%D%/checking.py \
	%D%/comparison.py \
	%D%/conftest.py \
	%D%/daemon.py \
	%D%/dashboardfixtures.py \
	%D%/dashboardpage.py \
	%D%/databasefaults.py \
	%D%/demo.py \
	%D%/flood.py \
	%D%/history.py \
	%D%/grafana.py \
	%D%/httpsintake.py \
	%D%/hostile.py \
	%D%/imapserver.py \
	%D%/mailers.py \
	%D%/milterprotocol.py \
	%D%/pgbouncer.py \
	%D%/policyhosts.py \
	%D%/postfix.py \
	%D%/postgres.py \
	%D%/pristine.py \
	%D%/process.py \
	%D%/reporters.py \
	%D%/reportmail.py \
	%D%/scenarios.py \
	%D%/sendmail.py \
	%D%/signing.py \
	%D%/rspamd.py \
	%D%/simulation.py \
	%D%/simworld.py \
	%D%/smtpserver.py \
	%D%/soak.py \
	%D%/sqlexporter.py \
	%D%/storedreports.py \
	%D%/stssender.py \
	%D%/test_advise.py \
	%D%/test_alert_commands.py \
	%D%/test_alert_now.py \
	%D%/test_alerts.py \
	%D%/test_authentication.py \
	%D%/test_beside_traffic.py \
	%D%/test_check_domain.py \
	%D%/test_check_evidence.py \
	%D%/test_check_oracles.py \
	%D%/test_checks.py \
	%D%/test_cli.py \
	%D%/test_corroboration.py \
	%D%/test_dashboard.py \
	%D%/test_dashboard_command.py \
	%D%/test_dashboard_pages.py \
	%D%/test_dashboard_truth.py \
	%D%/test_database.py \
	%D%/test_days.py \
	%D%/test_faults.py \
	%D%/test_failing_calls.py \
	%D%/test_flood.py \
	%D%/test_growing.py \
	%D%/test_grafana.py \
	%D%/test_grafana_form.py \
	%D%/test_grafana_numbers.py \
	%D%/test_hostile.py \
	%D%/test_https.py \
	%D%/test_load.py \
	%D%/test_loops.py \
	%D%/test_imap.py \
	%D%/test_import.py \
	%D%/test_manual.py \
	%D%/test_metrics.py \
	%D%/test_operations.py \
	%D%/test_passing.py \
	%D%/test_prometheus.py \
	%D%/test_protocol.py \
	%D%/test_quarantine.py \
	%D%/test_recipients.py \
	%D%/test_reporters.py \
	%D%/test_roles.py \
	%D%/test_rollout.py \
	%D%/test_rollout_page.py \
	%D%/test_rspamd.py \
	%D%/test_sendmail.py \
	%D%/test_setup.py \
	%D%/test_setup_command.py \
	%D%/test_simulation.py \
	%D%/test_soak.py \
	%D%/test_spool.py \
	%D%/test_start.py \
	%D%/test_store.py \
	%D%/test_surroundings.py \
	%D%/test_reading.py \
	%D%/test_tables.py \
	%D%/test_story.py \
	%D%/test_unit.py \
	%D%/test_upgrade.py \
	%D%/test_watch_beside_traffic.py \
	%D%/test_webhook.py \
	%D%/test_webhook_hostile.py \
	%D%/test_webservers.py \
	%D%/traffic.py \
	%D%/webhooksink.py \
	%D%/webservers.py \
	tests/probe/README \
	tests/probe/cases \
	tests/probe/lab \
	tests/dashboards/tlsrpt-milter.rules.test.yml \
	tests/dashboards/tlsrpt.rules.test.yml \
	tests/samples/certificate-expired.json \
	tests/samples/google.json \
	tests/samples/microsoft.json \
	tests/samples/postfix.json \
	tests/milter/abort.lua \
	tests/milter/broken.lua \
	tests/milter/connections.lua \
	tests/milter/foreign.lua \
	tests/milter/lua/session.lua \
	tests/milter/no-report.lua

PYTHON = /usr/bin/python3
PYTEST_FLAGS =

# The programs as they are installed: what the sanitizers add would hide how
# much memory they need.
plain:
	$(AM_V_at)$(MKDIR_P) plain && cd plain && \
		{ test -f Makefile || '$(abs_srcdir)/configure' -q; } && \
		$(MAKE) -s all

# Starts its own PostgreSQL and Postfix; needs root for Postfix.
check-integration: all plain tests/fault/fail.so
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	top_builddir='$(abs_top_builddir)' $(PYTHON) -m pytest -q \
		-p no:cacheprovider $(PYTEST_FLAGS)

# The same for five minutes, with figures.
traffic: all plain
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	TLSRPT_TRAFFIC_SECONDS=$${TLSRPT_TRAFFIC_SECONDS:-300} \
	TLSRPT_TRAFFIC_RATE=$${TLSRPT_TRAFFIC_RATE:-200} \
	TLSRPT_TRAFFIC_OLD=$${TLSRPT_TRAFFIC_OLD:-1000000} \
	top_builddir='$(abs_top_builddir)' $(PYTHON) -m pytest -q -s \
		-p no:cacheprovider test_beside_traffic.py

# A hundred thousand reports by strangers, with figures.
flood: all plain
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	TLSRPT_FLOOD_REPORTS=$${TLSRPT_FLOOD_REPORTS:-100000} \
	TLSRPT_FLOOD_ROWS=$${TLSRPT_FLOOD_ROWS:-10000} \
	TLSRPT_FLOOD_MOST=$${TLSRPT_FLOOD_MOST:-10000000} \
	top_builddir='$(abs_top_builddir)' $(PYTHON) -m pytest -q -s \
		-p no:cacheprovider test_flood.py

# A year in which domains are watched, from one look to the next: a quarter of
# an hour.
SIMULATE_DAYS = 365
SIMULATE_SEED = 1
simulate-year: all plain
	$(AM_V_at)cd $(srcdir)/%D% && PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) simulation.py '$(abs_top_builddir)/plain' \
		$(SIMULATE_DAYS) $(SIMULATE_SEED)
.PHONY: check-integration flood plain simulate-year traffic
