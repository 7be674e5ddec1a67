-- SPDX-License-Identifier: BSD-2-Clause
-- Whom the rules believe: every query of theirs against every forged report.
\ir begin.psql
\ir alerts.psql
SELECT plan(87);

-- No function reads sums or reports but those that let nothing else through,
-- and those that have nothing to do with alerts.
SELECT bag_eq($$SELECT proname::text FROM pg_proc
    WHERE pronamespace = 'tlsrpt'::regnamespace
      AND prosrc ~ '\m(v_)?(daily|outbox)_(domain|policy|failure)\M'$$,
  $$VALUES ('believed_domain'), ('believed_failure'), ('digest'), ('fold'),
    ('health'), ('hosts_of'), ('loops_now'), ('mx_hosts'),
    ('domain_sums'), ('policy_sums'), ('failure_sums'), ('sum_week'),
    ('purge_plan'), ('purge_rollups'),
    ('names_to_judge'), ('rollout_failures'), ('rollout_reporters'),
    ('rollup_tables'), ('status')$$,
  'the rules read what is believed, and nothing else');

-- What is the case about a domain, and what somebody forges about it.
CREATE TABLE test.forged AS
SELECT situation || number || '.example' AS domain, situation, forgery.*
FROM unnest('{well,failure,share,silence}'::text[]) AS situation,
  (VALUES (1, '', date '2026-10-19', 3::bigint),
    (2, '', '2026-10-20', 3), (3, '', '2026-10-21', 3),
    (4, 'evil.example', '2026-10-19', 900000),
    (5, 'evil.example', '2026-10-20', 3),
    (6, 'evil.example', '2026-10-21', 3),
    (7, 'google.com.evil.example', '2026-10-19', 3),
    (8, 'r.example', '2026-10-21', 3),
    (9, 'r.example', '2026-10-19', 900000000000000000))
  AS forgery (number, auth, day, good);
UPDATE alert_clock SET day = '2026-10-17';

SELECT test.report('Google Inc.', at::date, 200,
  CASE WHEN at = last::date THEN bad ELSE 0 END, type, domain => domain)
FROM test.forged
JOIN (VALUES ('well', '2026-10-18', 0, ''),
    ('failure', '2026-10-18', 3, 'certificate-expired'),
    ('share', '2026-10-18', 200, 'anything'),
    ('silence', '2026-10-14', 0, '')) AS a (situation, last, bad, type)
  USING (situation),
  generate_series(last::timestamp - interval '13 days', last::timestamp,
    '1 day') AS at;
SELECT count(test.news('2026-10-20')) AS opened \gset
CREATE TABLE test.before AS
SELECT policy_domain, rule, state, first_day, last_day, failed_sessions,
  all_sessions, reporters, signers, cleared_day FROM alert;
SELECT is((SELECT count(*)::integer FROM test.before), 27,
  'an alert about each domain but those where all is well');

-- Whoever forges says that all is well where it is not, and the other way.
SELECT tlsrpt.ingest(gen_random_uuid(), test.digest(domain), 'here', auth,
  'Google Inc.', NULL, domain, test.epoch(day), test.epoch(day) + 86399, NULL,
  '{}', '{sts}', ARRAY[domain], '{"{mode: enforce}"}', '{"{}"}',
  ARRAY[CASE WHEN situation = 'well' THEN 0 ELSE good END],
  ARRAY[CASE WHEN situation = 'well' THEN good ELSE 0 END], '{NULL}',
  '{1}', '{certificate-expired}', '{NULL}', ARRAY['mx.example'], '{NULL}',
  '{NULL}', ARRAY[CASE WHEN situation = 'well' THEN good ELSE 0 END],
  '{NULL}', '{NULL}', '{NULL}')
