-- SPDX-License-Identifier: BSD-2-Clause
-- A tenant sees of every view the rows that are about his domains.
\ir begin.psql
SELECT plan(55);

CREATE ROLE tenant_one;
CREATE ROLE tenant_two;
CREATE ROLE tenant_group;
CREATE ROLE tenant_member IN ROLE tenant_group;
CREATE ROLE tenant_outside NOINHERIT IN ROLE tenant_group;
CREATE ROLE tenant_none;
GRANT tlsrpt_tenant TO tenant_one, tenant_two, tenant_group, tenant_none;
INSERT INTO tenant_domain VALUES
  ('tenant_one', 'one.example'), ('tenant_one', 'both.example'),
  ('tenant_two', 'two.example'), ('tenant_group', 'two.example');

SELECT test.put('one', '2026-10-01', '{sts}', '{one.example}', '{10}', '{1}',
  '{1}', '{tlsa-invalid}', '{1}', remarks => '{odd}');
SELECT test.put('mixed', '2026-10-01', '{sts,sts,tlsa}',
  '{one.example,two.example,both.example}', '{1,20,300}', '{2,40,600}',
  '{1,2,3}', '{tlsa-invalid,certificate-expired,starttls-not-supported}',
  '{2,40,600}', remarks => '{"policies[1]: odd"}');
SELECT fold();
SELECT test.put('two', '2026-10-02', '{sts}', '{two.example}', '{5}', '{7}',
  '{1}', '{certificate-expired}', '{7}', organization => 'Other',
  remarks => '{odd}');
SELECT test.put('sub', '2026-10-02', '{sts}', '{mail.one.example}', '{5}',
  '{7}', '{1}', '{certificate-expired}', '{7}');
SELECT test.put('unfolded', '2026-10-03', '{sts,sts}',
  '{one.example,two.example}', '{1000,2000}', '{0,0}');

CREATE OR REPLACE FUNCTION tlsrpt.today() RETURNS date LANGUAGE sql STABLE
RETURN '2026-10-03'::date;
UPDATE alert_rule SET unauthenticated = true;
SELECT review_alerts();
SELECT evaluate_alerts();
INSERT INTO report_loop
SELECT domain, '', 'Org', '2026-10-01', '2026-10-03', 3, 'a@org.example'
FROM unnest(ARRAY['one.example', 'two.example']) AS domain;
-- Two tenants share an incident.
INSERT INTO alert (alert_id, incident_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters)
SELECT 1000, incident_id, rule, 'two.example', result_type,
  receiving_mx_hostname, '', state, severity, first_day, last_day, 70, 70, 70,
  '{Secret}'
FROM alert
WHERE policy_domain = 'one.example' AND result_type = 'tlsa-invalid';

