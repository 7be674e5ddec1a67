-- SPDX-License-Identifier: BSD-2-Clause
-- The ways in, and what they answer.
\ir begin.psql
SELECT plan(36);

SELECT is(test.put('a', '2026-10-01', '{sts}', '{x.example}', '{7}', '{3}',
  '{1,1}', '{certificate-expired,odd}', '{2,1}'), true, 'stored');
SELECT is(test.put('a', '2026-10-01', '{sts}', '{x.example}', '{7}', '{3}',
  '{1,1}', '{certificate-expired,odd}', '{2,1}'), false, 'there already');
SELECT is(test.put('a', '2026-10-01', '{sts}', '{x.example}', '{70}', '{0}',
  content => 'other'), NULL, 'the same key with other content');
SELECT results_eq('SELECT successful_sessions, failed_sessions FROM v_policy',
  'VALUES (7::bigint, 3::bigint)', 'the first one stays');
SELECT is((SELECT count(*)::integer FROM outbox), 1, 'one to fold');
SELECT is((SELECT sts_mode FROM v_policy), 'enforce', 'with its mode');
SELECT results_eq($$SELECT result_type, category, severity, failed_sessions,
    sending_mta_ip FROM v_failure ORDER BY result_type$$,
  $$VALUES ('certificate-expired', 'negotiation', 'critical', 2::bigint,
    '192.0.2.1'::inet), ('odd', NULL, NULL, 1::bigint, '192.0.2.1'::inet)$$,
  'failures, also of an unknown type');
SELECT is(test.put('a', '2026-10-02', '{sts}', '{x.example}', '{1}', '{0}'),
  true, 'the same name on another day is another report');
SELECT is(test.put('empty', '2026-10-02', '{}', '{}', '{}', '{}'), true,
  'a report without policies');

SELECT throws_ok($$SELECT test.put('b', '2026-10-01', '{sts,sts}',
  '{x.example}', '{7}', '{3}')$$, '2202E', NULL, 'arrays that do not fit');
SELECT throws_ok($$SELECT test.put('b', '2026-10-01', '{sts}', '{x.example}',
  '{7}', '{3}', '{2}', '{odd}', '{1}')$$, '2202E', NULL,
  'a failure of a policy that is not there');
SELECT throws_ok($$SELECT test.put('b', '2026-10-01', '{sts}', '{x.example}',
  '{-1}', '{3}')$$, '23514', NULL, 'a negative count');
SELECT throws_ok($$SELECT test.put('b', '2026-10-01', '{sts}',
  ARRAY[repeat('x', 256)], '{1}', '{3}')$$, '23514', NULL, 'a long domain');
SELECT throws_ok($$SELECT test.put('b', '2026-10-01', '{sts}', '{x.example}',
  '{1}', '{3}', '{1}', ARRAY[repeat('t', 129)], '{1}')$$, '23514', NULL,
  'a long result type');
SELECT throws_ok($$SELECT test.put(repeat('n', 1025), '2026-10-01', '{}', '{}',
  '{}', '{}')$$, '23514', NULL, 'a long report-id');
SELECT is((SELECT count(*)::integer FROM report), 3,
  'what was refused left nothing behind');

-- The batch function.
CREATE TABLE test.outcome AS
SELECT number, outcome FROM unnest(ingest_batch(
  ARRAY[test.key('a'), test.key('n1'), test.key('n1'), test.key('a'),
    test.key('n2')],
  ARRAY[test.digest('asame'), test.digest('n1'), test.digest('n1'),
    test.digest('changed'), test.digest('n2')],
  array_fill('there'::text, '{5}'), array_fill(''::text, '{5}'),
  array_fill('Org'::text, '{5}'), array_fill(NULL::text, '{5}'),
  array_fill('id'::text, '{5}'),
  array_fill(test.epoch('2026-10-01'), '{5}'),
  array_fill(test.epoch('2026-10-01') + 86399, '{5}'),
  array_fill(NULL::text, '{5}'),
  ARRAY['{}', '{"a remark"}', '{}', '{}', '{}'],
  '{sts,sts,sts,sts,tlsa,sts}',
  '{x.example,n1.example,n1.example,x.example,mx.n2.example,n2.example}',
  array_fill('{}'::text, '{6}'), array_fill('{}'::text, '{6}'),
  '{1,2,2,4,5,6}', '{0,0,0,0,1,1}', array_fill(NULL::text, '{6}'),
  '{2}', '{tlsa-invalid}', '{192.0.2.9}', '{mx.n2.example}',
  ARRAY[NULL], ARRAY[NULL::inet], '{1}', ARRAY[NULL], ARRAY[NULL],
  ARRAY['{"raw": 1}'],
  '{1,2,3,4,5,5}', '{1,1,1,1,1,2}', '{5}', '{1}'))
  WITH ORDINALITY AS outcomes (outcome, number);
