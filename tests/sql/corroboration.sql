-- SPDX-License-Identifier: BSD-2-Clause
-- Reports that no rule believes: what opens an alert with them, and what they
-- never do.
\ir begin.psql
\ir alerts.psql
SELECT plan(41);
SELECT set_config('test.corroborate', 'true', true);
UPDATE alert_clock SET day = '2026-10-17';
DELETE FROM alert_rule WHERE kind IN ('share', 'probe', 'silence');

-- test.look(): what somebody sees there; "CODE SEVERITY WHERE".
CREATE FUNCTION test.look(domain text, found text[] DEFAULT '{}')
RETURNS boolean LANGUAGE sql AS $$
  SELECT note_observation(ROW(domain, NULL, NULL, NULL, NULL, '{}', NULL,
    '{mx.example,mx2.example}', '{}', coalesce((
      SELECT jsonb_agg(jsonb_build_object('code', split_part(f, ' ', 1),
        'severity', split_part(f, ' ', 2), 'where', regexp_replace(f,
          '^[^ ]+ [^ ]+ ', '')))
      FROM unnest(found) AS f), '[]'))::observation)
$$;
-- What anybody says, unless somebody has signed it.
CREATE FUNCTION test.say(domain text, bad bigint, type text,
  hosts text[] DEFAULT '{mx.example}', auth text DEFAULT '',
  day date DEFAULT '2026-10-18', reporter text DEFAULT 'X',
  mode text DEFAULT 'enforce', good bigint DEFAULT 100
) RETURNS boolean LANGUAGE sql AS $$
  SELECT test.report(reporter, day, good, bad, type, hosts, domain,
    auth => auth, mode => mode)
$$;
CREATE FUNCTION test.figures(of_domain text) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s of %s, %s withheld, %s doubted', failed_sessions,
    all_sessions, withheld_sessions, unauthenticated_sessions), '; ')
  FROM alert WHERE policy_domain = of_domain
$$;

-- What is seen of a domain, what is said of it, and what becomes of that.
CREATE TABLE test.story (name text, seen text, type text, hosts text[],
  expected text);
INSERT INTO test.story VALUES
  ('nothing', NULL, 'certificate-expired', '{mx.example}', ''),
  ('same', 'mx-certificate-expired warning mx.example [192.0.2.1]',
    'certificate-expired', '{mx.example}', 'opened certificate-expired'),
  ('host', 'mx-certificate-expired warning mx2.example [192.0.2.1]',
    'certificate-expired', '{mx.example}', ''),
  ('type', 'mx-certificate-name warning mx.example [192.0.2.1]',
    'certificate-expired', '{mx.example}', ''),
  ('any', 'mx-certificate-name warning mx.example [192.0.2.1]',
    'validation-failure', '{mx.example}', 'opened starttls'),
  ('notice', 'mx-certificate-differs notice mx.example [192.0.2.1]',
    'validation-failure', '{mx.example}', ''),
  ('nohost', 'mx-no-starttls warning mx.example [192.0.2.1]',
    'starttls-not-supported', '{NULL}', 'opened starttls'),
  ('policy', 'sts-policy-certificate critical https://mta-sts.policy.example/',
    'sts-webpki-invalid', '{NULL}', 'opened certificate'),
  ('policyhost', 'sts-policy-syntax warning https://mta-sts.a.example/',
    'sts-policy-invalid', '{mx2.example,made-up.example}',
    'opened sts-policy mx2.example'),
  ('othersts', 'sts-policy-syntax warning https://mta-sts.othersts.example/',
    'sts-policy-fetch-error', '{NULL}', ''),
  ('tlsa', 'tlsa-mismatch critical _25._tcp.mx.example', 'tlsa-invalid',
    '{mx.example}', 'opened dane'),
  ('many', 'mx-certificate-expired warning mx.example [192.0.2.1]',
    'certificate-expired', ARRAY(SELECT 'h' || i FROM generate_series(1, 200)
      AS i) || '{mx.example}', 'opened certificate-expired');
