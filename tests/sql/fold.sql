-- SPDX-License-Identifier: BSD-2-Clause
-- The roll-ups say what the reports say, at every moment.
\ir begin.psql
SELECT plan(63);

-- Where a reporter lists the same sessions under tlsa and sts.
SELECT ok(test.put('ms', '2026-10-01', '{tlsa,sts}', '{x.example,x.example}',
  '{10,12}', '{3,1}', '{1,2}', '{tlsa-invalid,certificate-expired}', '{3,1}'));
SELECT results_eq(
  'SELECT successful_sessions, failed_sessions FROM v_daily_domain',
  'VALUES (12::numeric, 3::numeric)', 'the larger counts');
SELECT ok(test.put('two', '2026-10-02', '{sts,sts,no-policy-found}',
  '{x.example,x.example,x.example}', '{1,2,4}', '{0,0,8}'));
SELECT results_eq($$SELECT successful_sessions, failed_sessions
    FROM v_daily_domain WHERE day = '2026-10-02'$$,
  'VALUES (7::numeric, 8::numeric)', 'the same type twice adds up');
SELECT results_eq('SELECT policies, successful_sessions, failed_sessions
    FROM v_report ORDER BY day',
  'VALUES (2::bigint, 12::numeric, 3::numeric), (3, 7, 8)',
  'so does the report itself');
SELECT results_eq($$SELECT tlsa, sts, other,
    count_sessions(tlsa::numeric, sts::numeric, other::numeric)
  FROM (VALUES (1, 2, 3), (2, 1, NULL), (NULL, NULL, 1), (NULL, NULL, NULL))
    AS counts (tlsa, sts, other)$$,
  $$VALUES (1, 2, 3, 5::numeric), (2, 1, NULL, 2), (NULL, NULL, 1, 1),
    (NULL::integer, NULL::integer, NULL::integer, 0)$$, 'whatever is there');
SELECT results_eq($$SELECT policy_type, reports, successful_sessions
    FROM v_daily_policy WHERE day = '2026-10-02' ORDER BY 1$$,
  $$VALUES ('no-policy-found', 1::bigint, 4::numeric),
    ('sts', 1::bigint, 3::numeric)$$, 'and is one report of that type');

SELECT ok(bool_and(stored), 'many reports are stored') FROM (
  SELECT setseed(0.5), NULL::boolean AS stored
  UNION ALL
  SELECT NULL, test.put('r' || i, '2026-10-01'::date + (random() * 40)::integer,
    ARRAY['sts', (ARRAY['sts', 'tlsa', 'no-policy-found'])
      [1 + (random() * 2)::integer]],
    ARRAY['d' || (random() * 5)::integer, 'd' || (random() * 5)::integer],
    ARRAY[(random() * 1000)::bigint, (random() * 1000)::bigint],
    ARRAY[(random() * 10)::bigint, (random() * 10)::bigint],
    ARRAY[1, 2, 2]::smallint[],
    ARRAY['t' || (random() * 3)::integer, 't1', 't2'],
    ARRAY[(random() * 9)::bigint, 1, 2],
    organization => 'o' || (random() * 3)::integer,
    mode => (ARRAY['enforce', 'testing', 'odd'])[1 + (random() * 2)::integer],
    auth => (ARRAY['', 'a.example'])[1 + (random())::integer])
  FROM generate_series(1, 300) AS i
) AS filled;

CREATE FUNCTION test.domains() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT row(day, policy_domain, organization_name, authenticated,
    sum(reports), sum(successful_sessions), sum(failed_sessions))::text
  FROM v_daily_domain
  GROUP BY day, policy_domain, organization_name, authenticated ORDER BY 1
$$;
CREATE FUNCTION test.policies() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT row(day, policy_domain, organization_name, authenticated,
    policy_type, sts_mode, sum(reports), sum(successful_sessions),
    sum(failed_sessions))::text
  FROM v_daily_policy
  GROUP BY day, policy_domain, organization_name, authenticated, policy_type,
    sts_mode
  ORDER BY 1
$$;
CREATE FUNCTION test.failures() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT row(day, policy_domain, organization_name, authenticated,
    result_type, receiving_mx_hostname, sum(failed_sessions))::text
  FROM v_daily_failure
  GROUP BY day, policy_domain, organization_name, authenticated, result_type,
    receiving_mx_hostname
  ORDER BY 1
