-- SPDX-License-Identifier: BSD-2-Clause
-- How far a domain may go with its policy.
\ir begin.psql
\ir alerts.psql
SELECT no_plan();
INSERT INTO trusted_signer VALUES ('a.example'), ('b.example'), ('c.example');

-- test.days(): each of these reporters has a report on every day of so many
-- days ago to so many days ago.
SELECT set_config('test.today', (now() AT TIME ZONE 'UTC')::date::text, true)
  AS set \gset
CREATE FUNCTION test.days(
  domain text, first integer, last integer DEFAULT 1,
  mode text DEFAULT 'testing', bad bigint DEFAULT 0,
  reporters text[] DEFAULT '{A,B}', type text DEFAULT 'certificate-expired',
  max_age bigint DEFAULT 86400, policy text DEFAULT 'sts',
  is_signed boolean DEFAULT true, good bigint DEFAULT 10
) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(test.report(reporter, tlsrpt.today() - ago, good, bad, type,
    domain => domain, mode => mode, max_age => max_age, policy => policy,
    auth => CASE WHEN is_signed THEN lower(reporter) || '.example'
      ELSE '' END))
  FROM generate_series(last, first) AS ago, unnest(reporters) AS reporter
$$;
CREATE FUNCTION test.verdict(domain text) RETURNS text LANGUAGE sql AS $$
  SELECT verdict FROM tlsrpt.v_rollout WHERE policy_domain = domain
$$;
CREATE FUNCTION test.reasons(domain text) RETURNS text LANGUAGE sql AS $$
  SELECT array_to_string(reasons, '; ') FROM tlsrpt.v_rollout
  WHERE policy_domain = domain
$$;
SELECT is_empty('SELECT * FROM v_rollout', 'nothing as yet');

-- Each is a domain and what follows.
CREATE TABLE test.expected (domain text, verdict text, reason text);
INSERT INTO test.expected VALUES
  ('days13.example', 'keep-testing',
    '^13 days with reports are clean up to now, 14 are needed$'),
  ('days14.example', 'enforce-now', '^$'),
  ('one.example', 'keep-testing',
    '^clean days are reported by 1, 2 reporters are needed$'),
  ('same.example', 'keep-testing', '^clean days are reported by 1,'),
  ('fail14.example', 'keep-testing',
    '^mail of 6 sessions would have been withheld, the last on .*; 13 days'),
  ('fail15.example', 'enforce-now', '^$'),
  ('today.example', 'keep-testing', '^mail of 6 sessions would .*; 0 days'),
  ('fetch.example', 'keep-testing', '^senders could not get the policy'),
  ('summary.example', 'keep-testing', '^sessions failed, the last on'),
  ('silent.example', 'keep-testing',
    'reporters fell silent: C \(signed by c.example\)$'),
  ('heard.example', 'enforce-now', '^$'),
  ('open.example', 'keep-testing', 'nothing was heard after a failure from C'),
  ('rare.example', 'keep-testing', 'nothing was heard after a failure from C'),
  ('old.example', 'keep-testing', 'no report is about a day after'),
  ('idle.example', 'keep-testing', '^0 days with'),
  ('mixed.example', 'keep-testing',
    '^reporters still use a policy in another mode: A \(.*B \(signed'),
  ('held.example', 'keep-testing', '^reporters still use .*: C'),
  ('forgotten.example', 'enforce-now', '^$'),
  ('new.example', 'keep-testing', '^13 days'),
  ('lost.example', 'keep-testing', '^reporters no longer see a policy: C'),
  ('gone.example', 'publish', '^a policy was last seen on'),
  ('bare.example', 'publish', '^$'),
  ('none.example', 'publish', '^the policy is in mode none$'),
  ('odd.example', 'keep-testing', '^no report says the mode'),
  ('week.example', 'raise-max-age', '^$'),
  ('month.example', 'raise-max-age', '^$'),
  ('year.example', 'fine', '^$'),
  ('raised.example', 'fine', '^$'),
  ('days29.example', 'fine', '^$'),
  ('once.example', 'fine', '^mail of 6 sessions was withheld, the last on'),
  ('withheld.example', 'hold-back', '^mail of 6 sessions was withheld'),
  ('small.example', 'hold-back', '^mail of 3 sessions was withheld'),
  ('turned.example', 'keep-testing', '^reporters still use .* A'),
  ('dane.example', 'fine', '^$'),
  ('danebare.example', 'fine', '^$'),
  ('danebad.example', 'hold-back', '^mail of 6 sessions was withheld'),
  ('hosted.example', 'hold-back', '^mail of 6 sessions was withheld'),
  ('unsigned.example', 'enforce-now', '^no report is authenticated'),
  ('forged.example', 'enforce-now', '^$'),
  ('strangers.example', 'keep-testing', '^0 days with reports are clean up to '
    'now, 14 are needed; clean days are reported by 0, 2 .*; no trusted signer '
    'has reported a day of the last 7; signers that are not trusted do not '
    'count: V \(signed by v.example\), W \(signed by w.example\)$'),
  ('half.example', 'keep-testing',
    '^clean days are reported by 1, 2 .* not trusted do not count: W \('),
  ('left.example', 'keep-testing', '^no trusted signer has reported a day of '
    'the last 7; signers .*: V .*; reporters fell silent: A'),
  ('believed.example', 'keep-testing', 'would have been withheld'),
  ('both.example', 'enforce-now', '^$'),
  ('pushed.example', 'fine',
    '^signers that are not trusted do not count: V \(.*, W \('),
  ('backdated.example', 'fine', '^signers that are not trusted do not count');