SELECT count(test.look(name || '.example', ARRAY[seen])) AS n
FROM test.story WHERE seen IS NOT NULL \gset
SELECT count(test.say(name || '.example', 5, type, hosts)) AS n
FROM test.story \gset
SELECT set_config('test.corroborate', 'false', true) AS set \gset
SELECT is(test.news('2026-10-19', 'same.example'), '',
  'nothing counts without the option');
SELECT is_empty('SELECT FROM alert_pending', 'nor is anything to be done');
SELECT results_eq($$SELECT policy_domain, failed_sessions,
      unauthenticated_sessions
    FROM test_alert_rule('certificate-expired')
    WHERE policy_domain IN ('nothing.example', 'same.example')$$,
  $$VALUES ('same.example', 5::numeric, 5::numeric)$$,
  'a test says what would be corroborated');
INSERT INTO alert_pending SELECT name || '.example' FROM test.story;
SELECT set_config('test.corroborate', 'true', true) AS set \gset
CREATE TABLE test.told AS SELECT test.news('2026-10-19', 'same.example') AS news;
SELECT is(news, 'opened certificate-expired', 'the same is seen') FROM test.told;
SELECT results_eq($$SELECT s.name, coalesce(string_agg('opened ' || a.rule
      || CASE WHEN receiving_mx_hostname NOT IN ('', 'mx.example')
        THEN ' ' || receiving_mx_hostname ELSE '' END, ', '), '')
    FROM test.story AS s LEFT JOIN alert AS a ON policy_domain = s.name || '.example'
    GROUP BY s.name ORDER BY s.name COLLATE "C"$$,
  $$SELECT name, expected FROM test.story ORDER BY name COLLATE "C"$$,
  'each is opened by what is seen of the same kind and place alone');
SELECT is(test.figures('same.example'),
  '5 of 105, 0 withheld, 5 doubted', 'all of it by those that are doubted');
SELECT results_eq($$SELECT failed_sessions, unauthenticated_sessions
    FROM v_incident WHERE 'same.example' = ANY (sample_domains)$$,
  $$VALUES (10::numeric, 10::numeric)$$, 'incidents say so');
SELECT is(signers, '{""}', 'nobody has signed') FROM alert
WHERE policy_domain = 'same.example';

