-- SPDX-License-Identifier: BSD-2-Clause
-- Alerts of one cause are one incident, and people are told of it once.
\ir begin.psql
\ir alerts.psql
SELECT plan(84);

CREATE VIEW test.incident AS
SELECT incident_id AS id, state, severity, result_type AS type,
  receiving_mx_hostname AS host, policy_domains AS domains,
  failed_sessions AS failed, withheld_sessions AS withheld
FROM v_incident;
-- What a channel is told, at once, with the worst first; it ends well.
CREATE FUNCTION test.tell(of_channel text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  told text;
BEGIN
  UPDATE alert_channel SET next_attempt = '-infinity';
  SELECT string_agg(what || ' ' || (i).incident_id, ', ')
  INTO told FROM claim_alerts(of_channel, 60, 100) AS claimed (what, total, i);
  PERFORM finish_alerts(of_channel, NULL) WHERE told IS NOT NULL;
  RETURN coalesce(told, '');
END
$$;

UPDATE alert_clock SET day = '2026-10-01';
SELECT test.news('2026-10-02');

-- Two domains behind one host, and one behind another.
SELECT test.report('A', '2026-10-10', 100, 3, domain => 'a.example');
SELECT test.report('A', '2026-10-10', 100, 5, domain => 'b.example',
  mode => 'testing', reason => 'has expired');
SELECT test.report('B', '2026-10-10', 50, 1, domain => 'b.example',
  mode => 'testing', reason => 'expired');
SELECT test.report('A', '2026-10-10', 100, 7, domain => 'c.example',
  hosts => '{other.example}', mode => 'testing');
SELECT test.news('2026-10-11');
SELECT results_eq('SELECT host, domains, failed, withheld FROM test.incident
    ORDER BY withheld DESC', $$VALUES
  ('mx.example', 2::bigint, 9::numeric, 3::numeric),
  ('other.example', 1, 7, 0)$$, 'one host is one incident');
SELECT results_eq($$SELECT sample_domains, reporters, signers, all_sessions,
    first_day, last_day, array_length(alert_ids, 1), reason_codes
  FROM v_incident WHERE policy_domains = 2$$,
  $$VALUES ('{a.example,b.example}'::text[], '{A,B}'::text[],
    '{r.example,r.example}'::text[], 259::numeric, '2026-10-10'::date,
    '2026-10-10'::date, 2, '{has expired,expired}'::text[])$$,
  'which has all that its alerts have');
SELECT results_eq('SELECT incident_id = alert_ids[1] FROM v_incident',
  'VALUES (true), (true)', 'and the number of the first');
SELECT is((SELECT count(*)::integer FROM v_alert
  WHERE result_type = 'failure-share'), 1, 'many sessions fail');
SELECT is_empty($$SELECT FROM test.incident WHERE type = 'failure-share'$$,
  'which the others explain');
SELECT results_eq('SELECT severity, state, incidents FROM incident_counts()
    WHERE incidents > 0', $$VALUES ('critical', 'open', 2::bigint)$$,
  'what is not over is counted');
SELECT is((SELECT count(*)::integer FROM incident_counts()), 6,
  'as is nothing');
SELECT results_eq('SELECT receiving_mx_hostname, policy_domain,
    policy_domains FROM unresolved_incidents(1)',
  $$VALUES ('mx.example', '', 2::bigint)$$, 'the worst comes first');

-- Delivery.
SELECT is((SELECT waiting::integer FROM v_alert_channel), NULL,
  'nobody listens');
SELECT is((SELECT count(*)::integer FROM claim_alerts('mail', 60, 10)), 2,
  'a new channel begins with what is broken');
SELECT is_empty($$SELECT FROM claim_alerts('mail', 60, 10)$$, 'one at a time');
SELECT results_eq($$SELECT what, total, (incident).receiving_mx_hostname
    FROM claim_alerts('command', 60, 1)$$,
  $$VALUES ('opened', 2::bigint, 'mx.example')$$,
  'each channel for itself, and the rest is counted');
SELECT results_eq($$SELECT waiting FROM v_alert_channel$$,
  'VALUES (2::bigint), (2)', 'they wait');
SELECT finish_alerts('mail', 'no route');
SELECT results_eq($$SELECT waiting, problem, attempts,
    problem_since IS NOT NULL, delivered_at IS NULL
    FROM alert_channels() WHERE channel = 'mail'$$,
  $$VALUES (2::bigint, 'no route', 1, true, true)$$,
  'a problem is remembered');
SELECT is_empty($$SELECT FROM claim_alerts('mail', 60, 10)$$,
  'the next try comes later');
UPDATE alert_channel SET next_attempt = now();
SELECT is((SELECT count(*)::integer FROM claim_alerts('mail', 0, 10)), 2,
  'and has all of it');
SELECT isnt_empty($$SELECT FROM claim_alerts('mail', 60, 10)$$,
  'a claim that was left is free again');
SELECT finish_alerts('mail', NULL);
SELECT results_eq($$SELECT waiting, problem, attempts FROM v_alert_channel
    WHERE channel = 'mail'$$, $$VALUES (0::bigint, NULL::text, 0)$$,
  'told, and none is left');
SELECT is(test.tell('mail'), '', 'nothing twice');
SELECT finish_alerts('command', NULL);
SELECT is(test.tell('command'), '', 'what was cut off counts as told');

-- It grows, gets worse, and ends.
CREATE FUNCTION test.id(of_host text) RETURNS text LANGUAGE sql AS $$
  SELECT max(id)::text FROM test.incident
  WHERE host = of_host AND type = 'certificate-expired'
$$;
SELECT test.report('A', '2026-10-10', 100, 2, domain => 'd.example');
SELECT test.news('2026-10-11');
SELECT is((SELECT domains::integer FROM test.incident
  WHERE host = 'mx.example'), 3, 'another domain joins');
SELECT is(test.tell('mail'), '', 'which is no news');
SELECT test.report('A', '2026-10-11', 100, 1, 'certificate-not-trusted',
  domain => 'c.example', hosts => '{other.example}', mode => 'testing');
SELECT test.news('2026-10-12', 'c.example');
SELECT is(test.tell('mail'), 'opened 6, resolved 3',
  'another type is another');
SELECT test.report('B', '2026-10-11', 100, 1, 'certificate-not-trusted',
  domain => 'c.example', hosts => '{other.example}');
SELECT test.news('2026-10-12', 'c.example');
SELECT is(test.tell('mail'), 'escalated ' || max(id), 'worse is news')
FROM test.incident WHERE type = 'certificate-not-trusted';
SELECT is(test.tell('mail'), '', 'once');
SELECT test.report('A', '2026-10-12', 100, domain => 'a.example');
SELECT test.news('2026-10-13', 'a.example');
SELECT results_eq($$SELECT state, domains FROM test.incident
  WHERE host = 'mx.example'$$, $$VALUES ('open', 2::bigint)$$,
  'what is over for one domain is not over');
SELECT is(test.tell('mail'), '', 'and no news');
SELECT test.report(reporter, '2026-10-12', 100, domain => domain)
FROM (VALUES ('A', 'b.example'), ('B', 'b.example'), ('A', 'd.example'))
  AS seen (reporter, domain);
SELECT test.news('2026-10-13', 'b.example');
SELECT results_eq($$SELECT state, domains, failed FROM test.incident
  WHERE host = 'mx.example'$$, $$VALUES ('resolved', 3::bigint, 11::numeric)$$,
  'when it is over it is all that it was');
SELECT is(test.tell('mail'), 'resolved ' || test.id('mx.example'),
  'everybody is told');
SELECT is(test.tell('mail'), '', 'once');
SELECT is(test.tell('late'), 'opened ' || string_agg(id::text, ', opened '
    ORDER BY withheld DESC, failed DESC),
  'a channel that was not told that it began is not told that it is over')
FROM test.incident WHERE state <> 'resolved';

-- What begins again is another incident, and the old one stays.
SELECT test.report('A', '2026-10-14', 100, 4, domain => 'b.example');
SELECT is(test.news('2026-10-15', 'b.example'),
  'reopened certificate-expired', 'the same alert');
SELECT results_eq($$SELECT state, domains, failed FROM test.incident
  WHERE host = 'mx.example' ORDER BY id$$,
  $$VALUES ('resolved', 3::bigint, 11::numeric), ('reopened', 1, 4)$$,
  'is another incident');
SELECT is(test.tell('mail'), 'reopened ' || test.id('mx.example'),
  'of which everybody is told');
SELECT is((SELECT count(DISTINCT number) FROM (
    SELECT alert_id FROM alert UNION ALL
    SELECT id FROM test.incident WHERE id NOT IN (SELECT alert_id FROM alert)
  ) AS numbers (number)), (SELECT count(*) FROM alert) + 1,
  'no number means two things');

-- Acknowledged: known, and told when it is over.
SELECT ok(acknowledge_alert(test.id('mx.example')::integer, 'me'),
  'an incident is acknowledged');
SELECT results_eq($$SELECT state, acknowledged_by FROM v_incident
  WHERE incident_id = test.id('mx.example')::integer$$,
  $$VALUES ('acknowledged', 'me')$$, 'which it says');
SELECT is((SELECT count(*)::integer FROM acknowledge_incidents(
  'other.example', NULL, 'me')), 1, 'or all at a host');
SELECT is_empty($$SELECT FROM acknowledge_incidents(NULL,
  'certificate-expired', 'me')$$, 'what is acknowledged is not open');
SELECT test.report('A', '2026-10-14', 100, 4, 'starttls-not-supported',
  domain => 'e.example');
SELECT test.news('2026-10-15', 'e.example');
SELECT is((SELECT count(*)::integer FROM acknowledge_incidents(NULL,
  'starttls-not-supported', 'me')), 1, 'or all of a type');
SELECT is(test.tell('mail'), '', 'who acknowledges knows');
SELECT test.report('A', '2026-10-15', 100, domain => 'e.example');
SELECT test.news('2026-10-16', 'e.example');
SELECT is(test.tell('mail'), '', 'also that it is over');
SELECT test.news('2026-10-24', 'b.example');
SELECT is(test.tell('mail'), 'expired 7, expired 6',
  'nobody speaks of it any more');

-- A share alone is shown, and hides when something says what fails.
SELECT test.report('A', '2026-10-25', 1, 9, 'odd', domain => 's.example');
SELECT test.news('2026-10-26', 's.example');
SELECT results_eq($$SELECT type, state FROM test.incident
  WHERE state <> 'resolved'$$, $$VALUES ('failure-share', 'open')$$,
  'no rule knows the type');
SELECT matches(test.tell('mail'), '^opened [0-9]+$', 'which is told');
INSERT INTO alert_rule (name, result_types) VALUES ('odd', '{odd}');
SELECT review_alerts();
SELECT test.news('2026-10-26', 's.example');
SELECT results_eq($$SELECT type FROM test.incident WHERE state <> 'resolved'$$,
  $$VALUES ('odd')$$, 'now one does');
SELECT matches(test.tell('mail'), '^opened [0-9]+$', 'which is told');
DELETE FROM alert_rule WHERE name = 'odd';
SELECT review_alerts();
SELECT test.news('2026-10-26', 's.example');
SELECT is(test.tell('mail'), '', 'because of a rule nothing is over');
SELECT is((SELECT count(*)::integer FROM incident_told
  WHERE channel = 'mail'), 1, 'nor is anything kept of it');

-- An incident that is still growing waits a little.
SELECT test.report('A', '2026-10-25', 100, 9, domain => 'g.example');
SELECT test.news('2026-10-26', 'g.example');
INSERT INTO alert_pending VALUES ('h.example');
SELECT is(test.tell('mail'), '', 'domains wait to be looked at');
UPDATE alert SET opened_at = opened_at - interval '11 seconds';
SELECT matches(test.tell('mail'), '^opened [0-9]+$', 'but not for ever');

-- MX hosts are no domains: the domain stands for them where it is known.
SELECT test.report('A', '2026-10-25', 100, domain => domain)
FROM (VALUES ('z.example'), ('sub.z.example')) AS reported (domain);
SELECT test.report(reporter, '2026-10-25', 100, bad, 'tlsa-invalid',
  hosts => ARRAY[host], domain => domain, policy => 'tlsa')
FROM (VALUES ('P', 4, 'mx1.z.example', 'mx1.z.example'),
  ('M', 2, 'z.example', 'mx1.z.example'),
  ('P', 1, 'mx.far.example', 'mx.far.example'),
  ('Q', 8, 'mx.far.example', 'relay.example'),
  ('Q', 3, 'in.mx.sub.z.example', 'relay.example'))
  AS seen (reporter, bad, domain, host);
SELECT test.news('2026-10-26');
CREATE FUNCTION test.named(of_domains text[], visible text[])
RETURNS TABLE (host text, domains bigint, sample text[], failed numeric)
LANGUAGE sql AS $$
  SELECT receiving_mx_hostname, policy_domains, sample_domains, failed_sessions
  FROM incidents(of_domains, visible)
  WHERE result_type = 'tlsa-invalid' ORDER BY 1
$$;
SELECT results_eq($$SELECT * FROM mx_hosts('{z.example,sub.z.example,
    mx1.z.example,in.mx.sub.z.example,mx.far.example,none.example}')
  ORDER BY name COLLATE "C"$$, $$VALUES
  ('in.mx.sub.z.example', 'sub.z.example'), ('mx.far.example', NULL),
  ('mx1.z.example', 'z.example')$$, 'those that only DANE knows');
SELECT results_eq('SELECT * FROM test.named(NULL, NULL)', $$VALUES
  ('mx.far.example', 1::bigint, '{mx.far.example}'::text[], 1::numeric),
  ('mx1.z.example', 1, '{z.example}', 6),
  ('relay.example', 1, '{sub.z.example}', 11)$$,
  'a domain counts once, and a host only where no domain is known');
SELECT results_eq($$SELECT * FROM test.named('{mx1.z.example}', NULL)$$,
  $$VALUES ('mx1.z.example', 1::bigint, '{z.example}'::text[], 4::numeric)$$,
  'also in a choice');
SELECT results_eq($$SELECT * FROM test.named('{mx1.z.example}',
    '{mx1.z.example}')$$,
  $$VALUES ('mx1.z.example', 1::bigint, '{mx1.z.example}'::text[],
    4::numeric)$$, 'but not of what somebody else owns');
CREATE ROLE test_tenant IN ROLE tlsrpt_tenant;
INSERT INTO tenant_domain VALUES ('test_tenant', 'mx1.z.example');
SET LOCAL ROLE test_tenant;
SELECT set_config('test.sample', (SELECT string_agg(name, ' ')
  FROM tlsrpt_tenant.v_incident, unnest(sample_domains) AS name), true);
RESET ROLE;
SELECT is(current_setting('test.sample'), 'mx1.z.example', 'such as a tenant');

-- Rows as they may stand beside one another.
INSERT INTO alert (alert_id, incident_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters,
  opened_at, resolved_at)
SELECT id, incident, 'rule ' || id, domain, type, '', '', state, severity,
  '2026-01-01', '2026-01-02', 5, 0, 9, '{}', opened::timestamptz,
  resolved::timestamptz
FROM (VALUES
  (901, 901, 'both', 'odd', 'acknowledged', 'warning', '2026-01-02', NULL),
  (902, 901, 'both', 'odd', 'open', 'critical', '2026-01-01', NULL),
  (911, 911, 'over', 'failure-share', 'open', 'warning', '2026-01-01', NULL),
  (912, 912, 'over', 'odd', 'resolved', 'warning', '2026-01-01', '2026-01-02'),
  (921, 921, 'still', 'failure-share', 'open', 'warning', '2026-01-01', NULL),
  (922, 922, 'still', 'no-reports', 'open', 'warning', '2026-01-01', NULL),
  (931, 931, 'past', 'failure-share', 'resolved', 'warning', '2026-01-01',
    '2026-01-02'),
  (932, 932, 'past', 'odd', 'resolved', 'warning', '2026-01-05', '2026-01-06')
) AS a (id, incident, domain, type, state, severity, opened, resolved);
SELECT results_eq('SELECT state, severity, failed_sessions, opened_at
    FROM v_incident WHERE incident_id = 901', $$VALUES ('open', 'critical',
    5::numeric, '2026-01-01'::timestamptz)$$,
  'two rules about one domain: what nobody knows, the worst, the first, once');