SELECT results_eq('SELECT outcome FROM test.outcome ORDER BY number',
  'VALUES (false), (true), (false), (NULL), (true)',
  'there, stored, twice in the batch, conflict, stored');
SELECT is((SELECT count(*)::integer FROM report), 5, 'two are new');
SELECT results_eq($$SELECT policy_no::integer, policy_type, successful_sessions
    FROM v_policy WHERE report_key = test.key('n2') ORDER BY 1$$,
  $$VALUES (1, 'tlsa', 5::bigint), (2, 'sts', 6::bigint)$$,
  'policies with their report');
SELECT results_eq($$SELECT policy_domain, result_type, failed_sessions
    FROM v_failure WHERE report_key = test.key('n2')$$,
  $$VALUES ('n2.example', 'tlsa-invalid', 1::bigint)$$,
  'failures with their policy');
SELECT is((SELECT count(*)::integer FROM policy
  WHERE report_key = test.key('n1')), 1, 'of equal reports one is stored');
SELECT results_eq($$SELECT has_failures FROM outbox WHERE report_key
    IN (test.key('n1'), test.key('n2')) ORDER BY 1$$,
  'VALUES (false), (true)', 'and both are to be folded');
SELECT is((SELECT remarks FROM v_reporter), '{"a remark": 1}',
  'remarks are counted');
SELECT is(ingest_batch('{}', '{}', '{}', '{}', '{}', '{}', '{}',
  '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
  '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  '{}', 'a batch of none');

SELECT is_empty($$
  SELECT FROM policy LEFT JOIN report USING (day, report_key)
  WHERE report.report_key IS NULL
$$, 'no policy without its report');
SELECT is_empty($$
  SELECT FROM failure LEFT JOIN policy USING (day, report_key, policy_no)
  WHERE policy.report_key IS NULL
$$, 'no failure without its policy');

SELECT is(quarantine('bad-json', 'why', 'a@b', 'Q1', 'here', 'x.gz', 3,
  'abc', '{}', NULL), true, 'put away');
SELECT is(quarantine('bad-json', 'why', 'a@b', 'Q2', 'here', 'x.gz', 3,
  'abc', '{}', NULL), false, 'the same again');
SELECT is(quarantine('bad-period', 'why', NULL, NULL, 'here', NULL, 3,
  'abc', '{}', NULL), true, 'for another reason');
SELECT is(quarantine('bad-json', 'why', 'a@b', 'Q3', 'here', 'x.gz', 3,
  'abc', '{a.example}', NULL), true, 'signed by somebody');
SELECT is(quarantine('too-big', 'why', 'a@b', 'Q4', 'here', 'message', 0,
  '', '{}', NULL), true, 'too big to be kept');
SELECT is(quarantine('too-big', 'why', 'a@b', 'Q5', 'here', 'message', 0,
  '', '{}', NULL), true, 'another one from the same sender');
SELECT is(quarantine('too-big', 'why', 'a@b', 'Q5', 'here', 'message', 0,
  '', '{}', NULL), false, 'the same message');
SELECT is(quarantine('bad-json', 'why', 'a@b', 'Q6', 'here', 'x.gz', 9,
  'abc', '{}', NULL), true, 'cut');
SELECT is(quarantine('bad-json', 'why', 'a@b', 'Q7', 'here', 'x.gz', 9,
  'abc', '{}', NULL), true, 'another one with the same beginning');
SELECT throws_ok($$SELECT quarantine('bad-json', 'why', NULL, NULL, 'here',
  NULL, 1048577, convert_to(repeat('x', 1048577), 'UTF8'),
  '{}', NULL)$$, '23514', NULL,
  'more than is kept');

SELECT * FROM finish();
ROLLBACK;