$$;
-- Sums of all domains, and of all reporters, that are not those of each.
CREATE FUNCTION test.wrong_sums() RETURNS SETOF text LANGUAGE sql AS $$
  WITH each AS (
    SELECT row('reporter', day, organization_name, authenticated, auth_domain,
      sum(reports), sum(successful_sessions), sum(failed_sessions))::text
    FROM v_daily_domain
    GROUP BY day, organization_name, authenticated, auth_domain
    UNION ALL
    SELECT row('domain', day, policy_domain, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions))::text
    FROM v_daily_domain
    GROUP BY day, policy_domain, authenticated
    UNION ALL
    SELECT row('type', day, organization_name, authenticated, auth_domain,
      result_type, sum(failed_sessions), sum(withheld_sessions),
      sum(would_withhold_sessions))::text
    FROM v_daily_failure
    GROUP BY day, organization_name, authenticated, auth_domain, result_type
    UNION ALL
    SELECT row('pair', policy_domain, organization_name, authenticated,
      auth_domain, max(day))::text
    FROM v_daily_domain
    GROUP BY policy_domain, organization_name, authenticated, auth_domain
    UNION ALL
    SELECT row('policy', day, organization_name, authenticated, auth_domain,
      policy_type, sts_mode, sum(reports), sum(successful_sessions),
      sum(failed_sessions))::text
    FROM v_daily_policy
    GROUP BY day, organization_name, authenticated, auth_domain, policy_type,
      sts_mode
    UNION ALL
    SELECT row('said', policy_domain, organization_name, authenticated,
      auth_domain, policy_type, sts_mode, max(day))::text
    FROM v_daily_policy
    GROUP BY policy_domain, organization_name, authenticated, auth_domain,
      policy_type, sts_mode
  ), together AS (
    SELECT row('reporter', day, organization_name, authenticated, auth_domain,
      sum(reports), sum(successful_sessions), sum(failed_sessions))::text
    FROM v_daily_reporter_sum
    GROUP BY day, organization_name, authenticated, auth_domain
    UNION ALL
    SELECT row('domain', day, policy_domain, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions))::text
    FROM v_daily_domain_sum
    GROUP BY day, policy_domain, authenticated
    UNION ALL
    SELECT row('type', day, organization_name, authenticated, auth_domain,
      result_type, sum(failed_sessions), sum(withheld_sessions),
      sum(would_withhold_sessions))::text
    FROM v_daily_type_sum
    GROUP BY day, organization_name, authenticated, auth_domain, result_type
    UNION ALL
    SELECT row('pair', policy_domain, organization_name, authenticated,
      auth_domain, max(last_day))::text
    FROM v_domain_reporter
    GROUP BY policy_domain, organization_name, authenticated, auth_domain
    UNION ALL
    SELECT row('policy', day, organization_name, authenticated, auth_domain,
      policy_type, sts_mode, sum(reports), sum(successful_sessions),
      sum(failed_sessions))::text
    FROM v_daily_policy_sum
    GROUP BY day, organization_name, authenticated, auth_domain, policy_type,
      sts_mode
    UNION ALL
    SELECT row('said', policy_domain, organization_name, authenticated,
      auth_domain, policy_type, sts_mode, max(last_day))::text
    FROM v_domain_policy
    GROUP BY policy_domain, organization_name, authenticated, auth_domain,
      policy_type, sts_mode
  )
  (TABLE each EXCEPT ALL TABLE together)
  UNION ALL
  (TABLE together EXCEPT ALL TABLE each)
