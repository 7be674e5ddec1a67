-- SPDX-License-Identifier: BSD-2-Clause
-- The names that dashboards rely on.
\ir begin.psql
SELECT plan(23);

SELECT columns_are('tlsrpt', 'v_report', ARRAY['day', 'report_key',
  'organization_name', 'contact_info', 'report_id', 'period_start',
  'period_end', 'auth_domain', 'authenticated', 'received_at', 'received_by',
  'policies', 'successful_sessions', 'failed_sessions']);
SELECT columns_are('tlsrpt', 'v_policy', ARRAY['day', 'report_key',
  'organization_name', 'authenticated', 'policy_no', 'policy_type',
  'policy_domain', 'sts_mode', 'policy_string', 'mx_host',
  'successful_sessions', 'failed_sessions']);
SELECT columns_are('tlsrpt', 'v_failure', ARRAY['day', 'report_key',
  'organization_name', 'authenticated', 'policy_type', 'policy_domain',
  'sts_mode', 'result_type', 'category', 'severity', 'sending_mta_ip',
  'receiving_mx_hostname', 'receiving_mx_helo', 'receiving_ip',
  'failed_sessions', 'additional_information', 'failure_reason_code',
  'withheld_sessions']);
SELECT columns_are('tlsrpt', 'v_daily_domain', ARRAY['day', 'policy_domain',
  'organization_name', 'authenticated', 'reports', 'successful_sessions',
  'failed_sessions']);
SELECT columns_are('tlsrpt', 'v_daily_policy', ARRAY['day', 'policy_domain',
  'organization_name', 'authenticated', 'policy_type', 'reports',
  'successful_sessions', 'failed_sessions']);
SELECT columns_are('tlsrpt', 'v_daily_failure', ARRAY['day', 'policy_domain',
  'organization_name', 'authenticated', 'result_type', 'category', 'severity',
  'receiving_mx_hostname', 'failed_sessions', 'withheld_sessions']);
SELECT columns_are('tlsrpt', 'v_reporter', ARRAY['organization_name',
  'auth_domain', 'first_day', 'last_day', 'reports', 'reports_with_remarks',
  'remarks']);
SELECT columns_are('tlsrpt', 'v_alert', ARRAY['alert_id', 'rule', 'state',
  'severity', 'policy_domain', 'result_type', 'receiving_mx_hostname',
  'first_day', 'last_day', 'failed_sessions', 'opened_at', 'resolved_at',
  'acknowledged_at', 'organization_name', 'withheld_sessions', 'all_sessions',
  'reporters', 'acknowledged_by', 'title', 'explanation', 'remedy']);
SELECT columns_are('tlsrpt', 'result_type_info', ARRAY['result_type',
  'category', 'severity', 'title', 'explanation', 'remedy']);

SELECT set_eq(
  format($$SELECT table_name::text, ordinal_position, column_name::text,
      data_type::text FROM information_schema.columns
    WHERE table_schema = %L AND table_name = ANY (%L)$$, 'tlsrpt_tenant',
    names),
  format($$SELECT table_name::text, ordinal_position, column_name::text,
      data_type::text FROM information_schema.columns
    WHERE table_schema = %L AND table_name = ANY (%L)$$, 'tlsrpt', names),
  'a tenant has the same views')
FROM (VALUES (ARRAY['v_report', 'v_policy', 'v_failure', 'v_daily_domain',
  'v_daily_policy', 'v_daily_failure', 'v_reporter', 'v_alert',
  'result_type_info'])) AS contract (names);
SELECT is((SELECT count(*)::integer FROM result_type_info), 11,
  'every registered result type is explained');
SELECT is(schema_version(), (SELECT max(version) FROM tlsrpt.schema_version),
  'the version is the last one applied');
SELECT is(pg_get_function_result(p.oid), 'boolean',
  'ingest() answers with a boolean')
FROM pg_proc AS p WHERE pronamespace = 'tlsrpt'::regnamespace
  AND proname = 'ingest';

-- Citus can distribute only what has the key in every unique constraint.
SELECT is_empty($$
  SELECT c.conname FROM pg_constraint AS c
  WHERE c.connamespace = 'tlsrpt'::regnamespace AND c.contype = 'f'
$$, 'there are no foreign keys');
SELECT is_empty($$
  SELECT tgname FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
  WHERE c.relnamespace = 'tlsrpt'::regnamespace
$$, 'there are no triggers');
SELECT is_empty($$
  SELECT relname FROM pg_class
  WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'S'
$$, 'there are no sequences');

SELECT is(sts_mode('sts', '{version: STSv1,mode: testing}'), 'testing');
SELECT is(sts_mode('sts', ARRAY['mode:enforce ', 'mode: none']), 'enforce',
  'the first mode counts');
SELECT is(sts_mode('sts', '{mode: whatever}'), NULL, 'not a mode');
SELECT is(sts_mode('sts', '{mode: whatever,mode: none}'), NULL,
  'nor is the next one looked at');
SELECT is(sts_mode('sts', ARRAY['mode', E'  mode:\ttesting\r\n']), 'testing',
  'blanks around it do not matter');
SELECT is(sts_mode('tlsa', '{mode: enforce}'), NULL, 'not a policy');

-- Who keeps mail because of what failed.
SELECT is_empty($$
  SELECT * FROM (VALUES
    ('tlsa', NULL, 'certificate-expired', true),
    ('tlsa', NULL, 'tlsa-invalid', true),
    ('sts', 'enforce', 'certificate-expired', true),
    ('sts', 'enforce', 'odd', true),
    ('sts', 'testing', 'certificate-expired', false),
    ('sts', 'none', 'certificate-expired', false),
    ('sts', NULL, 'certificate-expired', false),
    ('no-policy-found', NULL, 'starttls-not-supported', false),
    ('sts', 'enforce', 'sts-policy-fetch-error', false),
    ('sts', 'enforce', 'sts-webpki-invalid', false)
  ) AS expected (policy_type, sts_mode, cause, withheld)
  WHERE withholds_mail(policy_type, sts_mode, cause) <> withheld
$$, 'mail is withheld where the policy demands it');

SELECT * FROM finish();
ROLLBACK;
