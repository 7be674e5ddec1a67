-- SPDX-License-Identifier: BSD-2-Clause
-- However much one report names, the alerts of others open, and in time.
\ir begin.psql
SELECT plan(14);

CREATE FUNCTION test.today() RETURNS date LANGUAGE sql
RETURN (now() AT TIME ZONE 'UTC')::date;

INSERT INTO trusted_signer VALUES ('many.example'), ('real.example');

-- 40 domains, each with 60 MX hosts that fail, of which 50 count.
INSERT INTO daily_failure (day, policy_domain, auth_domain, organization_name,
  result_type, receiving_mx_hostname, cause, failed_sessions)
SELECT test.today() - 1, 'd' || domain || '.example', 'many.example', 'Many',
  'certificate-expired', 'mx' || host || '.example', 'certificate-expired', 9
FROM generate_series(1, 40) AS domain, generate_series(1, 60) AS host;
INSERT INTO daily_domain (day, policy_domain, auth_domain, organization_name,
  reports, successful_sessions, failed_sessions)
SELECT test.today() - 1, 'd' || domain || '.example', 'many.example', 'Many', 1,
  100000, 540
FROM generate_series(1, 40) AS domain;
UPDATE alert_clock SET day = test.today();
INSERT INTO alert_pending SELECT policy_domain FROM daily_domain;

CREATE FUNCTION test.alerts(name text) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*)::integer FROM alert
  WHERE signer = name AND state <> 'resolved'
$$;

SELECT is(evaluate_alerts(), row(1000, true, NULL::text),
  'a call stops after so many findings');
SELECT is((SELECT count(DISTINCT policy_domain)::integer FROM alert), 20,
  'with all of a domain');
SELECT is((SELECT count(*)::integer FROM alert_pending), 20,
  'the other domains wait');
SELECT is(test.alerts('many.example'), 1000, 'as many as one signer may have');
SELECT is(evaluate_alerts(), row(0, false, 'many.example'::text),
  'no other is opened for it, which is said');
SELECT is((SELECT crowded FROM health()), 'many.example',
  'as long as it is so');

-- Somebody else who signs.
INSERT INTO daily_failure (day, policy_domain, auth_domain, organization_name,
  result_type, receiving_mx_hostname, cause, failed_sessions)
SELECT test.today() - 1, domain, 'real.example', 'Real', 'certificate-expired',
  host, 'certificate-expired', 9
FROM (VALUES ('own.example', 'mx.own.example'), ('d40.example', 'mx1.example'))
  AS failing (domain, host);
INSERT INTO alert_pending VALUES ('own.example'), ('d40.example');
SELECT evaluate_alerts() FROM generate_series(1, 3);
SELECT results_eq($$SELECT policy_domain, receiving_mx_hostname FROM alert
    WHERE signer = 'real.example' ORDER BY 1$$,
  $$VALUES ('d40.example', 'mx1.example'), ('own.example', 'mx.own.example')$$,
  'its alerts open, also where the first reports the same');
SELECT is(test.alerts('many.example'), 1000, 'the others stay');

-- What is resolved counts no longer, and comes back only where there is room.
UPDATE alert SET state = 'resolved' WHERE policy_domain = 'd1.example';
INSERT INTO alert_pending VALUES ('d30.example'), ('d1.example');
SELECT evaluate_alerts(1) FROM generate_series(1, 2);
SELECT is(test.alerts('many.example'), 1000, 'room is used');
UPDATE alert SET state = 'resolved' WHERE policy_domain = 'd2.example';
INSERT INTO alert_pending VALUES ('d31.example');
SELECT evaluate_alerts();
INSERT INTO alert_pending VALUES ('d2.example');
SELECT evaluate_alerts();
SELECT is(test.alerts('many.example'), 1000, 'and no more than there is');

-- What cannot be evaluated in time keeps nothing else.
DELETE FROM alert_pending;
INSERT INTO alert_pending VALUES ('b.example'), ('a.example'), ('a.example');
SELECT is(skip_alerts(), 'a.example', 'the first is left out');
SELECT results_eq('SELECT policy_domain FROM alert_pending',
  $$VALUES ('b.example')$$, 'the others stay');

-- What reasons an alert has is looked up by the keys of its reports, also in a day
-- that statistics do not know yet: a few rows for each of them.
CREATE FUNCTION test.rows_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT sum(pg_stat_get_xact_tuples_returned(oid))::bigint FROM pg_class
  WHERE relname ~ '^(report|policy|failure)_'
$$;
SELECT bool_and(test.put('e' || n, test.today() - 1, '{sts}',
    ARRAY['e' || n % 50 || '.example'], '{1}', '{1}', '{1}',
    '{certificate-expired}', '{1}', auth => 'real.example'))
FROM generate_series(1, 2000) AS n;
INSERT INTO alert (alert_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters,
  incident_id)
SELECT 100000 + n, 'certificate-expired', 'e' || n || '.example',
  'certificate-expired', 'mx.example', '', 'open', 'critical',
  test.today() - 1, test.today() - 1, 1, 0, 1, '{}', 100000 + n
FROM generate_series(0, 49) AS n;
SELECT test.rows_read() AS before \gset
SELECT describe_alerts(ARRAY(SELECT alert_id FROM alert
  WHERE alert_id >= 100000));
SELECT cmp_ok(test.rows_read() - :before, '<=', 10 * 2000::bigint,
  'as much is read as is said');
SELECT cmp_ok(test.rows_read() - :before, '>=', 3 * 2000::bigint,
  'and that is counted');

SELECT * FROM finish();
ROLLBACK;