-- In the other order: said first, and seen then.
SELECT test.say('later.example', 5, 'certificate-expired');
SELECT is(test.news('2026-10-19', 'later.example'), '', 'nobody has looked');
SELECT test.look('later.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
SELECT is(test.news('2026-10-19', 'later.example'),
  'opened certificate-expired', 'then somebody has');

-- A look that is too old shows nothing.
SELECT test.look('stale.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
UPDATE watched SET looked_at = now() - interval '8 days'
WHERE policy_domain = 'stale.example';
SELECT test.say('stale.example', 5, 'certificate-expired');
SELECT is(test.news('2026-10-19', 'stale.example'), '', 'too old');

-- A trusted reporter says the same, but not often enough.
UPDATE alert_rule SET policy_domains = '{*,!second*}'
WHERE name = 'certificate-expired';
INSERT INTO alert_rule (name, result_types, policy_domains, sessions, severity)
VALUES ('ten', '{certificate-expired}', '{second*}', 10, 'critical');
SELECT test.say(domain, 3, type, ARRAY[host], 'r.example', reporter => 'R')
FROM (VALUES ('second.example', 'certificate-expired', 'mx.example'),
    ('second-host.example', 'certificate-expired', 'mx2.example'),
    ('second-type.example', 'starttls-not-supported', 'mx.example'),
    ('second-well.example', 'certificate-expired', 'mx.example'))
  AS said (domain, type, host);
SELECT test.say('second-well.example', 0, '', auth => 'r.example',
  day => '2026-10-19', reporter => 'R');
SELECT test.say(domain || '.example', 20, 'certificate-expired')
FROM unnest('{second,second-host,second-type,second-well}'::text[]) AS domain;
-- One who signs with a domain of his own is no second one.
SELECT test.say('second-stranger.example', 20, 'certificate-expired',
  auth => auth, reporter => auth)
FROM unnest('{a.evil.example,b.evil.example}'::text[]) AS auth;
SELECT is(test.news('2026-10-20', 'second.example'), 'opened ten',
  'both say the same');
SELECT is(test.figures('second.example'), '23 of 223, 3 withheld, 20 doubted',
  'together, but not what is withheld');
SELECT is_empty($$SELECT policy_domain FROM alert
    WHERE policy_domain LIKE 'second-%' AND rule = 'ten'$$,
  'not of another host or type, not what is over, and not two strangers');
SELECT is((SELECT array_agg(reporter_text(name, signed_by))
    FROM alert, unnest(reporters, signers) AS reporter (name, signed_by)
    WHERE policy_domain = 'second.example'),
  ARRAY['R (signed by r.example)', 'X (unauthenticated)'],
  'the trusted one first');

-- Who finds it alone needs nobody, and nobody adds to it or makes it worse.
SELECT test.look('alone.example', '{"mx-certificate-name warning mx.example"}');
SELECT test.say('alone.example', 3, 'certificate-host-mismatch', auth => 'r.example',
  reporter => 'R', mode => 'testing');
SELECT is(test.news('2026-10-20', 'alone.example'), 'opened certificate',
  'a trusted one alone');
CREATE TABLE test.before AS
SELECT * FROM alert WHERE policy_domain = 'alone.example';
SELECT test.say('alone.example', 900000, 'certificate-host-mismatch',
  day => '2026-10-19');
SELECT is(test.news('2026-10-20', 'alone.example'), '', 'nothing is new');
SELECT results_eq($$SELECT * FROM alert WHERE policy_domain = 'alone.example'$$,
  'SELECT * FROM test.before', 'and nothing another');
SELECT test.say('worse.example', 90, 'certificate-host-mismatch');
SELECT test.look('worse.example', '{"mx-certificate-name warning mx.example"}');
SELECT is(test.news('2026-10-20', 'worse.example'), 'opened certificate');
SELECT is(severity, 'warning', 'mail that they say is withheld is no worse')
FROM alert WHERE policy_domain = 'worse.example';

-- It is over when it is seen no more, whatever anybody says.
SELECT test.say('same.example', 0, '', day => '2026-10-19', good => 1000);
INSERT INTO alert_pending VALUES ('same.example');
SELECT is(test.news('2026-10-20', 'same.example'), '',
  'nobody says that it is over');
SELECT test.look('same.example');
SELECT is(test.news('2026-10-20', 'same.example'),
  'resolved certificate-expired', 'it is seen to be over');
SELECT test.look('same.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
SELECT is(test.news('2026-10-20', 'same.example'), '',
  'what was said before is over');
SELECT test.say('same.example', 5, 'certificate-expired', auth => 'r.example',
  reporter => 'R');
SELECT is(test.news('2026-10-20', 'same.example'),
  'reopened certificate-expired', 'but not what a trusted one says of that day');
SELECT is(test.figures('same.example'), '5 of 105, 5 withheld, 0 doubted');
SELECT is(test.news('2026-11-10', 'any.example'), 'expired starttls',
  'nobody speaks of it any more');

-- A share of failures needs its alert where others only corroborate.
INSERT INTO alert_rule (name, kind, sessions, percent, days)
VALUES ('share', 'share', 5, 5, 3);
SELECT test.look('share.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
SELECT test.say('share.example', 20, 'something-new', auth => 'r.example',
  reporter => 'R', day => '2026-11-10');
SELECT test.say('share.example', 5, 'certificate-expired', day => '2026-11-10');
SELECT is(test.news('2026-11-11', 'share.example'),
  'opened certificate-expired, opened share');
SELECT set_eq($$SELECT rule FROM shown_alert
    WHERE policy_domain = 'share.example'$$,
  ARRAY['certificate-expired', 'share'], 'both are shown');

-- A rule that takes all of them goes on to.
INSERT INTO alert_rule (name, result_types, unauthenticated)
VALUES ('all', '{all-*}', true);
SELECT test.say('all.example', 5, 'all-of-it', day => '2026-11-10');
SELECT is(test.news('2026-11-11', 'all.example'), 'opened all', 'by itself');
SELECT is(test.figures('all.example'), '5 of 105, 5 withheld, 0 doubted');
SELECT test.say('all.example', 0, '', day => '2026-11-11');
SELECT is(test.news('2026-11-12', 'all.example'), 'resolved all',
  'which they end, too');
DELETE FROM alert_rule WHERE name = 'all';

-- A flood about a domain that is failing is one alert, and names some of them.
SELECT test.look('flood.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
SELECT count(test.say('flood.example', 1, 'certificate-expired',
  ARRAY['h' || i, 'mx.example'], day => '2026-11-11', reporter => 'X' || i)) AS n
FROM generate_series(1, 300) AS i \gset
SELECT is(test.news('2026-11-12', 'flood.example'), 'opened certificate-expired',
  'a flood');
SELECT is(cardinality(reporters), 100, 'not all are named') FROM alert
WHERE policy_domain = 'flood.example';

-- What they say of strangers is not even evaluated, and nobody looks there;
-- what is watched is looked at again, once in an hour.
SELECT count(test.say('stranger' || i || '.example', 1, 'certificate-expired',
  day => '2026-11-11')) AS n FROM generate_series(1, 100) AS i \gset
DELETE FROM watched;
SELECT test.look('quiet.example'), test.look('talked.example');
SELECT test.look('quiet.example'), test.look('talked.example');
DELETE FROM alert_pending;
SELECT test.say('talked.example', 1, 'certificate-expired', day => '2026-11-11');
SELECT fold(corroborate => true);
SELECT set_eq('SELECT policy_domain FROM alert_pending',
  ARRAY['talked.example'], 'strangers are not evaluated');
SELECT set_eq('SELECT policy_domain FROM watched',
  ARRAY['quiet.example', 'talked.example'], 'nor watched');
CREATE FUNCTION test.due(ago interval) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE watched SET claimed_at = clock_timestamp() - ago;
  RETURN QUERY SELECT claim_domains_to_watch('{quiet.example,talked.example}',
    '6 hours', 9, 9);
END
$$;
UPDATE observation SET observed_at = observed_at - interval '1 day';
SELECT is_empty($$SELECT test.due('59 minutes')$$, 'nobody within an hour');
SELECT set_eq($$SELECT test.due('61 minutes')$$, ARRAY['talked.example'],
  'then the one that is said to fail');
SELECT test.look('talked.example');
SELECT is_empty($$SELECT test.due('61 minutes')$$, 'once');
-- None of them keeps another one waiting.
SELECT test.say('talked.example', 1, 'certificate-expired', day => '2026-11-11');
SELECT fold(corroborate => true);
UPDATE watched SET claimed_at = clock_timestamp() - CASE policy_domain
  WHEN 'talked.example' THEN interval '2 hours' ELSE interval '7 hours' END;
SELECT set_eq($$SELECT claim_domains_to_watch('{quiet.example,talked.example}',
  '6 hours', 9, 1)$$, ARRAY['quiet.example'], 'who waits longest comes first');

-- A day that begins.
SELECT test.look('begins.example',
  '{"mx-certificate-expired warning mx.example [192.0.2.1]"}');
SELECT test.say('begins.example', 5, 'certificate-expired', day => '2026-11-13');
SELECT is(test.news('2026-11-12', 'begins.example'), '', 'tomorrow');
SELECT is(test.news('2026-11-13', 'begins.example'),
  'opened certificate-expired', 'today');

SELECT * FROM finish();
ROLLBACK;
