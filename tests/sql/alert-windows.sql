-- SPDX-License-Identifier: BSD-2-Clause
-- How far rules, the clock and delivery look back: to the day.
\ir begin.psql
\ir alerts.psql
SELECT plan(38);

UPDATE alert_clock SET day = '2026-10-01';

-- Who keeps the mail: DANE is always enforced.
SELECT test.report('A', '2026-10-01', 9, 1, 'tlsa-invalid', domain => domain,
  mode => mode, policy => policy)
FROM (VALUES ('tlsa.example', 'tlsa', 'none'),
    ('testing.example', 'sts', 'testing'), ('enforce.example', 'sts', 'enforce'),
    ('no.example', 'no-policy-found', 'enforce'))
  AS policies (domain, policy, mode);
SELECT test.news('2026-10-02');
SELECT results_eq('SELECT policy_domain, withheld_sessions FROM v_alert
    WHERE rule = ''dane'' ORDER BY 1', $$VALUES ('enforce.example', 1::numeric),
    ('no.example', 0), ('testing.example', 0), ('tlsa.example', 1)$$,
  'mail is kept under DANE and under an enforced policy');

-- Severity follows what is found, and only what becomes worse is news.
SELECT test.report('A', '2026-10-02', 999, 1, 'certificate-not-trusted',
  domain => 'down.example');
SELECT is(test.news('2026-10-03', 'down.example'), 'opened certificate',
  'mail is kept');
SELECT ok(acknowledge_alert(alert_id, 'me'), 'which is known') FROM v_alert
  WHERE policy_domain = 'down.example';
UPDATE alert_rule SET withheld_severity = NULL WHERE name = 'certificate';
SELECT review_alerts();
SELECT is(test.news('2026-10-03', 'down.example'), '',
  'what is less severe is no news');
SELECT results_eq($$SELECT severity, state FROM v_alert
  WHERE policy_domain = 'down.example'$$,
  $$VALUES ('warning', 'acknowledged')$$, 'but is less severe');
UPDATE alert_rule SET withheld_severity = 'critical' WHERE name = 'certificate';
SELECT review_alerts();
SELECT is(test.news('2026-10-03', 'down.example'), 'escalated certificate',
  'and more severe again');

-- Share: three days up to the last that was reported.
SELECT test.report('A', '2026-11-10', 1, domain => domain)
FROM unnest('{in.example,out.example}'::text[]) AS domain;
SELECT test.report('A', '2026-11-08', 90, 10, 'odd', domain => 'in.example');
SELECT test.report('A', '2026-11-07', 90, 10, 'odd', domain => 'out.example');
SELECT is(test.news('2026-11-11', 'in.example'), 'opened failure-share',
  'two days before the last one counts');
SELECT is_empty($$SELECT FROM alert WHERE policy_domain = 'out.example'$$,
  'three days before does not');

-- Share: nothing about today can be said of a fortnight ago.
SELECT test.report('A', '2026-11-08', 90, 10, 'odd', domain => 'late.example');
SELECT test.report('A', '2026-11-07', 90, 10, 'odd', domain => 'old.example');
SELECT is(test.news('2026-11-21', 'late.example'), 'opened failure-share',
  'the last day is thirteen days ago');
SELECT is_empty($$SELECT FROM alert WHERE policy_domain = 'old.example'$$,
  'fourteen days are too long');
SELECT is(test.news('2026-11-22', 'late.example'), 'expired failure-share',
  'then nobody knows any more');

-- Silence: 13 of 14 days up to the last report.
SELECT test.report('B', '2026-12-14'::date - i, 1, domain => 'daily.example')
FROM generate_series(0, 13) AS i WHERE i <> 5;
SELECT test.report('C', '2026-12-14'::date - i, 1, domain => 'daily.example')
FROM generate_series(0, 14) AS i WHERE i NOT IN (5, 6);
SELECT is(test.news('2026-12-18', 'daily.example'), '', 'it may be late');
SELECT is(test.news('2026-12-19', 'daily.example'), 'opened no-reports B',
  'who was there on 13 of 14 days is missed, who was on 12 is not');
SELECT is(test.news('2027-01-17', 'daily.example'), '',
  'for 34 days after the last report');
SELECT is(test.news('2027-01-18', 'daily.example'), 'expired no-reports B',
  'and no longer');

