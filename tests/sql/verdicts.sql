-- SPDX-License-Identifier: BSD-2-Clause
-- Verdicts that are kept are those that would be given now: after whatever
-- happens, in whatever order. All runs of a day are the same, unless psql is
-- told another `seed`, or how many `events`.
\ir begin.psql
\ir alerts.psql
\ir verdicts.psql
SELECT plan(35);
\if :{?seed} \else \set seed 0.5 \endif
\if :{?events} \else \set events 120 \endif
SELECT setseed(:seed) \gset

SELECT test.move_to(60) \gset
DELETE FROM trusted_signer;
INSERT INTO trusted_signer VALUES ('a.example'), ('b.example');

CREATE FUNCTION test.pick(anyarray) RETURNS anyelement LANGUAGE sql AS $$
  SELECT $1[1 + floor(random() * cardinality($1))]
$$;
CREATE FUNCTION test.some(most integer) RETURNS integer LANGUAGE sql AS $$
  SELECT floor(random() * most)::integer
$$;

-- One thing after the other.
SELECT count(test.say(domain, policy)) AS n
FROM (VALUES ('x.example', 'sts'), ('mx.x.example', 'tlsa'),
  ('mx.y.x.example', 'tlsa'), ('z.example', 'sts'), ('mx.w.example', 'tlsa'),
  ('never.example', 'sts')) AS reports (domain, policy) \gset
SELECT is(test.differing(), '{}', 'what waits is judged');
SELECT is((SELECT count(*)::integer FROM domain_rollout), 0, 'and not kept');
SELECT is(judge_domains(200, true), (0, false), 'as nothing is known of it');
SELECT fold() \gset
SELECT set_eq('SELECT policy_domain FROM domain_rollout',
  ARRAY['x.example', 'mx.x.example', 'mx.y.x.example', 'z.example',
    'mx.w.example', 'never.example'], 'then all names are');
SELECT is(judge_domains(), (0, false), 'others may come within a minute');
UPDATE domain_rollout SET news_at = '2020-01-01'
WHERE policy_domain = 'never.example';
SELECT is(domains_to_judge(1), '{never.example}', 'the oldest news first');
SELECT is(judge_domains(4, true), (4, true), 'some are judged');
SELECT is(test.differing(), '{}', 'and the others when somebody asks');
SELECT is(judge_domains(4, true), (2, false), 'then the rest');
SELECT set_eq(
  'SELECT policy_domain FROM domain_rollout WHERE verdict IS NULL',
  ARRAY['mx.x.example', 'mx.y.x.example'],
  'nothing is said of hosts of a domain');
SELECT is(test.differing(), '{}', 'all are kept');
UPDATE domain_rollout SET verdict = 'as kept' WHERE verdict IS NOT NULL;
SELECT set_eq('SELECT verdict FROM v_rollout', ARRAY['as kept'],
  'and nothing else is read');
SELECT set_eq($$SELECT verdict FROM rollout('{z.example,mx.x.example}')$$,
  ARRAY['as kept'], 'also of some');
SELECT is((SELECT verdict FROM rollout('{z.example}', '{z.example}')),
  'keep-testing', 'but not where not all is visible');
UPDATE domain_rollout SET judged_by = NULL WHERE verdict IS NOT NULL;
SELECT test.judge() \gset

-- A host that is heard of is news of its domain; z.example goes on.
SELECT test.say('mx.y.x.example', 'tlsa', bad => 1) \gset
SELECT is(test.differing(), '{}', 'a host has a failure');
SELECT fold() \gset
SELECT is(test.current(),
  '{mx.w.example,mx.x.example,never.example,z.example}'::text[],
  'that is news of its domain');
SELECT is((SELECT count(*)::integer FROM domain_rollout
  WHERE judged_by IS NULL AND news_at > now()), 2, 'since now');
CREATE TABLE test.news AS SELECT ctid AS place FROM domain_rollout;
SELECT test.say('mx.y.x.example', 'tlsa') \gset
SELECT fold() \gset
SELECT set_eq('SELECT ctid AS place FROM domain_rollout',
  'SELECT place FROM test.news', 'more news is not written');
SELECT test.judge() \gset

-- A domain comes between a host and the domain above, or where there was none.
SELECT test.say('y.x.example'), test.say('w.example') \gset
SELECT is(test.differing(), '{}', 'a domain takes hosts over');
SELECT fold() \gset
SELECT is(test.current(), '{mx.x.example,never.example,z.example}'::text[],
  'which is news of them, and of the one above');
SELECT is(test.differing(), '{}', 'and the same after it');
SELECT test.judge() \gset
SELECT is(test.differing(), '{}', 'and when it was judged');

