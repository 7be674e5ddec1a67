-- SPDX-License-Identifier: BSD-2-Clause
-- Sessions that are report mail are found, and nothing else is taken for them.
\ir begin.psql
SELECT plan(42);

CREATE FUNCTION test.day(ago integer) RETURNS date LANGUAGE sql
RETURN (now() AT TIME ZONE 'UTC')::date - ago;

-- A report of the sessions of so many days ago, which came `late` days later.
CREATE FUNCTION test.report(
  who text, domain text, ago integer, sessions bigint, late integer DEFAULT 1,
  id text DEFAULT '', auth text DEFAULT 'sender.example'
) RETURNS void LANGUAGE sql AS $$
  SELECT test.put(concat_ws(' ', who, domain, ago, id), test.day(ago), '{sts}',
    ARRAY[domain], ARRAY[sessions], '{0}', organization => who, auth => auth);
  UPDATE report SET received_at =
    (test.day(ago - late) + time '09:00') AT TIME ZONE 'UTC'
  WHERE report_key = test.key(concat_ws(' ', who, domain, ago, id));
$$;

-- Reports of these days, the first of them so many days ago.
CREATE FUNCTION test.series(
  who text, domain text, ago integer, counts bigint[],
  auth text DEFAULT 'sender.example'
) RETURNS void LANGUAGE sql AS $$
  SELECT test.report(who, domain, ago + 1 - number::integer, sessions,
    auth => auth)
  FROM unnest(counts) WITH ORDINALITY AS given (sessions, number)
  WHERE sessions > 0
$$;

CREATE FUNCTION test.find() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  WHILE (SELECT reports > 0 FROM fold()) LOOP END LOOP;
  UPDATE job SET done_at = '-infinity' WHERE name = 'loops';
  RETURN find_loops();
END
$$;

-- Begins with real mail of a day on which no report came.
SELECT test.series('Org', 'x.example', 8, '{1,1,1,1,1}');
SELECT is(test.find(), 0, 'four days are not enough');
SELECT is_empty('SELECT FROM v_report_loop', 'to say so');
SELECT is(sum(net_sessions), 5::numeric, 'all sessions count')
FROM v_daily_domain;
SELECT test.report('Org', 'x.example', 3, 1);
SELECT is(find_loops(), 0, 'before it is in the roll-ups it is not looked at');
SELECT is(test.find(), 1, 'on the fifth day it is found');
SELECT results_eq($$SELECT organization_name, auth_domain, policy_domain,
    first_day, last_day, days, ongoing FROM v_report_loop$$,
  $$VALUES ('Org', 'sender.example', 'x.example', test.day(7), test.day(3), 5,
    true)$$, 'of these days');
SELECT results_eq('SELECT day, net_sessions FROM v_daily_domain ORDER BY day',
  $$SELECT test.day(ago), CASE ago WHEN 8 THEN 1::numeric ELSE 0 END
    FROM generate_series(8, 3, -1) AS ago$$, 'whose sessions are none');
SELECT is(find_loops(), 0, 'nothing is looked for twice in an hour');
SELECT is(test.find(), 0, 'nor found twice');
SELECT test.report('Org', 'x.example', 2, 1);
SELECT is(test.find(), 0, 'one more day');
SELECT results_eq('SELECT last_day, days FROM v_report_loop',
  'VALUES (test.day(2), 6)', 'belongs to it');

-- Real mail beside, of which the report is not there yet.
SELECT test.report('Org', 'x.example', 1, 8);
SELECT is(sum(net_sessions), 8::numeric, 'what waits for the roll-ups counts')
FROM v_daily_domain WHERE day = test.day(1);
SELECT is(test.find(), 0);
SELECT results_eq($$SELECT l.last_day, l.days, net_sessions
    FROM v_report_loop AS l, v_daily_domain WHERE day = test.day(1)$$,
  'VALUES (test.day(2), 6, 8::numeric)', 'a day with real mail is none of it');
UPDATE report_loop SET last_day = test.day(1);
SELECT is(net_sessions, 7::numeric, 'and within, the others count')
FROM v_daily_domain WHERE day = test.day(1);
UPDATE report_loop SET last_day = test.day(2);
UPDATE daily_received SET reports = 5 WHERE day = test.day(2);
SELECT is(net_sessions, 0::numeric, 'there are never fewer than none')
FROM v_daily_domain WHERE day = test.day(2);