-- The clock goes through the days that were missed, but not all of them. Who
-- has fallen silent is looked for on the fifth day, and again a week later.
SELECT test.report('D', last - i, 1, domain => domain)
FROM (VALUES ('2027-03-13'::date, 'week.example'),
    ('2027-03-12', 'before.example'), ('2027-03-26', 'now.example'),
    ('2027-03-27', 'soon.example')) AS reported (last, domain),
  generate_series(0, 13) AS i;
SELECT fold();
UPDATE alert_clock SET day = '2027-03-01', policy_domain = '';
SELECT is(test.news('2027-03-31', 'week.example'), 'opened no-reports D',
  'the second look is within the last seven days');
SELECT results_eq($$SELECT policy_domain FROM v_alert
    WHERE first_day > '2027-03-01' ORDER BY 1$$,
  $$VALUES ('now.example'), ('week.example')$$,
  'so is the first, and what was before is not caught up with');
SELECT is((SELECT day FROM alert_clock), '2027-03-31', 'it is on time');

-- Events are kept for 90 days.
TRUNCATE alert_event;
INSERT INTO alert_event (event_id, happened_at, alert)
SELECT id, now() - interval '90 days' + minutes * interval '1 minute',
  jsonb_build_object('alert_id', id, 'what', 'opened')
FROM (VALUES (1, -1), (2, 1), (3, 50000)) AS event (id, minutes);
SELECT test.news('2027-04-01', 'no.example');
SELECT results_eq('SELECT event_id FROM alert_event WHERE event_id <= 3
  ORDER BY 1', 'VALUES (2::bigint), (3)', 'not longer, and not shorter');

-- A new channel begins with the last day.
TRUNCATE alert_event;
INSERT INTO alert_event (event_id, happened_at, alert)
SELECT id, now() - interval '1 day' + minutes * interval '1 minute',
  jsonb_build_object('alert_id', id, 'what', what, 'severity', severity)
FROM (VALUES (1, -1, 'opened', 'critical'), (2, 1, 'resolved', 'critical'),
    (3, 2, 'opened', 'warning'), (4, 3, 'opened', 'critical'),
    (5, 4, 'expired', 'critical'))
  AS event (id, minutes, what, severity);
SELECT results_eq($$SELECT (alert::jsonb ->> 'alert_id')::integer
    FROM claim_alerts('new', 60, 10)$$, 'VALUES (4), (3), (2), (5)',
  'to the minute, and the worst comes first');
SELECT results_eq($$SELECT (alert::jsonb ->> 'alert_id')::integer, total,
    last_event FROM claim_alerts('first', 60, 1)$$,
  'VALUES (4, 4::bigint, 5::bigint)', 'also where the rest is cut off');
SELECT is_empty($$SELECT FROM claim_alerts('new', 60, 10)$$, 'it is claimed');

-- test.pause(): seconds until the next try, after so many failures; and after
-- so many events that were told.
CREATE FUNCTION test.pause(failures integer) RETURNS integer LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE alert_channel SET attempts = failures WHERE channel = 'new';
  PERFORM finish_alerts('new', 5, 'no route');
  RETURN (SELECT round(extract(epoch FROM next_attempt - clock_timestamp()))
    FROM alert_channel WHERE channel = 'new');
END
$$;
CREATE FUNCTION test.pause_after(told integer) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE alert_channel SET delivered = 1000, attempts = 9 WHERE channel = 'new';
  PERFORM finish_alerts('new', 1000 + told, NULL);
  RETURN (SELECT round(extract(epoch FROM next_attempt - clock_timestamp()))
    FROM alert_channel WHERE channel = 'new');
END
$$;
SELECT is(test.pause(failures), pause, failures || ' failures before')
FROM (VALUES (0, 5), (1, 10), (2, 20), (6, 320), (7, 600), (20, 600),
  (100000, 600)) AS pauses (failures, pause);
SELECT is((SELECT attempts FROM alert_channel WHERE channel = 'new'), 100001,
  'each is counted');
SELECT is_empty($$SELECT FROM claim_alerts('new', 60, 10)$$,
  'until then nobody tries');
SELECT is(test.pause_after(told), pause, told || ' events told')
FROM (VALUES (1, 0), (95, 9), (3000, 300), (3100, 300), (100000, 300),
  (-5, 0)) AS pauses (told, pause);
SELECT results_eq($$SELECT delivered, attempts FROM alert_channel
    WHERE channel = 'new'$$, 'VALUES (1000::bigint, 0)',
  'what was told stays told, and failures are forgotten');

SELECT * FROM finish();
ROLLBACK;