-- test.rows(): the rows of a view without its schema, as the role sees them.
CREATE FUNCTION test.rows(role name, view text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL search_path = tlsrpt, tlsrpt_tenant;
  EXECUTE format('SET LOCAL ROLE %I', role);
  RETURN QUERY EXECUTE format('SELECT v::text FROM %I AS v', view);
  RESET ROLE;
  SET LOCAL search_path = test, tlsrpt, public;
END
$$;

-- Views that have the domain in a row.
SELECT set_eq(
  format('SELECT * FROM test.rows(%L, %L)', 'tenant_one', view),
  format($$SELECT v::text FROM %I AS v
    WHERE policy_domain IN ('one.example', 'both.example')$$, view),
  view || ' has the rows of his domains')
FROM unnest(ARRAY['v_policy', 'v_failure', 'v_daily_domain', 'v_daily_policy',
  'v_daily_failure', 'v_daily_domain_sum', 'v_domain_reporter', 'v_domain_policy',
  'v_report_loop', 'v_alert']) AS view;
SELECT isnt_empty(
  format('SELECT * FROM test.rows(%L, %L)', 'tenant_one', view),
  view || ' has some')
FROM unnest(ARRAY['v_policy', 'v_failure', 'v_daily_domain', 'v_daily_policy',
  'v_daily_failure', 'v_daily_domain_sum', 'v_domain_reporter', 'v_domain_policy',
  'v_report_loop', 'v_alert']) AS view;
SELECT set_eq(
  format('SELECT * FROM test.rows(%L, %L)', 'tlsrpt_reader', view),
  format('SELECT v::text FROM tlsrpt.%I AS v', view),
  'the reader sees all of ' || view)
FROM unnest(ARRAY['v_report', 'v_policy', 'v_failure', 'v_daily_domain',
  'v_daily_policy', 'v_daily_failure', 'v_daily_reporter_sum',
  'v_daily_type_sum', 'v_daily_domain_sum', 'v_daily_policy_sum',
  'v_domain_reporter', 'v_domain_policy', 'v_reporter',
  'v_report_loop', 'v_alert']) AS view;

-- Sums of all domains are those of his.
CREATE FUNCTION test.sums() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', policy_domain, sum(reports), sum(failed_sessions),
    sum(withheld_sessions), max(last_day))
  FROM domain_sums(NULL, NULL) GROUP BY policy_domain, authenticated
  UNION ALL
  SELECT concat_ws(' ', policy_domain, policy_type, sts_mode,
    sum(successful_sessions), max(last_day))
  FROM policy_sums(NULL, NULL) GROUP BY policy_domain, policy_type, sts_mode
  UNION ALL
  SELECT concat_ws(' ', policy_domain, result_type, receiving_mx_hostname,
    sum(failed_sessions), max(last_day))
  FROM failure_sums(NULL, NULL)
  GROUP BY policy_domain, result_type, receiving_mx_hostname
$$;
CREATE FUNCTION test.sums_of(role name) RETURNS SETOF text LANGUAGE plpgsql
AS $$
BEGIN
  SET LOCAL search_path = tlsrpt, tlsrpt_tenant;
  EXECUTE format('SET LOCAL ROLE %I', role);
  RETURN QUERY SELECT * FROM test.sums();
  RESET ROLE;
  SET LOCAL search_path = test, tlsrpt, public;
END
$$;
SELECT set_eq($$SELECT * FROM test.sums_of('tenant_one')$$,
  $$SELECT * FROM test.sums() AS sum
    WHERE sum ~ '^(one|both)\.example '$$, 'of periods');
SELECT set_eq($$SELECT * FROM test.rows('tenant_one', 'v_daily_policy_sum')$$,
  $$SELECT row(day, organization_name, authenticated, policy_type,
      sum(reports), sum(successful_sessions), sum(failed_sessions),
      auth_domain, sts_mode)::text
    FROM v_daily_policy
    WHERE policy_domain IN ('one.example', 'both.example')
    GROUP BY day, organization_name, authenticated, policy_type, auth_domain,
      sts_mode$$, 'of policies');
SELECT set_eq(
  $$SELECT * FROM test.rows('tenant_one', 'v_daily_reporter_sum')$$,
  $$SELECT row(day, organization_name, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions), auth_domain)::text
    FROM v_daily_domain
    WHERE policy_domain IN ('one.example', 'both.example')
    GROUP BY day, organization_name, authenticated, auth_domain$$,
  'sessions of all of them');
SELECT set_eq($$SELECT * FROM test.rows('tenant_one', 'v_daily_type_sum')$$,
  $$SELECT row(day, organization_name, authenticated, result_type,
      sum(failed_sessions), sum(withheld_sessions),
      sum(would_withhold_sessions), auth_domain)::text
    FROM v_daily_failure
    WHERE policy_domain IN ('one.example', 'both.example')
    GROUP BY day, organization_name, authenticated, result_type, auth_domain$$,
  'failures of all of them');

-- An incident has the figures of his domains alone.
SELECT set_eq($$SELECT v FROM test.rows('tenant_one', 'v_incident') AS v$$,
  $$SELECT i::text FROM incidents('{one.example,both.example}') AS i$$,
  'of incidents he sees his part');
SELECT isnt_empty($$SELECT FROM v_incident AS i
    WHERE 'two.example' = ANY (sample_domains)
      AND 'one.example' = ANY (sample_domains)$$, 'of those that others share');
SELECT is_empty($$SELECT FROM test.rows('tenant_one', 'v_incident') AS v
    WHERE v ~ 'two.example|Secret'$$, 'whom he does not see');

