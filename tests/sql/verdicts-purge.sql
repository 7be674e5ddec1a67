-- SPDX-License-Identifier: BSD-2-Clause
-- What is removed is not kept in verdicts.
\ir begin.psql
\ir alerts.psql
\ir verdicts.psql
SELECT plan(15);

-- The sixth of a month that is over, and the days before it.
SELECT date_trunc('month', now() AT TIME ZONE 'UTC' - interval '40 days')::date
  AS month \gset
SELECT (now() AT TIME ZONE 'UTC')::date - :'month'::date AS age \gset
SELECT test.move_to(:age - 5) \gset
INSERT INTO trusted_signer VALUES ('a.example');
CREATE FUNCTION test.figures(domain text) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', verdict, days, coalesce(max_age, 0))
  FROM rollout(ARRAY[domain])
$$;

-- Reports, of which the roll-ups stay: how long the policy counts is in them.
SELECT test.say('aged.example', ago => 15) \gset
SELECT fold() \gset
SELECT is(test.figures('aged.example'), 'keep-testing 1 86400', 'a policy');
SELECT is(test.drops(format('SELECT purge_month(%s)', :age)),
  '0 current, 0 wrong', 'reports of a month are removed');
SELECT is(test.figures('aged.example'), 'keep-testing 1 0', 'with policies');
SELECT test.say('aged.example', ago => 15) \gset
SELECT fold() \gset
SELECT is(test.figures('aged.example'), 'keep-testing 1 86400',
  'the same in no month');
SELECT is(test.drops(format('SELECT purge_outside(%s)', :age)),
  '0 current, 0 wrong', 'they are removed as well');
SELECT is(test.figures('aged.example'), 'keep-testing 1 0', 'with policies');
SELECT is(test.drops(format('SELECT purge_outside(%s)', :age + 50)),
  '1 current, 0 wrong', 'no verdict goes by older ones');

-- Roll-ups, of which the names stay.
SELECT test.say('aged.example', ago => 3) \gset
SELECT fold() \gset
SELECT is(test.figures('aged.example'), 'keep-testing 2 86400', 'two days');
SELECT is(test.drops(format('SELECT purge_rollup_month(%s)', :age)),
  '0 current, 0 wrong', 'roll-ups of a month are removed');
SELECT is(test.figures('aged.example'), 'keep-testing 1 86400', 'one is left');
SELECT test.say('aged.example', ago => 15) \gset
SELECT fold() \gset
SELECT is(test.drops(format('SELECT purge_rollups(%s)', :age)),
  '0 current, 0 wrong', 'the same in no month');

-- Names: a host is none of a domain that nobody has heard of for long.
SELECT test.say('old.example', ago => 4000),
  test.say('mx.old.example', 'tlsa', ago => 3) \gset
SELECT fold() \gset
SELECT is(test.drops(format('SELECT purge_rollups(%s)', :age + 4000)),
  '3 current, 0 wrong', 'nothing is old enough');
SELECT set_eq('SELECT policy_domain FROM v_rollout',
  ARRAY['aged.example', 'old.example'], 'a host speaks for its domain');
SELECT is(test.drops('SELECT purge_rollups(4000)'), '0 current, 0 wrong',
  'a name is removed');
SELECT set_eq('SELECT policy_domain FROM domain_rollout',
  ARRAY['aged.example', 'mx.old.example'], 'and no other');

SELECT * FROM finish();
ROLLBACK;
