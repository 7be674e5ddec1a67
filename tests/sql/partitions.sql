-- SPDX-License-Identifier: BSD-2-Clause
-- Every report has a place, whatever its month.
\ir begin.psql
SELECT plan(28);

-- Before anything else has locked others.
SELECT test.put('first', current_date - 1, '{sts}', '{x.example}', '{1}', '{2}',
  '{1}', '{certificate-expired}', '{2}');
SELECT fold();
SELECT results_eq($$SELECT DISTINCT relation::regclass::text FROM pg_locks
    JOIN pg_inherits ON inhrelid = relation
    WHERE pid = pg_backend_pid()
      AND inhparent IN ('report'::regclass, 'failure'::regclass) ORDER BY 1$$,
  $$SELECT to_char(current_date - 1, format('%s_YYYYMM', parent))
    FROM unnest(ARRAY['"failure"', '"report"']) AS parent$$,
  'to add reports to the roll-ups, only partitions of their days are planned');

SELECT is(ensure_partitions(), 0, 'all months are there already');
SELECT isnt_empty($$SELECT FROM pg_class WHERE oid = to_regclass(
  'tlsrpt.report' || to_char(now() - interval '14 months', '_YYYYMM'))$$,
  'the past that the limits allow');
SELECT isnt_empty($$SELECT FROM pg_class WHERE oid = to_regclass(
  'tlsrpt.failure' || to_char(now() + interval '13 months', '_YYYYMM'))$$,
  'and the months to come');
SELECT is(make_partitions('2001-01-01', '2001-02-28'), 20,
  'two months of ten tables');
SELECT is(test.put('old', '1999-05-05', '{sts}', '{x.example}', '{1}', '{0}'),
  true, 'a month without a partition');
SELECT is((SELECT count(*)::integer FROM report_default), 1,
  'goes to the default one');
SELECT is(make_partitions('1999-05-01', '1999-05-31', report_tables()), 1,
  'where its rows keep it; failure, which has none, gets a month');
SELECT is(test.put('old', '1999-05-05', '{sts}', '{x.example}', '{1}', '{0}'),
  false, 'and it still meets itself');

SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc
    WHERE proname = 'make_partitions'
      AND has_function_privilege('tlsrpt_writer', oid, 'EXECUTE')
    UNION ALL
    SELECT oid::regprocedure FROM pg_proc
    WHERE proname = 'ensure_partitions' AND pronargs > 0$$,
  'whoever stores chooses no months');

-- Roll-ups as well.
SELECT fold();
SELECT is((SELECT count(*)::integer FROM daily_domain_default), 1,
  'sums of a month without a partition have a place, too');
SELECT is(make_partitions('1999-05-01', '1999-05-31', rollup_tables()), 2,
  'of which there are none of failures');
SELECT test.put('new', current_date, '{sts}', '{x.example}', '{1}', '{0}');
SELECT fold();
SELECT is((SELECT tableoid::regclass::text FROM daily_domain
    WHERE day = current_date),
  to_char(current_date, '"daily_domain"_YYYYMM'), 'others are in their month');

-- A week is in the month that it ends in, so that no day of a later month goes
-- with it.
SELECT test.put('week', '2001-01-31', '{sts}', '{x.example}', '{1}', '{0}');
SELECT test.put('before', '2001-01-27', '{sts}', '{x.example}', '{1}', '{0}');
SELECT fold();
SELECT results_eq($$SELECT tableoid::regclass::text, day FROM weekly_domain_sum
    WHERE day BETWEEN '2001-01-01' AND '2001-02-28' ORDER BY 2$$,
  $$VALUES ('weekly_domain_sum_200101', '2001-01-22'::date),
    ('weekly_domain_sum_200102', '2001-01-29')$$,
  'a week is in the month that it ends in');

-- A table for each day.
SELECT is(make_days('2001-02-14'), 84, 'three tables for each day of a month');
SELECT is(make_partitions('2001-01-01', '2001-02-28', report_tables()), 0,
  'which need no month beside them');
SELECT is(test.put('day', '2001-02-28', '{sts}', '{x.example}', '{1}', '{0}'),
  true, 'a report of the last day');
SELECT is((SELECT tableoid::regclass::text FROM policy
  WHERE report_key = test.key('day')), 'policy_20010228', 'is in its table');
SELECT throws_ok(format('SELECT make_days(%L)', day), '55000', NULL, what)
FROM (VALUES ('2001-02-01', 'once is enough'),
  ('1999-05-01', 'not where the default partition has reports'),
  (current_date::text, 'nor where the month has')) AS months (day, what);

-- Found out from how many reports there are.
CREATE FUNCTION test.month(ahead integer) RETURNS text LANGUAGE sql AS $$
  SELECT to_char(date_trunc('month', now()) + ahead * interval '1 month',
    '"report"_YYYYMM')
$$;
CREATE FUNCTION test.count_as(part text, rows integer) RETURNS void
LANGUAGE sql AS $$
  UPDATE pg_class SET reltuples = rows WHERE relname = part
$$;
SELECT test.count_as(test.month(0), 29000000);
SELECT is(ensure_partitions(), 0, 'fewer than a million reports a day');
SELECT test.count_as(test.month(0), 30000000);
SELECT is(ensure_partitions(), 3 * extract(day FROM
    date_trunc('month', now()) + interval '2 months -1 day')::integer,
  'a million have days in the next month');
SELECT is(ensure_partitions(), 0, 'which are there then');
SELECT is(missing_month, NULL, 'so that nothing is missing') FROM health();
SELECT is((SELECT value FROM status() WHERE item = 'daily partitions'),
  (SELECT count(*)::text FROM pg_class
    WHERE relkind = 'r' AND relname ~ '^report_[0-9]{8}$'), 'and are counted');
SELECT test.count_as(test.month(0), 0);
SELECT make_partitions(current_date - 60, current_date - 30);
SELECT is(come_by_million(), false, 'few are few');
SELECT test.count_as(test.month(1) || '01', 1000000);
SELECT is(come_by_million(), false, 'what is ahead does not count');

SELECT * FROM finish();
ROLLBACK;