GRANT USAGE ON SCHEMA test TO tenant_one;
SET search_path = tlsrpt_tenant, test;
SET LOCAL ROLE tenant_one;
SELECT results_eq(
  $$SELECT report_id, policies, successful_sessions, failed_sessions
    FROM v_report ORDER BY report_id$$,
  $$VALUES ('mixed', 2::bigint, 301::numeric, 602::numeric),
    ('one', 1, 10, 1), ('unfolded', 1, 1000, 0)$$,
  'a report counts what is his');
SELECT results_eq('SELECT organization_name, reports, reports_with_remarks,
    first_day, last_day, remarks FROM v_reporter',
  $$VALUES ('Org', 3::bigint, 1::bigint, '2026-10-01'::date,
    '2026-10-03'::date, '{"odd": 1}'::jsonb)$$,
  'a reporter counts his reports, with remarks where all of it is his');
SELECT results_eq('SELECT * FROM own_domain ORDER BY 1',
  ARRAY['both.example', 'one.example'], 'he can look up what is his');
SELECT ok(schema_version() > 0, 'and the version');
SELECT is((SELECT count(*)::integer FROM result_type_info), 11,
  'and what types mean');
RESET ROLE;
SET search_path = test, tlsrpt, public;

SELECT set_eq($$SELECT * FROM test.rows('tenant_member', 'v_policy')$$,
  $$SELECT v::text FROM v_policy AS v WHERE policy_domain = 'two.example'$$,
  'a member of a group sees what the group sees');
SELECT throws_ok($$SELECT * FROM test.rows('tenant_outside', 'v_policy')$$,
  '42P01', NULL, 'but not without its rights');
SELECT is_empty(format('SELECT * FROM test.rows(%L, %L)', 'tenant_none', view),
  view || ' is empty without domains')
FROM unnest(ARRAY['v_report', 'v_failure', 'v_reporter']) AS view;

-- Another role under an old name.
DROP ROLE tenant_two;
CREATE ROLE tenant_two IN ROLE tlsrpt_tenant;
SELECT is_empty($$SELECT * FROM test.rows('tenant_two', 'v_policy')$$,
  'a role does not inherit from one that had its name');

-- A function that tells all it is called with, and says that it is cheap.
CREATE TABLE test.told (value text);
GRANT INSERT ON test.told TO tenant_one;
CREATE SCHEMA leaks AUTHORIZATION tenant_one;
SET LOCAL ROLE tenant_one;
CREATE FUNCTION leaks.tell(value text) RETURNS boolean LANGUAGE plpgsql
COST 0.0001 AS $$
BEGIN
  INSERT INTO test.told VALUES (value);
  RETURN true;
END
$$;
SET search_path = tlsrpt_tenant;
SELECT count(*) AS seen FROM v_policy WHERE leaks.tell(policy_domain) \gset
SELECT count(*) AS seen FROM v_failure WHERE leaks.tell(policy_domain) \gset
SELECT count(*) AS seen FROM v_daily_domain
  WHERE leaks.tell(policy_domain) \gset
SELECT count(*) AS seen FROM v_daily_policy
  WHERE leaks.tell(policy_domain) \gset
SELECT count(*) AS seen FROM v_daily_failure
  WHERE leaks.tell(policy_domain) \gset
SELECT count(*) AS seen FROM own_domain WHERE leaks.tell(policy_domain) \gset
RESET ROLE;
SET search_path = test, tlsrpt, public;
SELECT set_eq('SELECT value FROM test.told',
  ARRAY['one.example', 'both.example'],
  'a leaky function is called with his domains only');
TRUNCATE test.told;
SET LOCAL ROLE tenant_one;
SET search_path = tlsrpt_tenant;
SELECT count(*) AS seen FROM v_report WHERE leaks.tell(report_id) \gset
SELECT count(*) AS seen FROM v_reporter
  WHERE leaks.tell(organization_name) \gset
RESET ROLE;
SET search_path = test, tlsrpt, public;
SELECT set_eq('SELECT value FROM test.told',
  ARRAY['one', 'mixed', 'unfolded', 'Org'], 'and with his reports');

SELECT * FROM finish();
ROLLBACK;