SELECT test.days('days13.example', 13) AS n \gset
SELECT test.days('days14.example', 14) AS n \gset
SELECT test.days('one.example', 30, reporters => '{A}') AS n \gset
SELECT test.days('same.example', 30, reporters => '{A}') AS n \gset
SELECT count(test.report('Another', today() - ago, 10,
  domain => 'same.example', mode => 'testing', auth => 'a.example')) AS n
FROM generate_series(1, 30) AS ago \gset
SELECT test.days('fail14.example', 30) AS n \gset
SELECT test.days('fail14.example', 14, 14, bad => 3) AS n \gset
SELECT test.days('fail15.example', 30) AS n \gset
SELECT test.days('fail15.example', 15, 15, bad => 3) AS n \gset
SELECT test.days('today.example', 30) AS n \gset
SELECT test.days('today.example', 0, 0, bad => 3) AS n \gset
SELECT test.days('fetch.example', 30) AS n \gset
SELECT test.days('fetch.example', 2, 2, bad => 3,
  type => 'sts-policy-fetch-error') AS n \gset
-- Failed sessions of which no failure is told.
SELECT test.days('summary.example', 30) AS n \gset
SELECT test.put('summary', today() - 3, '{sts}', '{summary.example}', '{10}',
  '{4}', organization => 'A', auth => 'a.example', mode => 'testing')
  AS n \gset
SELECT test.days('silent.example', 30) AS n \gset
SELECT test.days('heard.example', 30) AS n \gset
SELECT test.days('heard.example', 30, 7, reporters => '{C}') AS n \gset
SELECT test.days('silent.example', 30, 8, reporters => '{C}') AS n \gset
SELECT test.days('open.example', 30) AS n \gset
SELECT test.days('open.example', 25, 25, bad => 1, reporters => '{C}')
  AS n \gset
SELECT test.days('old.example', 30, 8) AS n \gset
SELECT test.days('over.example', 45, 31) AS n \gset
SELECT test.days('rare.example', 30) AS n \gset
SELECT test.days('rare.example', 45, 45, bad => 1, reporters => '{C}')
  AS n \gset
SELECT test.days('idle.example', 30, good => 0) AS n \gset
SELECT test.days('mixed.example', 30) AS n \gset
SELECT test.days('mixed.example', 3, mode => 'enforce',
  reporters => '{C}') AS n \gset
-- A long max_age, and one that is over.
SELECT test.days('held.example', 14) AS n \gset
SELECT test.days('held.example', 20, 20, mode => 'none', reporters => '{C}',
  max_age => 31557600) AS n \gset
SELECT test.days('forgotten.example', 14) AS n \gset
SELECT test.days('forgotten.example', 20, 20, mode => 'none',
  reporters => '{C}') AS n \gset
SELECT test.days('new.example', 30, 14, mode => 'none') AS n \gset
SELECT test.days('new.example', 13) AS n \gset
SELECT test.days('lost.example', 30) AS n \gset
SELECT test.days('lost.example', 30, 20, reporters => '{C}') AS n \gset
SELECT test.days('lost.example', 10, reporters => '{C}',
  policy => 'no-policy-found') AS n \gset
SELECT test.days('gone.example', 30, 10) AS n \gset
SELECT test.days('gone.example', 9, policy => 'no-policy-found') AS n \gset
SELECT test.days('bare.example', 30, policy => 'no-policy-found') AS n \gset
SELECT test.days('none.example', 30, mode => 'none') AS n \gset
SELECT test.days('odd.example', 30, mode => 'odd') AS n \gset
SELECT test.days('week.example', 31, mode => 'enforce', max_age => 604799)
  AS n \gset
SELECT test.days('month.example', 31, mode => 'enforce', max_age => 604800)
  AS n \gset
