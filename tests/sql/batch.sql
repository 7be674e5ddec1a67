-- SPDX-License-Identifier: BSD-2-Clause
-- A batch whose arrays do not fit together is refused as a whole: a policy must
-- not get lost, nor a failure be without its policy.
\ir begin.psql
SELECT plan(19);

SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01,2026-10-02}',
  '{}', '{}', '{}')$$, '2202E', NULL, 'more periods than reports');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example,y.example}', '{1}', '{1,2}')$$, '2202E', NULL,
  'a policy without the number of its report');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example}', '{NULL}', '{1}')$$, '2202E', NULL,
  'a number that is NULL');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example}', '{2}', '{1}')$$, '2202E', NULL,
  'a policy of a report that is not there');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example}', '{1}', '{1}', '{odd}', '{1}', '{1}', '{1}', '{1,2}')$$,
  '2202E', NULL, 'more counts than failures');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example}', '{1}', '{1}', '{odd}', '{1}', '{2}', '{1}', '{1}')$$,
  '2202E', NULL, 'a failure of a policy that is not there');
SELECT throws_ok($$SELECT test.put_batch('{a,b}', '{2026-10-01,2026-10-01}',
  '{x.example}', '{1}', '{1}', '{odd}', '{2}', '{1}', '{1}', '{1}')$$,
  '2202E', NULL, 'a failure of another report''s policy');
SELECT throws_ok($$SELECT test.put_batch('{a}', '{2026-10-01}',
  '{x.example}', '{1}', NULL)$$, '2202E', NULL, 'no array at all');
SELECT is_empty('SELECT FROM report', 'nothing was stored');

SELECT is(test.put_batch('{a,b,a}', '{2026-10-01,2026-10-01,2026-10-01}',
  '{x.example,y.example,x.example}', '{1,2,3}', '{1,1,1}', '{odd,odd}', '{1,3}',
  '{1,1}', '{1,1}', '{1,1}'), '{t,t,f}', 'the same twice is stored once');
SELECT is((SELECT count(*)::integer FROM failure), 1, 'with its failure');
SELECT is(test.put_batch('{c,c,a}', '{2026-10-01,2026-10-02,2026-10-02}',
  '{x.example,y.example,z.example}', '{1,2,3}', '{1,1,1}'), '{t,t,t}',
  'the same name on another day is another report');
SELECT results_eq($$SELECT day, policy_domain FROM v_policy
    WHERE report_key = test.key('c') ORDER BY 1$$,
  $$VALUES ('2026-10-01'::date, 'x.example'), ('2026-10-02', 'y.example')$$,
  'with its own policies');

-- Remarks are the program's, whatever a report brings under that name.
SELECT is(test.put_batch('{d,e,f}', '{2026-10-03,2026-10-03,2026-10-03}',
  '{}', '{}', '{}', r_extra => ARRAY['{"remarks": {"x": 1}, "y": 2}',
  '{"remarks": "x"}', '{"y": 3}'], r_remarks => '{"{}","{}","{odd,NULL}"}'),
  '{t,t,t}', 'members named remarks are no hindrance');
SELECT results_eq('SELECT reports_with_remarks, remarks FROM v_reporter',
  $$VALUES (1::bigint, '{"odd": 1}'::jsonb)$$, 'nor remarks');
SELECT is((SELECT extra FROM report WHERE report_key = test.key('d')),
  '{"y": 2}', 'the rest is kept');
SELECT throws_ok($$SELECT test.put_batch('{g}', '{2026-10-03}', '{}', '{}',
  '{}', r_extra => '{[1]}')$$, '23514', NULL, 'extra is always an object');

-- Each of them has its own place in the queue.
INSERT INTO trusted_signer VALUES ('r.example');
SELECT is(test.put_batch('{h,i,j}', '{2026-10-04,2026-10-05,2026-10-06}', '{}',
  '{}', '{}', r_auth => '{e.example,r.example,""}'), '{t,t,t}',
  'by several signers');
SELECT results_eq($$SELECT day FROM outbox WHERE trusted$$,
  $$VALUES ('2026-10-05'::date)$$, 'one of whom is trusted');

SELECT * FROM finish();
ROLLBACK;
