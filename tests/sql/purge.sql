-- SPDX-License-Identifier: BSD-2-Clause
-- What is old enough goes, by months, and nothing else does.
\ir begin.psql
SELECT plan(22);

CREATE FUNCTION test.age(days integer) RETURNS date LANGUAGE sql
RETURN (now() AT TIME ZONE 'UTC')::date - days;
CREATE FUNCTION test.put_at(name text, days integer) RETURNS boolean
LANGUAGE sql AS $$
  SELECT test.put(name, test.age(days), '{sts}', '{x.example}', '{5}', '{2}',
    '{1}', '{certificate-expired}', '{2}')
$$;

SELECT ensure_partitions(test.age(300));
SELECT ok(test.put_at('new', 1)) UNION ALL
SELECT ok(test.put_at('old', 200)) UNION ALL
SELECT ok(test.put_at('very old', 5000));

SELECT throws_ok('SELECT purge(0, 10, false)', '22023', NULL,
  'everything cannot go');
SELECT throws_ok('SELECT purge(100, 99, false)', '22023', NULL,
  'nor roll-ups before their reports');

INSERT INTO alert (alert_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters)
SELECT id, 'rule', 'x.example', 'type' || id, '', '', state, 'warning',
  test.age(age), test.age(age), 1, 0, 1, '{}'
FROM (VALUES (1, 'resolved', 5000), (2, 'open', 5000), (3, 'resolved', 200))
  AS alert (id, state, age);

CREATE TABLE test.planned AS SELECT * FROM purge(100, 4000, false);
SELECT is((SELECT count(*)::integer FROM v_report), 3,
  'a plan removes nothing');
SELECT results_eq($$SELECT removed FROM test.planned
    WHERE removed NOT LIKE 'daily%'$$, $$
  SELECT name || to_char(test.age(200), '_YYYYMM')
  FROM unnest(ARRAY['failure', 'policy', 'report']) AS name
  UNION ALL
  SELECT unnest(ARRAY['report_default', 'policy_default', 'failure_default',
    'alert'])
$$, 'a month of each table, and what has none');

CREATE TABLE test.done AS SELECT * FROM purge(100, 4000, true);
SELECT results_eq($$SELECT * FROM test.done WHERE removed NOT LIKE 'daily%'$$,
  $$SELECT * FROM test.planned WHERE removed NOT LIKE 'daily%'$$,
  'it does what it planned');
SELECT results_eq('SELECT report_id FROM v_report', $$VALUES ('new')$$,
  'what is new stays');
SELECT is((SELECT count(*)::integer FROM failure), 1, 'with its failures');
SELECT results_eq('SELECT day FROM v_daily_domain ORDER BY day',
  'VALUES (test.age(200)), (test.age(1))', 'roll-ups stay longer');
SELECT results_eq($$SELECT removed, number FROM test.done
    WHERE removed LIKE 'daily%' ORDER BY removed$$,
  $$VALUES ('daily_domain', 1::bigint), ('daily_failure', 1::bigint),
    ('daily_policy', 1::bigint)$$, 'and go when they are old, too');
SELECT results_eq('SELECT alert_id FROM v_alert ORDER BY 1', ARRAY[2, 3],
  'as do alerts that are over');
SELECT is_empty('SELECT FROM outbox', 'nothing waits for them');
SELECT is_empty('SELECT * FROM purge(100, 4000, true)', 'once is enough');
SELECT ok(test.put_at('late', 200), 'what comes late has a place');

-- To the day: a month goes when its last day is old enough.
CREATE FUNCTION test.goes(part text, retention integer, rollups integer)
RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM purge(retention, rollups, false)
    WHERE removed = part)
$$;
SELECT test.put_at('edge', age) FROM unnest('{260,5000}'::integer[]) AS age;
SELECT fold();
SELECT is(test.goes(name, age + days, 5000), goes, 'a month')
FROM (SELECT 'report' || to_char(test.age(260), '_YYYYMM'),
    test.age(0) - (date_trunc('month', test.age(260))
      + interval '1 month')::date) AS month (name, age),
  (VALUES (1, false), (0, true)) AS expected (days, goes);
SELECT is(test.goes('report_default', 5000, 5000), false, 'nor what has none');
SELECT is(test.goes('report_default', 4999, 5000), true, 'but then');
SELECT is(test.goes('daily_domain', 100, 5000), false, 'nor roll-ups');
SELECT is(test.goes('daily_domain', 100, 4999), true, 'but then');

SELECT * FROM finish();
ROLLBACK;