$$;
-- Sums of periods that are not those of their days.
CREATE FUNCTION test.wrong_periods() RETURNS SETOF text LANGUAGE sql AS $$
  WITH period AS MATERIALIZED (
    SELECT since, until
    FROM unnest('{2026-09-28,2026-10-01,2026-10-05,2026-10-06,2026-10-11}'
        ::date[] || NULL) AS since,
      unnest('{2026-10-11,2026-10-12,2026-10-17,2026-10-18,2026-10-22,
        2026-11-30}'
        ::date[] || NULL) AS until
  ), days AS (
    SELECT row('domain', p, policy_domain, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions), min(day), max(day))::text
    FROM period AS p
    JOIN v_daily_domain
      ON coalesce(day >= since, true) AND coalesce(day <= until, true)
    GROUP BY p, policy_domain, authenticated
    UNION ALL
    SELECT row('withheld', p, policy_domain, authenticated,
      sum(withheld_sessions), sum(would_withhold_sessions))::text
    FROM period AS p
    JOIN v_daily_failure
      ON coalesce(day >= since, true) AND coalesce(day <= until, true)
    GROUP BY p, policy_domain, authenticated
    HAVING sum(withheld_sessions + would_withhold_sessions) > 0
    UNION ALL
    SELECT row('policy', p, policy_domain, authenticated, policy_type,
      sts_mode, sum(successful_sessions), sum(failed_sessions), min(day),
      max(day))::text
    FROM period AS p
    JOIN v_daily_policy
      ON coalesce(day >= since, true) AND coalesce(day <= until, true)
    GROUP BY p, policy_domain, authenticated, policy_type, sts_mode
    UNION ALL
    SELECT row('failure', p, policy_domain, authenticated, result_type,
      receiving_mx_hostname, sum(failed_sessions), min(day), max(day))::text
    FROM period AS p
    JOIN v_daily_failure
      ON coalesce(day >= since, true) AND coalesce(day <= until, true)
    GROUP BY p, policy_domain, authenticated, result_type,
      receiving_mx_hostname
  ), together AS (
    SELECT row('domain', p, policy_domain, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions), min(first_day),
      max(last_day))::text
    FROM period AS p, domain_sums(since, until)
    GROUP BY p, policy_domain, authenticated
    UNION ALL
    SELECT row('withheld', p, policy_domain, authenticated,
      sum(withheld_sessions), sum(would_withhold_sessions))::text
    FROM period AS p, domain_sums(since, until)
    GROUP BY p, policy_domain, authenticated
    HAVING sum(withheld_sessions + would_withhold_sessions) > 0
    UNION ALL
    SELECT row('policy', p, policy_domain, authenticated, policy_type,
      sts_mode, sum(successful_sessions), sum(failed_sessions),
      min(first_day), max(last_day))::text
    FROM period AS p, policy_sums(since, until)
    GROUP BY p, policy_domain, authenticated, policy_type, sts_mode
    UNION ALL
    SELECT row('failure', p, policy_domain, authenticated, result_type,
      receiving_mx_hostname, sum(failed_sessions), min(first_day),
      max(last_day))::text
    FROM period AS p, failure_sums(since, until)
    GROUP BY p, policy_domain, authenticated, result_type,
      receiving_mx_hostname
  )
  (TABLE days EXCEPT ALL TABLE together)
  UNION ALL
  (TABLE together EXCEPT ALL TABLE days)
$$;
CREATE TABLE test.domains_before AS SELECT * FROM test.domains();
CREATE TABLE test.policies_before AS SELECT * FROM test.policies();
CREATE TABLE test.failures_before AS SELECT * FROM test.failures();

SELECT is_empty('SELECT test.wrong_sums()', 'sums are those of each');
SELECT is_empty('SELECT test.wrong_periods()', 'and of each day');
SELECT results_eq('SELECT * FROM test.policies()', $$
  SELECT row(day, policy_domain, organization_name, authenticated,
    policy_type, sts_mode, count(DISTINCT report_key),
    sum(successful_sessions), sum(failed_sessions))::text
  FROM v_policy
  GROUP BY day, policy_domain, organization_name, authenticated, policy_type,
    sts_mode
  ORDER BY 1
$$, 'policies by day are those of the reports');
SELECT results_eq('SELECT * FROM test.failures()', $$
  SELECT row(day, policy_domain, organization_name, authenticated,
    result_type, receiving_mx_hostname, sum(failed_sessions))::text
  FROM v_failure
  GROUP BY day, policy_domain, organization_name, authenticated, result_type,
    receiving_mx_hostname
  ORDER BY 1
$$, 'failures by day are those of the reports');

-- A report of this test has six rows, but for the first two.
SELECT is(fold(600), row(100, true), 'a part is folded, by its rows');
SELECT is((SELECT count(*)::integer FROM outbox), 202, 'the rest waits');
SELECT results_eq('SELECT * FROM test.domains()',
  'SELECT * FROM test.domains_before', 'domains stay exact');
SELECT results_eq('SELECT * FROM test.policies()',
  'SELECT * FROM test.policies_before', 'policies stay exact');
SELECT results_eq('SELECT * FROM test.failures()',
  'SELECT * FROM test.failures_before', 'failures stay exact');
