-- SPDX-License-Identifier: BSD-2-Clause
-- Every report has a place, whatever its month.
\ir begin.psql
SELECT plan(9);

SELECT is(ensure_partitions(), 0, 'all months are there already');
SELECT isnt_empty($$SELECT FROM pg_class WHERE oid = to_regclass(
  'tlsrpt.report' || to_char(now() - interval '14 months', '_YYYYMM'))$$,
  'the past that the limits allow');
SELECT isnt_empty($$SELECT FROM pg_class WHERE oid = to_regclass(
  'tlsrpt.failure' || to_char(now() + interval '13 months', '_YYYYMM'))$$,
  'and the months to come');
SELECT is(make_partitions('2001-01-01', '2001-02-28'), 6,
  'two months of three tables');
SELECT is(test.put('old', '1999-05-05', '{sts}', '{x.example}', '{1}', '{0}'),
  true, 'a month without a partition');
SELECT is((SELECT count(*)::integer FROM report_default), 1,
  'goes to the default one');
SELECT is(make_partitions('1999-05-01', '1999-05-31'), 1,
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

SELECT * FROM finish();
ROLLBACK;
