-- SPDX-License-Identifier: BSD-2-Clause
-- What a period was like, and who gets to deliver it when.
\ir begin.psql
\ir alerts.psql
SELECT plan(24);

-- test.day(): so many days ago.
CREATE FUNCTION test.day(ago integer) RETURNS date LANGUAGE sql AS $$
  SELECT (now() AT TIME ZONE 'UTC')::date - ago
$$;
SELECT set_config('test.today', test.day(0)::text, true) AS set \gset
SELECT results_eq('SELECT last_day, sessions, clean_days FROM digest(7)',
  'VALUES (NULL::date, 0::numeric, NULL::integer)', 'nothing as yet');

INSERT INTO trusted_signer VALUES ('s.example');
SELECT test.report('A', test.day(ago), 100, domain => 'ready.example',
  mode => 'testing', auth => CASE ago % 2 WHEN 0 THEN 'r.example'
    ELSE 's.example' END) FROM generate_series(1, 20) AS ago;
SELECT test.report('A', test.day(ago), 100, domain => 'late.example',
  mode => 'testing') FROM generate_series(1, 8) AS ago;
SELECT test.report('A', test.day(ago), 100, domain => 'strict.example')
FROM generate_series(1, 20) AS ago;
SELECT test.report('A', test.day(ago), 10, (ago = 9)::integer * 5,
  domain => 'bad.example', mode => 'testing')
FROM generate_series(1, 20) AS ago;
SELECT fold();
SELECT test.report('B', test.day(1), 50, domain => 'strict.example');
SELECT results_eq('SELECT since, until, first_day, last_day, age
    FROM digest(7)', 'VALUES (test.day(7), test.day(1), test.day(20),
    test.day(1), 1)', 'a week to the last day');
SELECT results_eq('SELECT domains, reporters, reports, sessions,
    failed_sessions, withheld_sessions FROM digest(7)',
  'VALUES (4::bigint, 3::bigint, 29::numeric, 2220::numeric, 0::numeric,
    0::numeric)', 'its numbers');
SELECT results_eq('SELECT sessions_before, failed_sessions_before
    FROM digest(7)', 'VALUES (1575 + 0::numeric, 5::numeric)',
  'and those of the one before');
SELECT results_eq('SELECT sessions, failed_sessions FROM digest(20)',
  'VALUES (5055::numeric, 5::numeric)', 'or of more days');
SELECT results_eq('SELECT clean_days FROM digest(7)', 'VALUES (8)',
  'clean since the last failure');
SELECT results_eq('SELECT new_reporters FROM digest(7)',
  $$VALUES ('{B (signed by r.example)}'::text[])$$, 'who is new');
SELECT results_eq('SELECT ready_domains, ready_count FROM digest(7)',
  $$VALUES ('{ready.example}'::text[], 1::bigint)$$,
  'who has been in mode testing for long, and without failures');

-- Today is no day of the period, and DANE no mode.
SELECT test.report('A', test.day(0), 1000, domain => 'strict.example');
SELECT test.report('A', test.day(1), 1000, domain => 'ready.example',
  policy => 'tlsa');
SELECT results_eq('SELECT until, last_day, age, sessions FROM digest(7)',
  'VALUES (test.day(1), test.day(0), 0, 3220::numeric)',
  'it ends with yesterday');
SELECT results_eq('SELECT ready_domains FROM digest(7)',
  $$VALUES ('{ready.example}'::text[])$$, 'other policies say nothing');

-- As the service and a tenant see it.
CREATE ROLE test_writer IN ROLE tlsrpt_writer;
CREATE ROLE test_tenant IN ROLE tlsrpt_tenant;
INSERT INTO tenant_domain VALUES ('test_tenant', 'bad.example');
GRANT USAGE ON SCHEMA test TO PUBLIC;
CREATE FUNCTION test.sessions(role name, schema text) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
  found numeric;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  EXECUTE format('SELECT sessions FROM %I.digest(7)', schema) INTO found;
  RESET ROLE;
  RETURN found;
END
$$;
SELECT is(test.sessions('test_writer', 'tlsrpt'), 3220::numeric,
  'a writer sees all');
SELECT is(test.sessions('test_tenant', 'tlsrpt_tenant'), 70::numeric,
  'a tenant his domains');
SELECT throws_ok($$SELECT test.sessions('test_tenant', 'tlsrpt')$$, '42501',
  NULL, 'and no more');

-- A host is no domain.
SELECT test.report('P', test.day(1), 100, domain => 'mx.strict.example',
  policy => 'tlsa');
SELECT results_eq('SELECT domains, sessions FROM digest(7)',
  'VALUES (4::bigint, 3320::numeric)', 'an MX host is no domain');

-- Who delivers it.
SELECT ok(NOT claim_digest('mail', 60, 7), 'nobody is there');
INSERT INTO alert_channel (channel) VALUES ('mail');
SELECT ok(NOT claim_digest('mail', 60, 7), 'it has just been set up');
UPDATE alert_channel SET digest_at = now() - interval '7 days 1 minute';
SELECT ok(claim_digest('mail', 60, 7), 'a week ago');
SELECT ok(NOT claim_digest('mail', 60, 7), 'one at a time');
SELECT finish_alerts('mail', 'no route', 7);
SELECT ok(NOT claim_digest('mail', 60, 7), 'after a failure not yet');
UPDATE alert_channel SET next_attempt = '-infinity';
SELECT ok(claim_digest('mail', 60, 7), 'what failed is tried again');
SELECT finish_alerts('mail', NULL, 7);
SELECT results_eq('SELECT digest_at, problem FROM alert_channel',
  $$VALUES (now() - interval '1 minute', NULL::text)$$,
  'the next is a week after this one was due');
SELECT ok(NOT claim_digest('mail', 60, 7), 'not before');
UPDATE alert_channel SET digest_at = now() - interval '40 days';
SELECT finish_alerts('mail', NULL, 7);
SELECT ok(digest_at > now() - interval '1 minute',
  'what was missed is not caught up with') FROM alert_channel;
UPDATE alert_channel SET digest_at = now() - interval '40 days';
SELECT finish_alerts('mail', NULL);
SELECT ok(digest_at < now() - interval '39 days', 'news are no digest')
FROM alert_channel;

SELECT * FROM finish();
ROLLBACK;
