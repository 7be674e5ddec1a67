-- SPDX-License-Identifier: BSD-2-Clause
-- What the roles may do. Every upgrade runs this, also where nothing else is
-- new, and "db grant", for a database that was restored without its roles: it
-- waits for no reader, and none waits for it.

-- Functions are executable by everybody unless that is revoked. Reports come
-- in through these alone. Nothing is granted on a partition, and on tables only
-- to operators.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tlsrpt FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tlsrpt_tenant FROM PUBLIC;
GRANT USAGE ON SCHEMA tlsrpt TO tlsrpt_writer, tlsrpt_reader;
GRANT EXECUTE ON FUNCTION ingest, ingest_batch, quarantine, fold,
  find_loops, put_off_report, ensure_partitions, purge_quarantine,
  schema_version, health,
  judge_domains, put_off_domain,
  evaluate_alerts, skip_alerts, claim_alerts, finish_alerts, acknowledge_alert,
  acknowledge_incidents, incidents_to_look_at, note_now,
  claim_domains_to_watch, note_observation, unresolved_incidents,
  incident_counts, incidents, incident_texts, digest, claim_digest, alert_channels,
  collation_change, utc_text, one_line, reporter_text,
  trusted_signers TO tlsrpt_writer;
GRANT EXECUTE ON FUNCTION schema_version, health, status, alert_channels,
  collation_change, utc_text, one_line, reporter_text, trusted_signers,
  incident_changes, incident_texts, digest TO tlsrpt_reader;
-- What a view calls is called with the rights of whoever reads it.
GRANT EXECUTE ON FUNCTION withholds_mail, failure_severity, count_sessions,
  incidents, mx_hosts, one_line, reporter_text, rollout
  TO tlsrpt_reader, tlsrpt_tenant;
GRANT EXECUTE ON FUNCTION domain_sums, policy_sums, failure_sums
  TO tlsrpt_reader;
GRANT EXECUTE ON FUNCTION incident_weight TO tlsrpt_writer;
GRANT EXECUTE ON FUNCTION incident_weight, tlsrpt_tenant.incident_weight
  TO tlsrpt_reader, tlsrpt_tenant;
GRANT SELECT ON v_report, v_policy, v_failure, v_daily_domain, v_daily_policy,
  v_daily_failure, v_daily_reporter_sum, v_daily_type_sum, v_daily_domain_sum,
  v_daily_policy_sum, v_domain_policy, v_domain_reporter, v_reporter,
  v_report_loop, v_alert, v_incident, v_rollout, v_alert_rule, v_alert_channel,
  v_trusted_signer, v_observation, result_type_info
  TO tlsrpt_reader;

-- Operators are readers, too. They acknowledge alerts, try refused reports
-- again or delete them, and set rules.
GRANT EXECUTE ON FUNCTION ingest, ingest_batch, acknowledge_alert,
  acknowledge_incidents, review_alerts, test_alert_rule TO tlsrpt_operator;
GRANT SELECT, DELETE ON quarantine TO tlsrpt_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_rule TO tlsrpt_operator;
GRANT SELECT, INSERT, DELETE ON trusted_signer TO tlsrpt_operator;

GRANT USAGE ON SCHEMA tlsrpt_tenant TO tlsrpt_tenant;
GRANT SELECT ON ALL TABLES IN SCHEMA tlsrpt_tenant TO tlsrpt_tenant;
GRANT EXECUTE ON FUNCTION tlsrpt_tenant.schema_version, tlsrpt_tenant.utc_text,
  tlsrpt_tenant.one_line, tlsrpt_tenant.reporter_text,
  tlsrpt_tenant.failure_severity, tlsrpt_tenant.incidents,
  tlsrpt_tenant.incident_texts, tlsrpt_tenant.digest, tlsrpt_tenant.mx_hosts,
  tlsrpt_tenant.rollout, tlsrpt_tenant.domain_sums, tlsrpt_tenant.policy_sums,
  tlsrpt_tenant.failure_sums
  TO tlsrpt_tenant;
