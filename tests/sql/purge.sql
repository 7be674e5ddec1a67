-- SPDX-License-Identifier: BSD-2-Clause
-- What is old enough goes, by months, and nothing else does.
\ir begin.psql
SELECT plan(45);

CREATE FUNCTION test.age(days integer) RETURNS date LANGUAGE sql
RETURN (now() AT TIME ZONE 'UTC')::date - days;
CREATE FUNCTION test.put_at(name text, days integer) RETURNS boolean
LANGUAGE sql AS $$
  SELECT test.put(name, test.age(days), '{sts}', '{x.example}', '{5}', '{2}',
    '{1}', '{certificate-expired}', '{2}')
$$;

-- The steps of store-purge.c, and what the plan says before them.
CREATE FUNCTION test.purge(
  reports integer, rollups integer, days integer DEFAULT 36500,
  bytes bigint DEFAULT 1000000000
) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
  WHILE purge_fold(reports) LOOP END LOOP;
  RETURN QUERY SELECT * FROM purge_plan(reports, rollups, days, bytes);
  WHILE purge_month(reports) LOOP END LOOP;
  PERFORM purge_outside(reports);
  WHILE purge_rollup_month(rollups) LOOP END LOOP;
  PERFORM purge_rollups(rollups);
  WHILE purge_watched(reports, 2) LOOP END LOOP;
  WHILE purge_quarantine(days, bytes, 2) > 0 LOOP END LOOP;
END
$$;
CREATE FUNCTION test.plan(reports integer, rollups integer)
RETURNS TABLE (removed text, before date, number bigint) LANGUAGE sql AS $$
  SELECT * FROM purge_plan(reports, rollups, 36500, 1000000000)
$$;

SELECT make_partitions(test.age(300), test.age(0));
SELECT ok(test.put_at('new', 1)) UNION ALL
SELECT ok(test.put_at('old', 200)) UNION ALL
SELECT ok(test.put_at('very old', 5000));

SELECT throws_ok('SELECT test.plan(0, 10)', '22023', NULL,
  'everything cannot go');
SELECT throws_ok('SELECT test.plan(100, 99)', '22023', NULL,
  'nor roll-ups before their reports');

INSERT INTO alert (alert_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters,
  incident_id)
SELECT id, 'rule', 'x.example', 'type' || id, '', '', state, 'warning',
  test.age(age), test.age(age), 1, 0, 1, '{}', id
FROM (VALUES (1, 'resolved', 5000), (2, 'open', 5000), (3, 'resolved', 200))
  AS alert (id, state, age);
INSERT INTO past_alert SELECT * FROM alert;
UPDATE past_alert SET incident_id = 10 + alert_id, state = 'resolved';
INSERT INTO incident_told (channel, incident_id)
SELECT 'mail', incident_id FROM every_alert;

CREATE TABLE test.planned AS SELECT * FROM test.plan(100, 4000);
SELECT is((SELECT count(*)::integer FROM v_report), 3,
  'a plan removes nothing');
SELECT results_eq($$SELECT removed FROM test.planned
    WHERE removed NOT LIKE 'daily%'$$, $$
  SELECT name || to_char(test.age(200), '_YYYYMM')
  FROM unnest(ARRAY['failure', 'policy', 'report']) AS name
  UNION ALL
  SELECT unnest(ARRAY['report_default', 'policy_default', 'failure_default',
    'alert', 'past_alert'])
$$, 'a month of each table, and what has none');

CREATE TABLE test.done AS SELECT * FROM test.purge(100, 4000)
  AS done (removed text, before date, number bigint);
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
  $$VALUES ('daily_domain', 1::bigint), ('daily_domain_sum', 1),
    ('daily_failure', 1), ('daily_policy', 1), ('daily_policy_sum', 1),
    ('daily_reporter', 2),
    ('daily_reporter_sum', 1), ('daily_type_sum', 1)$$, 'and go when they are old, too');
SELECT results_eq('SELECT alert_id FROM v_alert ORDER BY 1', ARRAY[2, 3],
  'as do alerts that are over');
SELECT set_eq('SELECT incident_id FROM incident_told',
  'SELECT incident_id FROM every_alert', 'and what was told of them');
SELECT is_empty('SELECT FROM outbox WHERE day < test.age(100)',
  'nothing old waits for them');
SELECT is_empty('SELECT * FROM test.plan(100, 4000)', 'once is enough');
SELECT ok(test.put_at('late', 200), 'what comes late has a place');

-- To the day: a month goes when its last day is old enough.
CREATE FUNCTION test.goes(part text, retention integer, rollups integer)
RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM test.plan(retention, rollups)
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

-- Roll-ups: whole months, in tables of their own or not.
CREATE FUNCTION test.first_of(days integer) RETURNS date LANGUAGE sql AS $$
  SELECT date_trunc('month', test.age(days))::date
$$;
CREATE FUNCTION test.since_month(days integer) RETURNS integer
LANGUAGE sql AS $$
  SELECT test.age(0) - (test.first_of(days) + interval '1 month')::date
$$;
SELECT is(test.goes('daily_domain', 100, test.since_month(5000) + 1), false,
  'nor roll-ups while their month is not over');
SELECT is(test.goes('daily_domain', 100, test.since_month(5000)), true,
  'but then');