SELECT test.days('year.example', 31, mode => 'enforce', max_age => 31557600)
  AS n \gset
SELECT test.days('raised.example', 31, 5, mode => 'enforce',
  max_age => 604800) AS n \gset
SELECT test.days('raised.example', 4, mode => 'enforce', max_age => 2592000)
  AS n \gset
SELECT test.days('days29.example', 29, mode => 'enforce') AS n \gset
SELECT test.days('once.example', 31, mode => 'enforce') AS n \gset
SELECT test.days('once.example', 4, 4, mode => 'enforce', bad => 3) AS n \gset
SELECT test.days('withheld.example', 31, mode => 'enforce') AS n \gset
SELECT test.days('withheld.example', 3, 3, mode => 'enforce', bad => 3)
  AS n \gset
SELECT test.days('small.example', 31, mode => 'enforce') AS n \gset
SELECT test.days('small.example', 10, 10, mode => 'enforce', bad => 3,
  reporters => '{C}') AS n \gset
-- Back to testing, while one still enforces and withholds.
SELECT test.days('turned.example', 30, 3, mode => 'enforce', bad => 3,
  max_age => 604800) AS n \gset
SELECT test.days('turned.example', 2, reporters => '{B}') AS n \gset
SELECT test.days('dane.example', 30, policy => 'tlsa') AS n \gset
SELECT test.days('danebare.example', 30, policy => 'tlsa') AS n \gset
SELECT test.days('danebare.example', 30, policy => 'no-policy-found',
  reporters => '{C}') AS n \gset
SELECT test.days('danebad.example', 30, policy => 'tlsa') AS n \gset
SELECT test.days('danebad.example', 2, 2, policy => 'tlsa', bad => 3,
  type => 'tlsa-invalid') AS n \gset
SELECT test.days('hosted.example', 30) AS n \gset
SELECT test.days('mx.hosted.example', 30, policy => 'tlsa') AS n \gset
SELECT test.days('mx.hosted.example', 2, 2, policy => 'tlsa', bad => 3,
  type => 'tlsa-invalid') AS n \gset
SELECT test.days('unsigned.example', 30, is_signed => false) AS n \gset
-- What somebody else says of it, unsigned, does not count.
SELECT test.days('forged.example', 30) AS n \gset
SELECT test.days('forged.example', 2, 1, bad => 100, reporters => '{X}',
  is_signed => false) AS n \gset

-- Anybody can sign with a domain of their own: they cannot say that all is
-- well, but that it is not.
SELECT test.days('strangers.example', 30, reporters => '{V,W}') AS n \gset
SELECT test.days('half.example', 30, reporters => '{A,W}') AS n \gset
SELECT test.days('left.example', 30, 8) AS n \gset
SELECT test.days('left.example', 30, reporters => '{V,W}') AS n \gset
SELECT test.days('believed.example', 30) AS n \gset
SELECT test.days('believed.example', 3, bad => 3, reporters => '{W}')
  AS n \gset
SELECT test.days('both.example', 30, reporters => '{A,B,V,W}') AS n \gset
SELECT test.days('pushed.example', 31, mode => 'enforce',
  reporters => '{V,W}') AS n \gset
SELECT test.days('backdated.example', 31, mode => 'enforce',
  reporters => '{V}') AS n \gset
SELECT test.days('backdated.example', 5, mode => 'enforce') AS n \gset

SELECT results_eq(
  'SELECT policy_domain, verdict FROM v_rollout
    ORDER BY policy_domain COLLATE "C"',
  'SELECT domain, verdict FROM test.expected ORDER BY domain COLLATE "C"',
  'verdicts before anything is rolled up');
PREPARE each AS
  SELECT one.* FROM test.expected, rollout(ARRAY[domain]) AS one;
-- Some of them, as each takes long here.
SELECT array_agg(domain) AS some
FROM (SELECT domain FROM test.expected ORDER BY domain <> 'hosted.example',
  md5(domain) LIMIT 8) AS found \gset