-- Not on one day that a report of it was lost, but on the others.
DELETE FROM report_loop;
UPDATE daily_received SET reports = 1;
DELETE FROM daily_domain WHERE day = test.day(1);
INSERT INTO daily_domain VALUES
  (test.day(1), 'x.example', 'sender.example', 'Org', 1, 1, 0);
DELETE FROM daily_domain WHERE day = test.day(4);
SELECT is(test.find(), 1);
SELECT results_eq('SELECT first_day, last_day, days FROM v_report_loop',
  'VALUES (test.day(7), test.day(1), 6)', 'one exception for five days');
DELETE FROM report_loop;
DELETE FROM daily_domain WHERE day = test.day(6);
SELECT is(test.find(), 0, 'two are too many');

-- It is over, and begins again.
TRUNCATE daily_domain, daily_received, daily_reporter, report_loop;
INSERT INTO report_loop VALUES ('y.example', 'sender.example', 'Again',
  test.day(30), test.day(20), 11, NULL, NULL);
SELECT test.series('Again', 'y.example', 7, '{1,1,1,1,1,1,1}');
SELECT is(test.find(), 1);
SELECT results_eq('SELECT first_day, last_day, days, ongoing
    FROM v_report_loop ORDER BY 1',
  'VALUES (test.day(30), test.day(20), 11, false),
    (test.day(6), test.day(1), 6, true)', 'is another one');

UPDATE report_loop SET last_day = last_day - 1;
UPDATE report_loop SET last_day = test.day(5) WHERE first_day = test.day(30);
UPDATE report_loop SET first_day = test.day(4) WHERE first_day = test.day(6);
SELECT is(test.find(), 0);
SELECT results_eq('SELECT first_day, last_day, days FROM v_report_loop ORDER BY 1',
  'VALUES (test.day(30), test.day(5), 11), (test.day(4), test.day(1), 7)',
  'only the last of them goes on');

-- A reporter of twelve domains, one of which has the mailbox.
TRUNCATE daily_domain, daily_received, daily_reporter, report_loop;
SELECT test.series('Twelve', 'd' || number || '.example', 8,
  CASE number WHEN 1 THEN '{5,12,12,12,12,12,12,12}'::bigint[]
    WHEN 2 THEN '{1,1,1,1,1,1,1,1}'
    ELSE ARRAY[3,1,4,1,5,9,2,6]::bigint[] END)
FROM generate_series(1, 12) AS number;
SELECT is(test.find(), 1, 'all reports of a reporter are its mail');
SELECT results_eq('SELECT policy_domain, days FROM v_report_loop',
  $$VALUES ('d1.example', 7)$$, 'where they go to');
SELECT is(net_sessions, 1::numeric, 'a domain without the mailbox has its mail')
FROM v_daily_domain WHERE day = test.day(1) AND policy_domain = 'd2.example';

-- What it could be taken for.
TRUNCATE daily_domain, daily_received, daily_reporter, report_loop;
SELECT test.series('Weekdays', 'a.example', 14, '{1,1,1,1,1,0,0,1,1,1,1,1,0,0}');
SELECT test.series('Chance', 'a.example', 14, '{2,0,1,3,0,1,2,0,1,1,1,1,1,1}');
SELECT test.series('More', 'a.example', 9, '{2,2,2,2,2,2,2,2,2}');
SELECT test.series('Two', 'a.example', 9, '{2,2,2,2,2,2,2,2,2}');
SELECT test.series('Two', 'b.example', 9, '{2,2,2,2,2,2,2,2,2}');
SELECT test.report('Archive', 'a.example', 100 - number, 1, 100 - number)
FROM generate_series(1, 90) AS number;
SELECT test.report('Archive', 'a.example', number, 1, number - 1)
FROM generate_series(4, 12) AS number;
SELECT is(test.find(), 0, 'what happens is not taken for it');

-- Who knows where the mailbox is knows more.
INSERT INTO watched VALUES ('a.example', now(), now()), ('b.example', now(), now());
INSERT INTO observation SELECT policy_domain, at, NULL, NULL, NULL, '{}', record,
  '{}', '{}', '[]'
FROM (VALUES ('a.example', now() - interval '1 day',
    'v=TLSRPTv1; rua=mailto:t@a.example'),
  ('a.example', now(), 'v=TLSRPTv1;rua=mailto:t@b.example'),
  ('b.example', now(), 'v=TLSRPTv1; rua=https://b.example/t,mailto:T@B.example'))
  AS seen (policy_domain, at, record);
SELECT is(test.find(), 1, 'a mailbox that is seen decides');
SELECT results_eq('SELECT organization_name, policy_domain FROM v_report_loop',
  $$VALUES ('Two', 'b.example')$$, 'and there it is');
TRUNCATE report_loop;
UPDATE observation SET tlsrpt_record = 'v=TLSRPTv1; rua=mailto:t@xb.example';
SELECT is(test.find(), 0, 'nowhere else');
SELECT test.series('Daily', 'a.example', 9, '{1,1,1,1,1,1,1,1,1}');
SELECT is(test.find(), 0, 'one message every day is none where that is seen');
UPDATE watched SET looked_at = now() - interval '8 days';
SELECT is(test.find(), 1, 'an old look says nothing, and numbers decide');
TRUNCATE observation, watched;

-- An archive comes in beside, on the third day.
TRUNCATE daily_domain, daily_received, daily_reporter, report_loop;
SELECT test.report('Beside', 'z.example', ago, 5, ago - 3)
FROM generate_series(20, 30) AS ago;
SELECT test.series('Beside', 'z.example', 8, '{2,1,1,1,1,1,1,1}');
SELECT is(test.find(), 1);
SELECT results_eq('SELECT first_day, last_day, days FROM v_report_loop',
  'VALUES (test.day(7), test.day(1), 7)', 'which came on no day');

-- Who is asked, and for what.
TRUNCATE daily_domain, daily_received, daily_reporter, report_loop;
SELECT test.series('Plain', 'x.example', 7, '{1,1,1,1,1,1,1}', '');
SELECT test.report('Postfix', 'y.example', number, 1,
  id => '2026-10-01T00:00:00Z_idx1_y.example')
FROM generate_series(1, 7) AS number;
UPDATE report SET contact_info = 'tls@sender.example'
WHERE organization_name = 'Postfix';
SELECT is(test.find(), 2);
SELECT results_eq($$SELECT software, contact_info, remedy LIKE pattern
    FROM v_report_loop JOIN (VALUES ('Plain', 'Ask Plain (unauthenticated) to '
      'leave its own report mail out of its reports, % Or change %'),
      ('Postfix', 'Ask Postfix (signed by sender.example), '
        'tls@sender.example, to %smtp_tlsrpt_enable = no.%'))
      AS expected (organization_name, pattern) USING (organization_name)
    ORDER BY organization_name$$,
  $$VALUES (NULL, NULL, true), ('tlsrpt-reporter', 'tls@sender.example', true)$$,
  'the remedy is for who can do it');

-- It is bounded, whatever strangers invent.
TRUNCATE report_loop;
INSERT INTO report_loop SELECT 'z' || number, '', 'Stranger', test.day(9),
  test.day(2), 8 FROM generate_series(1, 999) AS number;
SELECT is(test.find(), 1, 'a thousand are enough');
SELECT is(auth_domain, 'sender.example', 'authenticated ones first')
FROM v_report_loop WHERE organization_name <> 'Stranger';

-- What becomes of it.
SELECT purge_outside(1);
SELECT ok((SELECT count(*) FROM v_report_loop) = 1000
    AND (SELECT sum(net_sessions) FROM v_daily_domain
      WHERE policy_domain = 'y.example') = 1,
  'it stays as long as the roll-ups');
-- As if some days were long ago: what goes are whole months.
UPDATE daily_received SET day = day - 100 WHERE day < test.day(2);
SELECT results_eq($$SELECT removed, number FROM purge_plan(1, 40, 100, 100000)
    WHERE removed IN ('daily_received', 'report_loop') ORDER BY 1$$,
  $$VALUES ('daily_received', 8::bigint)$$, 'goes');
UPDATE report_loop SET last_day = test.day(103)
WHERE organization_name = 'Stranger';
SELECT purge_rollups(40);
SELECT results_eq('SELECT organization_name FROM v_report_loop',
  $$VALUES ('Postfix')$$, 'with them');
SELECT is((SELECT count(*)::integer FROM daily_received), 6, 'as counts do');

SELECT * FROM finish();
ROLLBACK;
