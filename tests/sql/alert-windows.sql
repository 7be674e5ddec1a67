-- SPDX-License-Identifier: BSD-2-Clause
-- How far rules, the clock and delivery look back: to the day.
\ir begin.psql
\ir alerts.psql
SELECT plan(23);

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

-- Whoever brings in history hears nothing about the past: neither while it comes
-- in, nor of reporters with whom it ends.
CREATE FUNCTION test.daily(
  reporter text, until date, domain text DEFAULT 'past.example'
) RETURNS void LANGUAGE sql AS $$
  SELECT test.report(reporter, until - i, 10, domain => domain)
  FROM generate_series(0, 20) AS i
$$;
SELECT set_config('test.history', (now() - interval '1 minute')::text, true);
SELECT test.daily(reporter, until)
FROM (VALUES ('E', '2027-05-20'::date),
  ('F', '2027-05-13'), ('G', '2027-03-01')) AS seen (reporter, until);
SELECT is(test.news('2027-05-21', 'past.example'), '', 'it comes in');
INSERT INTO alert_pending VALUES ('past.example');
SELECT is(test.news('2027-05-21', 'past.example'), '', 'and is looked at');
UPDATE daily_reporter SET received_at = '2027-06-01'
WHERE received_at > now() - interval '2 minutes'
  AND received_at < now() + interval '1 minute';
SELECT set_config('test.history', '2027-06-01', true);
INSERT INTO alert_pending VALUES ('past.example');
SELECT is(test.news('2027-05-21', 'past.example'), 'opened no-reports F',
  'when it is in, whoever has stopped before the others is silent');
INSERT INTO alert_pending VALUES ('past.example');
SELECT is(test.news('2027-05-27', 'past.example'), '',
  'and with whom all ends is not');
SELECT set_config('test.history', '', true);
SELECT test.daily('H', '2027-06-10', 'live.example');
SELECT test.news('2027-06-11', 'live.example');
SELECT is(test.news('2027-06-15', 'live.example'), 'opened no-reports H',
  'unless its reports came as they do');

SELECT * FROM finish();
ROLLBACK;
