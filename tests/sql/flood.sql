-- SPDX-License-Identifier: BSD-2-Clause
-- While strangers send whatever they like, what an honest reporter says is
-- folded and alerted, and strangers open nothing. FLOOD_REPORTS=N sends as many.
\ir begin.psql
SELECT plan(10);
\set reports `echo ${FLOOD_REPORTS:-1500}`
\ir alerts.psql

SELECT set_config('test.today', '2026-10-20', true);
UPDATE alert_clock SET day = '2026-10-20';

-- Made-up names of all kinds, of the past and the future: a third unsigned.
SELECT count(test.report('Reporter ' || n % 997, date '2026-10-21' - n % 20,
  n, 1 + n % 7, (ARRAY['certificate-expired', 'made-up-' || n])[1 + n % 2],
  ARRAY['mx' || n || '.example', 'mx.example'],
  'd' || n || '.example', auth => CASE n % 3 WHEN 0 THEN ''
    WHEN 1 THEN 'evil.example' ELSE 's' || n || '.evil.example' END))
  AS sent
FROM generate_series(1, :reports / 2) AS n \gset
SELECT test.report('Google Inc.', '2026-10-19', 1000, 7,
  domain => 'honest.example') AS stored \gset
SELECT count(test.report('Google Inc.', date '2026-10-19', 1000000, 0,
  domain => 'honest.example', auth => CASE n % 2 WHEN 0 THEN ''
    ELSE 's' || n || '.evil.example' END)) AS sent
FROM generate_series(1, :reports / 2) AS n \gset

-- The oldest come first: one call for each part that it may be of.
CREATE FUNCTION test.folds() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  folded record;
  calls integer := 0;
BEGIN
  LOOP
    SELECT * INTO folded FROM fold(10000);
    calls := calls + 1;
    EXIT WHEN NOT folded.more OR calls > 1000;
  END LOOP;
  RETURN calls;
END
$$;
SELECT cmp_ok(test.folds(), '<=', 2 + :reports * 3 / 10000,
  'what waits is folded in as many parts as it has');
SELECT is_empty('SELECT FROM outbox', 'all of it');
SELECT is((SELECT unauthenticated FROM health()),
  (SELECT count(*) FROM report WHERE auth_domain = ''),
  'how much of it nobody has signed can be seen');
SELECT results_eq('SELECT policy_domain FROM alert_pending',
  $$VALUES ('honest.example')$$, 'only what is believed is looked at');
SELECT is(test.news('2026-10-20', 'honest.example'),
  'opened certificate-expired', 'the honest one is heard');
SELECT is((SELECT count(*)::integer FROM alert), 1, 'and nobody else');
SELECT results_eq('SELECT reporters, signers, failed_sessions, all_sessions
    FROM alert', $$VALUES ('{Google Inc.}'::text[], '{r.example}'::text[],
    7::numeric, 1007::numeric)$$, 'with its own numbers');

-- The same while all that sign are believed.
INSERT INTO trusted_signer VALUES ('*');
SELECT review_alerts();
SELECT is(test.news('2026-10-20', 'honest.example'), '',
  'what is known stays as it is');
SELECT cmp_ok((SELECT count(*)::integer FROM alert WHERE signer = '*'), '<=',
  1000, 'all others share as many alerts as one signer may have');
SELECT is((SELECT count(*)::integer FROM alert WHERE signer = 'r.example'), 1,
  'and leave the honest one its own');

SELECT * FROM finish();
ROLLBACK;
