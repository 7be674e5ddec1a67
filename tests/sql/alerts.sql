-- SPDX-License-Identifier: BSD-2-Clause
-- What rules make of reports, in whatever order and however late these come.
\ir begin.psql
\ir alerts.psql
SELECT plan(62);

UPDATE alert_clock SET day = '2026-10-01';
SELECT is(test.news('2026-10-02'), '', 'nothing to begin with');

-- A certificate expires, and is renewed.
SELECT test.report('A', '2026-10-10', 100, 3);
SELECT is(test.news('2026-10-11'), 'opened certificate-expired',
  'a failure opens an alert');
SELECT results_eq($$SELECT alert_id, rule, state, severity, policy_domain,
    result_type, receiving_mx_hostname, first_day, last_day, failed_sessions,
    withheld_sessions, all_sessions, reporters, title FROM v_alert$$,
  $$VALUES (1, 'certificate-expired', 'open', 'critical', 'x.example',
    'certificate-expired', 'mx.example', '2026-10-10'::date,
    '2026-10-10'::date, 3::numeric, 3::numeric, 103::numeric, '{A}'::text[],
    'The certificate has expired')$$, 'which says what is wrong');
SELECT is(test.news('2026-10-11'), '', 'once');
SELECT test.report('B', '2026-10-10', 200);
SELECT test.report('B', '2026-10-11', 200, 5, mode => 'testing');
SELECT test.report('A', '2026-10-11', 100, 4);
SELECT is(test.news('2026-10-12'), '', 'further failures are the same alert');
SELECT results_eq($$SELECT last_day, failed_sessions, withheld_sessions,
    all_sessions, reporters FROM v_alert$$,
  $$VALUES ('2026-10-11'::date, 12::numeric, 7::numeric, 612::numeric,
    '{A,B}'::text[])$$, 'with their numbers');
SELECT test.report('A', '2026-10-12', 100);
SELECT is(test.news('2026-10-13'), '', 'B has not yet seen that it is over');
SELECT test.report('B', '2026-10-12', 0);
SELECT is(test.news('2026-10-13'), '', 'nor does it by no session');
SELECT test.report('B', '2026-10-13', 200);
SELECT is(test.news('2026-10-14'), 'resolved certificate-expired',
  'it is over when both have');
SELECT results_eq('SELECT state, cleared_day FROM alert',
  $$VALUES ('resolved', '2026-10-13'::date)$$, 'which is remembered');
SELECT test.report('C', '2026-10-12', 100, 7);
SELECT is(test.news('2026-10-15'), '', 'a late report opens nothing again');
SELECT test.report('C', '2026-10-21', 200, 7);
SELECT is(test.news('2026-10-22'), 'reopened certificate-expired',
  'a new one does');
SELECT results_eq('SELECT state, first_day, failed_sessions, reporters
  FROM v_alert', $$VALUES ('reopened', '2026-10-21'::date, 7::numeric,
    '{C}'::text[])$$, 'from its day on');
SELECT is(test.news('2026-10-27'), '', 'as long as it is in the window');
SELECT is(test.news('2026-10-28'), 'expired certificate-expired',
  'and no longer');

-- Order and trust.
SELECT test.report('A', '2026-10-30', 100);
SELECT test.report('A', '2026-10-29', 100, 3);
SELECT is(test.news('2026-10-31'), '', 'what came first may be newer');
SELECT test.report('A', '2026-10-31', 100, 3, auth => '');
SELECT is(test.news('2026-11-01'), '', 'nobody stands for it');
UPDATE alert_rule SET unauthenticated = true WHERE name = 'certificate-expired';
SELECT review_alerts();
SELECT is(test.news('2026-11-01'), 'reopened certificate-expired',
  'a rule may take it nevertheless');
SELECT test.report('A', '2026-10-31', 100, 3, 'certificate-not-trusted',
  auth => '', domain => 'lone.example');
SELECT is(test.news('2026-11-01', 'lone.example'), '', 'but not for the others');
UPDATE alert_rule SET enabled = false WHERE name = 'certificate-expired';
SELECT review_alerts();
SELECT is(test.news('2026-11-01'), '', 'a rule that is off tells nobody');
SELECT is((SELECT state FROM alert), 'resolved', 'and its alert ends');
SELECT isnt_empty($$SELECT * FROM alert_found('{x.example}',
  'certificate-expired')$$, 'but can be tried');
UPDATE alert_rule SET unauthenticated = false, enabled = true;

-- What reporters say in words.
SELECT test.report('A', '2026-11-02', 100, 1, 'validation-failure',
  '{a.example}', reason => 'X509_V_ERR_CERT_HAS_EXPIRED');
SELECT test.report('A', '2026-11-02', 100, 1, 'validation-failure',
  '{b.example}', reason => 'The certificate has expired.');
SELECT test.report('A', '2026-11-02', 100, 1, 'validation-failure',
  '{c.example}', reason => 'MX_HOSTS_MISMATCH');