SELECT test.put_at('month', test.age(0) - test.first_of(300) - age)
FROM unnest('{0,1}'::integer[]) AS age;
SELECT fold();
SELECT results_eq(format($$SELECT removed, number
    FROM test.plan(1, test.since_month(300) + %s)
    WHERE removed IN ('daily_domain', 'daily_failure', 'daily_policy',
      'daily_domain_sum') ORDER BY 1$$, kept),
  format($$SELECT name, count(*) FROM daily_domain,
      unnest(ARRAY['daily_domain', 'daily_domain_sum', 'daily_failure',
        'daily_policy']) AS name
    WHERE day < test.first_of(300) + (1 - %s) * interval '1 month'
    GROUP BY name ORDER BY name$$, kept), 'a plan has months')
FROM unnest('{0,1}'::integer[]) AS kept;
SELECT is(purge_rollup_month(test.since_month(300) + 1), false,
  'a month that is not over stays');
SELECT purge_rollups(test.since_month(300) + 1);
SELECT results_eq($$SELECT min(day) FROM daily_domain
    UNION ALL SELECT min(day) FROM daily_failure
    UNION ALL SELECT min(day) FROM daily_policy
    UNION ALL SELECT min(day) FROM daily_domain_sum$$,
  $$SELECT test.first_of(300) FROM generate_series(1, 4)$$,
  'with its first day');
SELECT is(purge_rollup_month(test.since_month(300)), true, 'a whole one goes');
SELECT is(purge_rollup_month(test.since_month(300)), false, 'once');
SELECT is_empty($$SELECT FROM pg_class
    WHERE relname ~ ('^(daily|weekly)_.*'
      || to_char(test.first_of(300), '_YYYYMM$'))$$, 'with its tables');
SELECT isnt_empty('SELECT FROM daily_domain', 'and nothing else');
SELECT purge_month(test.since_month(300));

-- A month does not go before the roll-ups have all of it, nor a report outside.
SELECT test.put_at('waiting', age) FROM unnest('{260,6000}'::integer[]) AS age;
SELECT throws_ok('SELECT purge_month(100)', '55P03', NULL,
  'a report waits for the roll-ups');
SELECT purge_outside(100);
SELECT is((SELECT count(*)::integer FROM report_default
    WHERE day = test.age(6000)), 1, 'and one outside of all months');

-- What is known of domains goes when nobody watches them any more.
INSERT INTO watched (policy_domain, claimed_at)
SELECT domain, (test.age(days) + 1)::timestamp AT TIME ZONE 'UTC'
  - interval '1 second'
FROM (VALUES ('gone.example', 101), ('also.example', 200),
  ('third.example', 300), ('kept.example', 100), ('new.example', 20))
  AS known (domain, days);
INSERT INTO observation (policy_domain, observed_at, sts_mx, mx, tlsa, findings)
SELECT policy_domain, now() - days * interval '1 day', '{}', '{}', '{}', '[]'
FROM watched, unnest('{1000,1001}'::integer[]) AS days;
SELECT results_eq($$SELECT removed, before, number FROM test.plan(100, 4000)
    WHERE removed IN ('watched', 'observation')$$,
  $$VALUES ('watched', test.age(100), 3::bigint),
    ('observation', test.age(100), 6)$$, 'a plan counts them');
SELECT is(purge_watched(100, 2), true, 'some at a time');
SELECT is(purge_watched(100, 2), false, 'until there are no others');
SELECT results_eq('SELECT policy_domain, count(*) FROM observation
    GROUP BY 1 ORDER BY 1',
  $$VALUES ('kept.example', 2::bigint), ('new.example', 2)$$,
  'what is watched stays, however old');
SELECT is_empty($$SELECT FROM test.plan(1, 4000)
    WHERE removed = 'watched' AND number > 1$$, 'also where little is kept');

-- The quarantine goes by age, then by size.
CREATE FUNCTION test.quarantine(name text, signer text[], age integer)
RETURNS void LANGUAGE sql AS $$
  SELECT quarantine(name, 'm', NULL, NULL, 'here', NULL, 1, (
      SELECT string_agg(sha256(convert_to(name || i, 'UTF8')), '')
      FROM generate_series(1, 16384) AS i), signer, NULL);
  UPDATE quarantine SET received_at = now() - age * interval '1 day'
  WHERE reason = name
$$;
CREATE FUNCTION test.kept() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(reason, ' ' ORDER BY reason) FROM quarantine
$$;
SELECT test.quarantine(name, signer, age) FROM (VALUES
  ('a', '{}'::text[], 100), ('b', '{x.example}', 100), ('c', '{}', 20),
  ('d', '{}', 10), ('e', '{x.example}', 30), ('f', '{x.example}', 10))
  AS entry (name, signer, age);
SELECT is((SELECT number::integer FROM purge_plan(100, 4000, 90, 1700000)
    WHERE removed = 'quarantine'), 3, 'a plan counts both');
SELECT is(purge_quarantine(90, 1000000000), 2, 'the old ones');
SELECT is(test.kept(), 'c d e f', 'are gone');
SELECT is(purge_quarantine(90, 1700000, 1), 1, 'the oldest nobody signed');
SELECT is(test.kept(), 'd e f', 'is gone');
SELECT is(purge_quarantine(90, 0), 1, 'never below what the options allow');

-- However it is planned: tables of long values have numbers as names.
CREATE TABLE test.other_999999 ();
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
SELECT isnt_empty($$
  SELECT * FROM partitions_within(report_tables(), '-infinity', 'infinity')$$,
  'names of other tables are not read');

SELECT * FROM finish();
ROLLBACK;