SELECT results_eq($$SELECT incident_id FROM v_incident
    WHERE result_type = 'failure-share' AND incident_id > 900 ORDER BY 1$$,
  'VALUES (911), (921), (931)', 'a share that nothing explains at that time');
DELETE FROM alert WHERE alert_id > 900;

-- What a channel knows, step by step: one alert of an incident is back, the
-- other one new.
DELETE FROM alert WHERE state <> 'resolved';
DELETE FROM incident_told;
INSERT INTO alert (alert_id, incident_id, rule, policy_domain, result_type,
  receiving_mx_hostname, organization_name, state, severity, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, reporters)
SELECT id, incident, 'rule', 'step' || id || '.example', 'odd', 'mx' || incident,
  '', state, severity, '2026-01-01', '2026-01-02', 10000 - id, 0, 20000, '{}'
FROM (VALUES (901, 901, 'open', 'critical'), (902, 901, 'reopened', 'critical'),
  (903, 903, 'open', 'warning')) AS a (id, incident, state, severity);
SELECT is(test.tell('step'), 'opened 901, opened 903',
  'not all of it was there before');
UPDATE alert SET severity = 'warning' WHERE incident_id = 901;
SELECT is(test.tell('step'), '', 'less severe is no news');
UPDATE alert SET severity = 'critical' WHERE incident_id = 903;
UPDATE alert_channel SET next_attempt = '-infinity';
SELECT is((SELECT count(*)::integer FROM claim_alerts('step', 60, 10)), 1,
  'more severe is');