SELECT is(test.news('2026-11-03'), 'opened certificate-expired a.example, '
  'opened certificate-expired b.example, opened starttls c.example',
  'an expired certificate by any other name');
SELECT results_eq($$SELECT result_type, sum(failed_sessions)
    FROM v_daily_failure WHERE day = '2026-11-02' GROUP BY 1$$,
  $$VALUES ('validation-failure', 3::numeric)$$, 'sums are as reported');

SELECT test.report('A', '2026-11-04', 100);
SELECT is(test.news('2026-11-05'), 'resolved certificate-expired a.example, '
  'resolved certificate-expired b.example, resolved starttls c.example',
  'and all of it resolved by one report');

-- Whether senders keep the mail.
SELECT test.report('A', '2026-11-04', 100, 1, 'certificate-not-trusted',
  domain => 't.example', mode => 'testing');
SELECT is(test.news('2026-11-05', 't.example'), 'opened certificate',
  'not trusted');
SELECT is((SELECT severity FROM v_alert WHERE policy_domain = 't.example'),
  'warning', 'but mail passes');
SELECT ok(acknowledge_alert(alert_id, 'me'), 'acknowledged') FROM alert
  WHERE policy_domain = 't.example';
SELECT ok(NOT acknowledge_alert(alert_id, 'me'), 'once') FROM alert
  WHERE policy_domain = 't.example';
SELECT test.report('B', '2026-11-04', 100, 1, 'certificate-not-trusted',
  domain => 't.example', mode => 'testing');
SELECT is(test.news('2026-11-05', 't.example'), '', 'more of it is known');
SELECT is((SELECT state FROM v_alert WHERE policy_domain = 't.example'),
  'acknowledged', 'and acknowledged');
SELECT test.report('A', '2026-11-05', 100, 1, 'certificate-not-trusted',
  domain => 't.example');
SELECT is(test.news('2026-11-06', 't.example'), 'escalated certificate',
  'mail is kept, which is worse');
SELECT results_eq($$SELECT state, severity, acknowledged_by FROM v_alert
  WHERE policy_domain = 't.example'$$,
  $$VALUES ('open', 'critical', NULL::text)$$, 'and not acknowledged');
SELECT test.report('A', '2026-11-05', 100, 1, 'sts-webpki-invalid',
  domain => 'w.example');
SELECT is(test.news('2026-11-06', 'w.example'), 'opened certificate',
  'that of an enforced policy is as bad');
SELECT set_eq($$SELECT remedy FROM v_alert
    WHERE result_type = 'sts-webpki-invalid'$$,
  $$SELECT replace(result_type_info.remedy, 'DOMAIN', policy_domain)
    FROM result_type_info JOIN alert USING (result_type)
    WHERE result_type = 'sts-webpki-invalid'$$,
  'and say what to do about their domain');
SELECT results_eq($$SELECT severity, withheld_sessions FROM v_alert
  WHERE policy_domain = 'w.example'$$, $$VALUES ('critical', 0::numeric)$$,
  'but makes nobody keep mail');

-- One failure is as bad wherever it is shown.
CREATE VIEW test.severity AS
SELECT DISTINCT 'report' AS place, policy_domain, day, severity FROM v_failure
UNION ALL
SELECT DISTINCT 'sum', policy_domain, day, severity FROM v_daily_failure
UNION ALL
SELECT 'alert', policy_domain, last_day, severity FROM v_alert
WHERE state <> 'resolved';
SELECT results_eq($$SELECT place, severity FROM test.severity
    WHERE policy_domain = 't.example' AND day = '2026-11-05' ORDER BY 1$$,
  $$VALUES ('alert', 'critical'), ('report', 'critical'),
    ('sum', 'critical')$$, 'a rule makes a failure worse');
SELECT test.report('A', '2026-10-01', 100, 1, 'certificate-not-trusted',
  domain => 't.example');
SELECT results_eq($$SELECT DISTINCT severity FROM test.severity
    WHERE policy_domain = 't.example' AND day = '2026-10-01'$$,
  $$VALUES ('warning')$$, 'from the first day of its alert on');
SELECT test.report('A', '2026-11-05', 100, 1, 'sts-webpki-invalid',
  domain => 'v.example', mode => 'testing');
SELECT is(test.news('2026-11-06', 'v.example'), 'opened certificate',
  'a rule that says less');
SELECT results_eq($$SELECT DISTINCT severity FROM test.severity
    WHERE policy_domain = 'v.example'$$, $$VALUES ('critical')$$,
  'does not make its type any better');
SELECT test.report('A', '2026-11-05', 100, 1, 'validation-failure',
  domain => 'y.example', reason => 'certificate has expired');
SELECT test.news('2026-11-06', 'y.example');
SELECT results_eq($$SELECT DISTINCT severity FROM test.severity
    WHERE policy_domain = 'y.example'$$, $$VALUES ('critical')$$,
  'what a reporter says in words counts');
