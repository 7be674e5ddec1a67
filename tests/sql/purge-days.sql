-- SPDX-License-Identifier: BSD-2-Clause
-- Where a month has tables of days, each day goes when it is old enough.
\ir begin.psql
SELECT plan(17);

-- A day of a month of last year, and the retention that begins with it.
CREATE FUNCTION test.day(number integer) RETURNS date LANGUAGE sql AS $$
  SELECT date_trunc('month', now() - interval '300 days')::date + number - 1
$$;
CREATE FUNCTION test.since(day date) RETURNS integer LANGUAGE sql AS $$
  SELECT (now() AT TIME ZONE 'UTC')::date - day
$$;
CREATE FUNCTION test.put_on(name text, number integer) RETURNS boolean
LANGUAGE sql AS $$
  SELECT test.put(name, test.day(number), '{sts}', '{x.example}', '{5}', '{2}',
    '{1}', '{certificate-expired}', '{2}')
$$;
CREATE FUNCTION test.place(name text) RETURNS text LANGUAGE sql AS $$
  SELECT tableoid::regclass::text FROM report WHERE report_id = name
$$;
CREATE FUNCTION test.name(parent text, number integer) RETURNS text
LANGUAGE sql AS $$
  SELECT parent || to_char(test.day(number), '_YYYYMMDD')
$$;

SELECT make_days(test.day(1));
SELECT test.put_on(name, number) FROM (VALUES ('first', 3), ('second', 3),
  ('third', 10), ('kept', 11)) AS reports (name, number);
SELECT is(test.place('kept'), test.name('report', 11), 'a day has a table');
SELECT fold();

SELECT results_eq(
  $$SELECT * FROM purge_plan(test.since(test.day(11)), 4000, 4000, 1000000000)
    WHERE removed ~ '[0-9]{8}$'$$,
  $$SELECT test.name(parent, number), test.day(number) + 1, count
    FROM (VALUES (3, 2::bigint), (10, 1)) AS days (number, count),
      unnest(ARRAY['failure', 'policy', 'report']) AS parent
    ORDER BY number, parent$$,
  'a plan has days');
SELECT is(purge_month(test.since(test.day(3))), false,
  'a day stays until it is over');
SELECT is(purge_month(test.since(test.day(11))), true, 'the oldest goes');
SELECT results_eq('SELECT report_id FROM v_report ORDER BY 1',
  ARRAY['kept', 'third'], 'the first');
SELECT is(purge_month(test.since(test.day(11))), true, 'then the next');
SELECT is(purge_month(test.since(test.day(11))), false, 'and no more');
SELECT results_eq('SELECT report_id FROM v_report', ARRAY['kept'],
  'the next day stays');
SELECT is((SELECT count(*)::integer FROM policy), 1, 'with its policies');
SELECT is((SELECT count(*)::integer FROM failure), 1, 'and failures');

SELECT test.put_on('late', 3);
SELECT is(test.place('late'), test.name('report', 3),
  'what comes late has its place');
SELECT throws_ok('SELECT purge_month(test.since(test.day(11)))', '55P03',
  'reports of ' || test.day(3) || ' wait for the roll-ups',
  'which stays until it is rolled up');
SELECT fold();

-- All of a month at once.
SELECT is(purge_month(test.since((test.day(1) + interval '1 month')::date)),
  true, 'a month of days goes');
SELECT is_empty('SELECT FROM v_report', 'with all reports');
SELECT is_empty($$SELECT FROM pg_class
    WHERE relname ~ to_char(test.day(1), '"^(report|policy|failure)_"YYYYMM')$$,
  'and all tables');
SELECT is(purge_month(test.since((test.day(1) + interval '1 month')::date)),
  false, 'once');
SELECT is(make_partitions(test.day(1), test.day(1), report_tables()), 3,
  'the next time it is a month');

SELECT * FROM finish();
ROLLBACK;