SELECT finish_alerts('step', 'no route');
SELECT is(test.tell('step'), 'escalated 903',
  'and stays news when it could not be delivered');
UPDATE alert SET state = 'resolved', ending = 'resolved', resolved_at = now()
WHERE incident_id = 903;
UPDATE alert_channel SET next_attempt = '-infinity';
SELECT is((SELECT count(*)::integer FROM claim_alerts('step', 0, 10)), 1,
  'a claim that is left');
UPDATE alert SET ending = NULL WHERE incident_id = 903;
SELECT is(test.tell('step'), '', 'means nothing for the next one');
UPDATE alert SET severity = 'critical' WHERE incident_id = 901;
INSERT INTO incident_told (channel, incident_id, claimed, what)
VALUES ('step', 903, 'critical', 'escalated');
UPDATE alert SET state = 'open', severity = 'warning', incident_id = 904,
  resolved_at = NULL WHERE alert_id = 903;
SELECT is(test.tell('step'), 'opened 904', 'nor beside other news');

-- test.pause(): seconds until the next try, after so many failures, where so
-- many were asked for; and after so many incidents that were told.
CREATE FUNCTION test.pause(failures integer, asked integer DEFAULT 0)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  UPDATE alert_channel SET attempts = failures WHERE channel = 'mail';
  PERFORM finish_alerts('mail', 'no route', pause => asked);
  RETURN (SELECT round(extract(epoch FROM next_attempt - clock_timestamp()))
    FROM alert_channel WHERE channel = 'mail');