SELECT is_empty('SELECT test.wrong_sums()', 'sums stay exact');
SELECT is_empty('SELECT test.wrong_periods()', 'of periods, too');
SELECT is(fold(), row(202, false), 'the rest is folded');
SELECT is(fold(), row(0, false), 'nothing is left');
SELECT is_empty('SELECT FROM outbox', 'in the outbox');
SELECT results_eq('SELECT * FROM test.domains()',
  'SELECT * FROM test.domains_before', 'domains are the same');
SELECT results_eq('SELECT * FROM test.policies()',
  'SELECT * FROM test.policies_before', 'policies are the same');
SELECT results_eq('SELECT * FROM test.failures()',
  'SELECT * FROM test.failures_before', 'failures are the same');
SELECT is_empty('SELECT test.wrong_sums()', 'sums are the same');
SELECT is_empty('SELECT test.wrong_periods()', 'of periods, too');

SELECT ok(test.put('late', '2026-10-01', '{sts}', '{x.example}', '{5}', '{0}'));
SELECT is(fold(), row(1, false), 'one more');
SELECT results_eq($$SELECT reports, successful_sessions FROM daily_domain
    WHERE day = '2026-10-01' AND policy_domain = 'x.example'$$,
  'VALUES (2::bigint, 17::numeric)', 'a late report adds to its day');
SELECT is_empty('SELECT test.wrong_sums()', 'and to the sums');
SELECT is_empty('SELECT test.wrong_periods()', 'and to its week');
SELECT purge_rollup_month(days), purge_rollups(days)
FROM (VALUES ((now() AT TIME ZONE 'UTC')::date - '2026-11-15'::date))
  AS age (days);
SELECT results_eq('SELECT min(day), min(first_day) FROM weekly_policy_sum',
  $$VALUES ('2026-10-26'::date, '2026-11-01'::date)$$,
  'a week is cut where a month goes');
SELECT is_empty('SELECT test.wrong_periods()', 'and is summed up again');

-- Reporters, each report once, whatever it is about; before and behind fold().
SELECT test.put(name, '2026-12-01', domains, domains, '{1,1}', '{0,0}',
  organization => 'Odd', remarks => remarks)
FROM (VALUES ('odd1', ARRAY['a.example', 'b.example'], '{one,two}'::text[]),
    ('odd2', ARRAY['c.example', 'd.example'], '{two}'),
    ('odd3', ARRAY['e.example', 'f.example'], '{}'))
  AS odd (name, domains, remarks);
CREATE FUNCTION test.odd() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT row(first_day, reports, reports_with_remarks, remarks)::text
  FROM v_reporter WHERE organization_name = 'Odd'
$$;
SELECT is(test.odd(), '(2026-12-01,3,2,"{""one"": 1, ""two"": 2}")',
  'a reporter before');
SELECT is((fold(5)).reports, 1, 'a part is folded');
SELECT is(test.odd(), '(2026-12-01,3,2,"{""one"": 1, ""two"": 2}")',
  'meanwhile');
SELECT is((fold()).reports, 2, 'the rest');
SELECT is(test.odd(), '(2026-12-01,3,2,"{""one"": 1, ""two"": 2}")',
  'and behind');