-- What is the same for all.
SELECT is(test.drops(statement), '0 current, 0 wrong', statement)
FROM unnest(ARRAY[
  'INSERT INTO trusted_signer VALUES (''c.example'')',
  'DELETE FROM trusted_signer WHERE domain = ''a.example''',
  'UPDATE trusted_signer SET domain = ''d.'' || domain',
  'SELECT test.move_to(test.days_back() - 1)',
  'SELECT test.move_to(test.days_back() + 1)',
  'UPDATE schema_version SET digest = ''another''']) AS statement;
SELECT is(test.drops(
    'SELECT purge_month(400), purge_outside(400), purge_rollups(400)'),
  '8 current, 0 wrong', 'old days are no matter');

-- One that takes too long is left alone for a while, as others are judged.
UPDATE domain_rollout SET judged_by = NULL, news_at = '2020-01-01'
WHERE policy_domain = 'z.example';
SELECT is(put_off_domain(), 'z.example', 'one is put off');
SELECT is(judge_domains(200, true), (0, false), 'and not judged');
SELECT is(test.differing(), '{}', 'but when somebody asks');
UPDATE domain_rollout SET news_at = now() - interval '2 minutes'
WHERE policy_domain = 'z.example';
SELECT is(judge_domains(), (1, false), 'later it is, by itself');

-- Anything, in any order.
CREATE FUNCTION test.report_anything() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := test.pick('{x.example,mx.x.example,y.x.example,mx.y.x.example,
    a.mx.y.x.example,mx.w.example,w.example,deep.mx.w.example,z.example,
    mx1.z.example,mx2.z.example,example}'::text[]);
BEGIN
  PERFORM test.report(test.pick('{A,B,C}'::text[]),
    today() - (test.some(44) - 2) * test.some(2), 10,
    greatest(0, test.some(5) - 3),
    test.pick('{certificate-expired,sts-policy-fetch-error,tlsa-invalid}'
      ::text[]), domain => name, mode => test.pick('{testing,testing,enforce,
      none}'::text[]), policy => CASE WHEN name ~ 'mx' AND random() < 0.8
      OR random() < 0.3 THEN 'tlsa' ELSE test.pick('{sts,sts,no-policy-found}'
      ::text[]) END, auth => test.pick('{a.example,a.example,b.example,
      c.example,""}'::text[]), max_age => test.pick('{86400,604800,9999999}'
      ::bigint[]))
  FROM generate_series(0, test.some(4));
END
$$;
CREATE FUNCTION test.purge_anything() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  age integer := test.days_back() + test.some(50);
BEGIN
  IF random() < 0.5 THEN
    WHILE purge_fold(age) LOOP END LOOP;
    PERFORM purge_month(age), purge_outside(age);
  ELSE
    PERFORM purge_rollup_month(age) WHERE random() < 0.5;
    PERFORM purge_rollups(age);
  END IF;
END
$$;
CREATE FUNCTION test.trust_anything() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  signer text := test.pick('{a.example,b.example,c.example,*}'::text[]);
BEGIN
  DELETE FROM trusted_signer WHERE domain = signer;
  IF NOT FOUND THEN
    INSERT INTO trusted_signer VALUES (signer);
  END IF;
END
$$;
CREATE TABLE test.happened (number integer, event text, kept integer,
  differing text[]);
CREATE FUNCTION test.happen(number integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  event text := test.pick('{report,report,report,fold,fold,judge,judge,judge,
    trust,day,purge}'::text[]);
BEGIN
  IF random() < 0.4 THEN
    PERFORM test.judge();
  END IF;
  CASE event
    WHEN 'report' THEN PERFORM test.report_anything();
    WHEN 'fold' THEN PERFORM fold(1 + test.some(20));
    WHEN 'judge' THEN PERFORM judge_domains(1 + test.some(20), true);
    WHEN 'trust' THEN PERFORM test.trust_anything();
    WHEN 'day' THEN
      PERFORM test.move_to(greatest(0, test.days_back() - test.some(3)));
    ELSE PERFORM test.purge_anything();
  END CASE;
  INSERT INTO test.happened
  SELECT number, event, cardinality(test.current()), test.differing()
    || test.differing(ARRAY(SELECT policy_domain FROM domain_rollout
      WHERE random() < 0.3));
END
$$;
SELECT count(test.happen(number)) AS n
FROM generate_series(1, :events) AS number \gset
SELECT is_empty('SELECT * FROM test.happened WHERE differing <> ''{}''',
  'after any of them verdicts are those that would be given now');
SELECT cmp_ok((SELECT count(*)::integer FROM test.happened WHERE kept > 2),
  '>', :events / 5, 'of which some were kept');

SELECT * FROM finish();
ROLLBACK;