END
$$;
CREATE FUNCTION test.pause_after(told integer) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM incident_told WHERE channel = 'mail';
  INSERT INTO incident_told (channel, incident_id, claimed)
  SELECT 'mail', 1000 + i, 'warning' FROM generate_series(1, told) AS i;
  PERFORM finish_alerts('mail', NULL);
  RETURN (SELECT round(extract(epoch FROM next_attempt - clock_timestamp()))
    FROM alert_channel WHERE channel = 'mail');
END
$$;
SELECT is(test.pause(failures), pause, failures || ' failures before')
FROM (VALUES (0, 5), (1, 10), (2, 20), (6, 320), (7, 600), (20, 600),
  (100000, 600)) AS pauses (failures, pause);
SELECT is(test.pause(failures, asked), pause, asked || ' s asked for')
FROM (VALUES (0, 4, 5), (0, 30, 30), (20, 30, 600), (20, 3600, 3600),
  (0, 3601, 3600), (0, -1, 5)) AS pauses (failures, asked, pause);
SELECT is(test.pause_after(told), pause, told || ' incidents told')
FROM (VALUES (1, 0), (95, 9), (3000, 300), (3100, 300)) AS pauses (told, pause);

-- Of what is as bad, what is critical comes first; what is seen has no sessions.
SELECT note_observation(ROW(domain, NULL, NULL, NULL, NULL, '{}', NULL, '{}',
  '{}', jsonb_build_array(jsonb_build_object('code', 'tlsa-mismatch',
    'severity', severity, 'where', 'mx.' || domain)))::observation)
FROM (VALUES ('a.example', 'warning'), ('b.example', 'warning'),
  ('c.example', 'critical')) AS seen (domain, severity);
SELECT test.news('2026-11-01');
SELECT results_eq($$SELECT receiving_mx_hostname, severity
    FROM unresolved_incidents(99) WHERE result_type = 'tlsa-mismatch'$$,
  $$VALUES ('mx.c.example', 'critical'), ('mx.a.example', 'warning'),
    ('mx.b.example', 'warning')$$,
  'the critical one first');
SELECT is(incident_weight(1, 2, 3, 'critical') < incident_weight(1, 3, 3,
  'warning'), true, 'but not before more sessions');

SELECT * FROM finish();
ROLLBACK;