SELECT results_eq(
  'SELECT organization_name, auth_domain, reports FROM v_reporter ORDER BY 1, 2',
  'SELECT organization_name, auth_domain, count(*) FROM report
    GROUP BY 1, 2 ORDER BY 1, 2', 'all are as the reports say');

-- However many rows one has, it is folded, and no other with it.
SELECT ok(test.put('large', '2026-12-03', array_fill('sts'::text, '{50}'),
  array_fill('x.example'::text, '{50}'), array_fill(1::bigint, '{50}'),
  array_fill(0::bigint, '{50}')));
SELECT test.put('small', '2026-12-03', '{sts}', '{x.example}', '{5}', '{0}');
SELECT is(fold(10), row(1, true), 'one too large goes alone');
SELECT is(fold(10), row(1, false), 'then the others');
SELECT results_eq($$SELECT reports, successful_sessions FROM daily_domain
    WHERE day = '2026-12-03'$$, 'VALUES (2::bigint, 55::numeric)',
  'both are there');
SELECT is_empty('SELECT FROM folding UNION ALL SELECT FROM folding_policy
    UNION ALL SELECT FROM folding_failure', 'nothing stays in hand');

-- What cannot be folded in time keeps nothing else.
SELECT test.put('slow', '2026-12-04', '{sts}', '{x.example}', '{1}', '{0}');
SELECT test.put('next', '2026-12-05', '{sts}', '{x.example}', '{1}', '{0}');
SELECT is(put_off_report(), row('2026-12-04'::date, test.key('slow')),
  'the first is put off');
SELECT is(fold(), row(1, false), 'the others are folded');
SELECT results_eq($$SELECT day FROM v_daily_domain
    WHERE day > '2026-12-03' AND day < '2026-12-06' ORDER BY 1$$,
  $$VALUES ('2026-12-04'::date), ('2026-12-05')$$, 'the views have both');
SELECT is_empty('SELECT FROM put_off_report() WHERE day IS NOT NULL',
  'and there is none to put off');
UPDATE outbox SET not_before = now() - interval '1 second';
SELECT is(fold(), row(1, false), 'its time comes');

-- For a purge only what is old enough, be it put off or not.
SELECT test.put(name, day, '{sts}', '{x.example}', '{1}', '{0}')
FROM (VALUES ('old', '2026-12-06'::date), ('new', '2026-12-07')) AS r (name, day);
SELECT put_off_report();
SELECT is(fold(before => '2026-12-07'), row(1, false), 'the old one');
SELECT is(fold(before => '2026-12-07'), row(0, false), 'and no other');

-- However much strangers have sent before, trusted signers come first.
SELECT fold(before => '2027-01-01');
INSERT INTO trusted_signer VALUES ('r.example');
SELECT test.put('stranger ' || n, '2026-12-08', '{sts}', '{x.example}', '{1}',
  '{0}', auth => CASE WHEN n > 1 THEN 'e.example' ELSE '' END)
FROM generate_series(1, 300) AS n;
-- What the planner knows of them must not change the order.
ANALYZE outbox;
SELECT test.put('trusted', '2026-12-09', '{sts}', '{x.example}', '{1}', '{0}',
  auth => 'r.example');
SELECT is(fold(2), row(1, true), 'one fits');
SELECT results_eq($$SELECT day FROM daily_domain
    WHERE day BETWEEN '2026-12-08' AND '2026-12-10'$$,
  $$VALUES ('2026-12-09'::date)$$, 'the trusted one');

-- Of each mode what failed, and what enforcing has withheld or would have.
SELECT fold();
SELECT test.put(mode, '2026-12-20', '{sts,tlsa}', '{m.example,m.example}',
  '{10,20}', '{9,5}', '{1,1,2}', '{certificate-expired,sts-policy-invalid,odd}',
  '{7,2,5}', mode => mode)
FROM (VALUES ('enforce'), ('testing'), ('none'), ('odd')) AS m (mode);
CREATE FUNCTION test.modes() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', policy_type, coalesce(sts_mode, '-'), sum(reports),
    sum(successful_sessions), sum(failed_sessions))
  FROM v_daily_policy WHERE day = '2026-12-20' GROUP BY policy_type, sts_mode
$$;
CREATE FUNCTION test.would() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', result_type, sum(failed_sessions),
    sum(withheld_sessions), sum(would_withhold_sessions))
  FROM v_daily_failure WHERE day = '2026-12-20' GROUP BY result_type
$$;
PREPARE modes AS SELECT * FROM unnest(ARRAY['sts enforce 1 10 9',
  'sts testing 1 10 9', 'sts none 1 10 9', 'sts - 1 10 9', 'tlsa - 4 80 20']);
PREPARE would AS SELECT * FROM unnest(ARRAY['certificate-expired 28 7 7',
  'sts-policy-invalid 8 0 0', 'odd 20 20 0']);
SELECT set_eq('SELECT * FROM test.modes()', 'EXECUTE modes', 'modes before');
SELECT set_eq('SELECT * FROM test.would()', 'EXECUTE would', 'failures before');
SELECT is((fold(9)).reports, 1, 'a part');
SELECT set_eq('SELECT * FROM test.modes()', 'EXECUTE modes', 'modes meanwhile');
SELECT is((fold(9)).reports, 1, 'adds to the sums');
SELECT is((fold()).reports > 1, true, 'the rest');
SELECT set_eq('SELECT * FROM test.modes()', 'EXECUTE modes', 'modes behind');
SELECT set_eq('SELECT * FROM test.would()', 'EXECUTE would', 'failures behind');
SELECT is_empty('SELECT test.wrong_sums()', 'sums with modes');

SELECT * FROM finish();
ROLLBACK;