SELECT set_eq(format('SELECT one.* FROM unnest(%L::text[]) AS given,
    rollout(ARRAY[given]) AS one', :'some'),
  format('SELECT * FROM v_rollout WHERE policy_domain = ANY (%L)', :'some'),
  'each alone has the same row');
SELECT count(*) AS n FROM (SELECT fold(1000000)) AS folded \gset
SELECT set_eq('EXECUTE each', 'SELECT * FROM v_rollout', 'and after');
CREATE TABLE test.before AS SELECT * FROM v_rollout;
SELECT is(judge_domains(1000, true),
  (SELECT (count(*)::integer, false) FROM domain_rollout), 'all are judged');
SELECT set_eq('SELECT * FROM v_rollout', 'SELECT * FROM test.before',
  'which is kept, and read from now on');
SELECT set_eq('EXECUTE each', 'SELECT * FROM v_rollout', 'of each');
SELECT is_empty($$SELECT * FROM rollout('{mx.hosted.example}')$$,
  'a host alone is no domain');
SELECT results_eq(
  'SELECT policy_domain, verdict FROM v_rollout
    ORDER BY policy_domain COLLATE "C"',
  'SELECT domain, verdict FROM test.expected ORDER BY domain COLLATE "C"',
  'and after; hosts are no domains');
SELECT is_empty($$SELECT domain, reason, test.reasons(domain)
  FROM test.expected WHERE test.reasons(domain) !~ reason$$, 'reasons');

-- Figures.
SELECT results_eq($$SELECT sts_mode, max_age, today() - since, dane,
    authenticated, days, clean_days, reporters, clean_reporters, sessions,
    failed_sessions, would_withhold_sessions, withheld_sessions, result_types,
    receiving_mx_hostnames, today() - last_failure_day, today() - last_day
  FROM v_rollout WHERE policy_domain = 'fail14.example'$$,
  $$VALUES ('testing', 86400::bigint, 30, false, true, 30, 13, 2, 2,
    626::numeric, 6::numeric, 6::numeric, 0::numeric,
    '{certificate-expired}'::text[], '{mx.example}'::text[], 14, 1)$$,
  'what is said of one');
SELECT results_eq($$SELECT policy_domain, max_age, next_max_age, today() - since
  FROM v_rollout WHERE policy_domain IN ('week.example', 'month.example')
  ORDER BY 2$$,
  $$VALUES ('week.example', 604799::bigint, 604800::bigint, 31),
    ('month.example', 604800, 2592000, 31)$$, 'the next max_age');
SELECT results_eq($$SELECT authenticated, days, reporters FROM v_rollout
  WHERE policy_domain = 'unsigned.example'$$, 'VALUES (false, 30, 2)',
  'not authenticated');
SELECT results_eq($$SELECT sts_mode, dane, withheld_sessions, result_types
  FROM v_rollout WHERE policy_domain = 'hosted.example'$$,
  $$VALUES ('testing', true, 6::numeric, '{tlsa-invalid}'::text[])$$,
  'what is seen of a host is so of its domain');
SELECT results_eq($$SELECT today() - since FROM v_rollout
  WHERE policy_domain = 'new.example'$$, 'VALUES (13)', 'a mode begins');

-- Tenants see their domains, and a host without its domain stands for itself.
CREATE ROLE test_tenant IN ROLE tlsrpt_tenant;
CREATE ROLE test_reader IN ROLE tlsrpt_reader;
INSERT INTO tenant_domain VALUES ('test_tenant', 'days14.example'),
  ('test_tenant', 'mx.hosted.example');
CREATE FUNCTION test.seen(role name, schema text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  RETURN QUERY EXECUTE format(
    'SELECT policy_domain || '' '' || verdict FROM %I.v_rollout', schema);
  RESET ROLE;
END
$$;
SELECT set_eq($$SELECT test.seen('test_tenant', 'tlsrpt_tenant')$$,
  ARRAY['days14.example enforce-now', 'mx.hosted.example hold-back'],
  'a tenant sees what is his');
SELECT set_eq($$SELECT test.seen('test_reader', 'tlsrpt')$$,
  $$SELECT domain || ' ' || verdict FROM test.expected$$, 'a reader all');
SELECT throws_ok($$SELECT test.seen('test_tenant', 'tlsrpt')$$, '42501',
  NULL, 'and a tenant no more');

-- One rule for all.
SELECT results_eq('SELECT ready_domains, held_domains FROM digest(7)',
  $$SELECT ARRAY(SELECT domain FROM test.expected
    WHERE verdict = 'enforce-now' ORDER BY domain COLLATE "C" LIMIT 10),
    ARRAY(SELECT domain FROM test.expected
    WHERE verdict = 'hold-back' ORDER BY domain COLLATE "C" LIMIT 10)$$,
  'the digest says the same');

-- The line of the policy.
SELECT is_empty($$SELECT * FROM (VALUES
    ('{version: STSv1,mode: testing,max_age: 86400}'::text[], 86400),
    (ARRAY[E'  max_age:\t604800\r'], 604800), ('{max_age: 1,max_age: 2}', 1),
    ('{max_age: 99999999999}', NULL), ('{max_age: x}', NULL), ('{}', NULL)
  ) AS expected (line, age) WHERE sts_max_age(line) IS DISTINCT FROM age$$,
  'max_age');

SELECT * FROM finish();
ROLLBACK;