FROM test.forged;
SELECT count(test.news('2026-10-20')) AS evaluated \gset
CREATE FUNCTION test.compare(how text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT is((SELECT row(a.policy_domain, a.rule, a.state, a.first_day,
      a.last_day, a.failed_sessions, a.all_sessions, a.reporters, a.signers,
      a.cleared_day)::text FROM alert AS a WHERE policy_domain = f.domain),
    (SELECT b::text FROM test.before AS b WHERE policy_domain = f.domain),
    format('%s: forged by "%s" of %s%s', f.domain, f.auth, f.day, how))
FROM test.forged AS f ORDER BY domain;
$$;
SELECT test.compare('');

-- Nor where others could corroborate it, which all say the same.
SELECT set_config('test.corroborate', 'true', true);
INSERT INTO alert_pending SELECT domain FROM test.forged;
SELECT count(test.news('2026-10-20')) AS evaluated \gset
SELECT test.compare(', and corroborated');
SELECT is((SELECT sum(unauthenticated_sessions)::integer FROM alert), 0,
  'none of it counts');
SELECT set_config('test.corroborate', 'false', true);

-- A day that has begun counts, though nothing new is heard of it.
SELECT is(test.news('2026-10-21', 'failure8.example'),
  'resolved certificate-expired', 'a day counts when it has begun');
SELECT is((SELECT state FROM alert WHERE policy_domain = 'well8.example'),
  'open', 'and whatever was said of it before');
SELECT is_empty($$SELECT domain FROM alert JOIN test.forged
    ON policy_domain = domain WHERE situation = 'failure' AND number <> 8
      AND state <> 'open'$$, 'the others stay open');

-- Any signer may be believed, but none of them hides what a named one says.
INSERT INTO trusted_signer VALUES ('*');
SELECT test.report('Google Inc.', day::date, 100, domain => 'quiet.example',
  auth => signer)
FROM (VALUES ('r.example', '2026-10-05', '2026-10-18'),
    ('evil.example', '2026-10-05', '2026-10-23'))
  AS reported (signer, first, last),
  generate_series(first::timestamp, last::timestamp, '1 day') AS day;
SELECT test.report('Other', '2026-10-21', 1000, 9, domain => 'any.example',
  auth => 'a.evil.example');
SELECT is(test.news('2026-10-22', 'any.example'), 'opened certificate-expired',
  'signed by anybody');
SELECT is((SELECT row(signer, signers) FROM alert
    WHERE policy_domain = 'any.example'),
  row('*'::text, '{a.evil.example}'::text[]), 'all of whom count as one');
SELECT test.report('Google Inc.', '2026-10-22', 100, 9, 'anything',
  domain => 'thin.example');
SELECT test.report('Google Inc.', '2026-10-22', 900000000000,
  domain => 'thin.example', auth => name || '.evil.example')
FROM unnest('{a,b}'::text[]) AS name;
SELECT is(test.news('2026-10-23', 'thin.example'), 'opened failure-share',
  'no number of sessions thins out what a named one has counted');
SELECT is((SELECT state FROM alert WHERE policy_domain = 'quiet.example'), 'open',
  'nobody speaks for a named one that has fallen silent');
SELECT test.report('Google Inc.', '2026-10-23', 1000000, 90,
  hosts => ARRAY(SELECT 'mx' || i FROM generate_series(1, 60) AS i),
  domain => 'crowd.example', auth => name || '.evil.example')
FROM unnest('{a,b}'::text[]) AS name;
SELECT matches(test.news('2026-10-24', 'crowd.example'), '^opened', 'a crowd');
SELECT test.report('Google Inc.', '2026-10-23', 100000, 1,
  domain => 'crowd.example', hosts => '{real}');
SELECT is(test.news('2026-10-24', 'crowd.example'),
  'opened certificate-expired real', 'has no place for the others');
SELECT is((SELECT count(*)::integer FROM alert WHERE state <> 'resolved'
  AND policy_domain = 'crowd.example'), 51, 'nor more than its own');

SELECT test.report('Google Inc.', '2026-10-24', 1000, 9,
  domain => 'spoken-for.example');
SELECT is(test.news('2026-10-25', 'spoken-for.example'),
  'opened certificate-expired', 'one of them reports a failure');
SELECT test.report('Google Inc.', '2026-10-25', 100,
  domain => 'spoken-for.example', auth => 'evil.example');
SELECT is(test.news('2026-12-31', 'spoken-for.example'),
  'expired certificate-expired', 'nobody else says that it is over');

SELECT * FROM finish();
ROLLBACK;
