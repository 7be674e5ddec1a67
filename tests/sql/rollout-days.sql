-- SPDX-License-Identifier: BSD-2-Clause
-- Sixty days of several domains, of which each gets well at some time: never is
-- one told to enforce that still loses mail, or that too little is known of.
\ir begin.psql
\ir alerts.psql
SELECT plan(6);
INSERT INTO trusted_signer VALUES ('a.example'), ('b.example'), ('c.example');

-- The domain fails up to the day `sick`, for reporters that see it. One of them
-- reports every so many days, from one day to another, and so many days late.
CREATE TABLE test.reporting (
  domain text, sick integer, reporter text, sees boolean DEFAULT true,
  every integer DEFAULT 1, first integer DEFAULT 0, last integer DEFAULT 60,
  late integer DEFAULT 1, mode_from integer DEFAULT 0,
  type text DEFAULT 'certificate-expired'
);
INSERT INTO test.reporting (domain, sick, reporter, sees, every) VALUES
  ('well.example', -1, 'A', true, 1), ('well.example', -1, 'B', true, 1),
  ('sick.example', 20, 'A', true, 1), ('sick.example', 20, 'B', true, 1),
  ('partly.example', 20, 'A', false, 1), ('partly.example', 20, 'B', true, 1),
  ('partly.example', 20, 'C', false, 1),
  -- Seldom, and by one of three.
  ('seldom.example', 40, 'A', false, 1), ('seldom.example', 40, 'B', false, 1),
  ('seldom.example', 40, 'C', true, 9),
  -- Whose last word is a failure.
  ('word.example', 40, 'A', false, 1), ('word.example', 40, 'B', false, 1),
  ('word.example', 40, 'C', true, 40),
  ('alone.example', -1, 'A', true, 1),
  ('thin.example', -1, 'A', true, 9), ('thin.example', -1, 'B', true, 9),
  ('thick.example', 9, 'A', true, 4), ('thick.example', 9, 'B', true, 3);
INSERT INTO test.reporting (domain, sick, reporter, sees, last, late) VALUES
  ('late.example', 12, 'A', false, 60, 1),
  ('late.example', 12, 'B', false, 60, 1),
  ('late.example', 12, 'C', true, 60, 6),
  ('silent.example', 5, 'A', false, 60, 1),
  ('silent.example', 5, 'B', false, 60, 1),
  ('silent.example', 5, 'C', true, 5, 1);
INSERT INTO test.reporting (domain, sick, reporter, sees, mode_from, type)
VALUES ('changed.example', -1, 'A', false, 10, ''),
  ('changed.example', -1, 'B', false, 12, ''),
  ('unfetched.example', 25, 'A', true, 0, 'sts-policy-fetch-error'),
  ('unfetched.example', 25, 'B', false, 0, '');

CREATE FUNCTION test.origin() RETURNS date LANGUAGE sql AS $$
  SELECT '2026-08-01'::date
$$;
CREATE TABLE test.told (now integer, domain text, verdict text, reasons text,
  clean_days integer, clean_reporters integer);
CREATE FUNCTION test.pass(now integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('test.today', (test.origin() + now)::text, true);
  PERFORM test.report(reporter, test.origin() + now - late, 10,
    CASE WHEN sees AND now - late <= sick THEN 2 ELSE 0 END, type::text,
    domain => domain, auth => lower(reporter) || '.example',
    mode => CASE WHEN now - late >= mode_from THEN 'testing'
      ELSE 'none' END)
  FROM test.reporting
  WHERE now - late BETWEEN first AND last AND (now - late - first) % every = 0;
  PERFORM fold();
  -- Every other day they are kept.
  PERFORM judge_domains(1000, true) WHERE now % 2 = 0;
  INSERT INTO test.told
  SELECT now, policy_domain, verdict, array_to_string(reasons, '; '),
    clean_days, clean_reporters
  FROM v_rollout;
END
$$;
SELECT count(test.pass(now)) AS n FROM generate_series(1, 60) AS now \gset

SELECT is_empty($$
  SELECT told.* FROM test.told
  WHERE verdict = 'enforce-now' AND EXISTS (
    SELECT FROM test.reporting AS r
    WHERE r.domain = told.domain AND sees AND sick >= told.now)
$$, 'who is told to enforce loses no mail on any later day');
SELECT is_empty($$
  SELECT told.* FROM test.told
  JOIN test.reporting AS r USING (domain)
  WHERE verdict = 'enforce-now' AND sees
    AND sick - sick % every >= told.now - 14
    AND type <> 'sts-policy-fetch-error'
$$, 'nor has lost any for two weeks');
SELECT is_empty($$
  SELECT told.* FROM test.told
  WHERE verdict = 'keep-testing' AND clean_days >= 14 AND clean_reporters >= 2
    AND domain NOT IN ('word.example', 'silent.example')
$$, 'who is told to wait has failed, or is too little known');
SELECT results_eq($$
  SELECT domain, min(now) FILTER (WHERE verdict = 'enforce-now')
  FROM test.told GROUP BY domain ORDER BY domain COLLATE "C"
$$, $$VALUES
  ('alone.example', NULL::integer), ('changed.example', 26),
  ('late.example', 27), ('partly.example', 35), ('seldom.example', 51),
  ('sick.example', 35), ('silent.example', 51), ('thick.example', 40),
  ('thin.example', NULL), ('unfetched.example', 40), ('well.example', 14),
  ('word.example', NULL)$$, 'when each may');
SELECT is_empty($$
  SELECT * FROM test.told AS t
  WHERE verdict <> 'enforce-now' AND EXISTS (SELECT FROM test.told AS b
    WHERE b.domain = t.domain AND b.now < t.now AND b.verdict = 'enforce-now')
$$, 'and from then on');
SELECT is_empty($$SELECT * FROM test.told
  WHERE verdict NOT IN ('keep-testing', 'enforce-now')
    AND domain <> 'changed.example'$$, 'nothing else is said');

SELECT * FROM finish();
ROLLBACK;