SELECT results_eq($$SELECT DISTINCT category, withheld_sessions::integer
    FROM v_failure WHERE policy_domain = 'y.example'$$,
  $$VALUES ('negotiation', 1)$$, 'and mail is withheld');

SELECT test.report('A', '2026-11-05', 100, 1, 'validation-failure',
  domain => 'u.example', reason => 'certificate has expired', auth => '');
SELECT results_eq($$SELECT place, severity FROM test.severity
    WHERE policy_domain = 'u.example' ORDER BY 1$$,
  $$VALUES ('report', 'critical'), ('sum', 'critical')$$,
  'also where no rule fires');
SELECT test.report(reporter, '2026-11-06', 100, domain => 't.example')
FROM unnest('{A,B}'::text[]) AS reporter;
SELECT is(test.news('2026-11-07', 't.example'), 'resolved certificate',
  'mail is accepted again');
SELECT results_eq($$SELECT DISTINCT severity FROM test.severity
    WHERE policy_domain = 't.example'$$, $$VALUES ('warning')$$,
  'and the failures are what their type says');

-- Many.
SELECT test.report('A', '2026-11-06', 1000000, 1, 'tlsa-invalid',
  ARRAY(SELECT 'mx' || i FROM generate_series(1, 500) AS i),
  domain => 'm.example');
SELECT ok(test.news('2026-11-07', 'm.example') LIKE 'opened dane mx1, %',
  'a report of 500 hosts');
SELECT is((SELECT count(*)::integer FROM v_alert
  WHERE policy_domain = 'm.example'), 50, 'opens fifty alerts at most');
SELECT test.report('A', '2026-11-07', 1000000, 2, 'tlsa-invalid',
  ARRAY(SELECT 'other' || i FROM generate_series(1, 500) AS i),
  domain => 'm.example');
SELECT ok(test.news('2026-11-08', 'm.example') LIKE
  'opened dane other1, %, resolved dane mx1, %', 'as do those that follow');
SELECT test.report('B', '2026-11-07', 1000000, 3, 'tlsa-invalid',
  ARRAY(SELECT 'more' || i FROM generate_series(1, 500) AS i),
  domain => 'm.example');
SELECT is(test.news('2026-11-08', 'm.example'), '',
  'worse ones do not push out what is known');

-- Share.
SELECT test.report('A', '2026-11-10', 95, 5, 'odd', domain => 's.example');
SELECT is(test.news('2026-11-11', 's.example'), '',
  'five percent are not above');
SELECT test.report('B', '2026-11-10', 10, 1, 'odd', domain => 's.example');
SELECT is(test.news('2026-11-11', 's.example'), 'opened failure-share',
  'above five percent');
SELECT test.report('A', '2026-11-12', 900, domain => 's.example');
SELECT is(test.news('2026-11-13', 's.example'), 'resolved failure-share',
  'less');
SELECT test.report('B', '2026-11-10', 1, 200, 'odd', domain => 's.example');
SELECT is(test.news('2026-11-14', 's.example'), '',
  'a late report opens nothing again');

-- Silence.
SELECT test.report(reporter, '2026-11-01'::date + i, 1, domain => 'q.example')
FROM unnest('{A,B}'::text[]) AS reporter, generate_series(0, 13) AS i
WHERE i <> 5;
SELECT test.report('often', '2026-11-01'::date + i, 1, domain => 'q.example')
FROM generate_series(0, 13, 2) AS i;
SELECT test.report('A', '2026-11-15'::date + i, 1, domain => 'q.example')
FROM generate_series(0, 30) AS i;
SELECT test.report('B', '2026-11-16', 1, domain => 'q.example', auth => '');
SELECT is(test.news('2026-11-18', 'q.example'), '', 'two days may be missed');
SELECT is(test.news('2026-11-19', 'q.example'), 'opened no-reports B',
  'three may not, whoever speaks in their name');
SELECT results_eq($$SELECT result_type, organization_name, first_day, last_day,
    title FROM v_alert WHERE policy_domain = 'q.example'$$,
  $$VALUES ('no-reports', 'B', '2026-11-15'::date, '2026-11-17'::date,
    'A reporter has fallen silent')$$, 'it says who and since when');
SELECT test.report('B', '2026-11-18', 1, domain => 'q.example');
SELECT is(test.news('2026-11-20', 'q.example'), 'resolved no-reports B',
  'there it is again');
SELECT is(test.news('2026-11-30', 'q.example'), '',
  'seen now and then is not daily');

SELECT ok(matches_pattern('{certificate-*,!certificate-expired}',
  'certificate-x'));
SELECT ok(NOT matches_pattern('{certificate-*,!certificate-expired}',
  'certificate-expired'));
SELECT ok(NOT matches_pattern('{a_b}', 'axb'), 'only * stands for anything');
SELECT ok(NOT matches_pattern('{!a}', 'b'),
  'what is excluded includes nothing');

SELECT * FROM finish();
ROLLBACK;
