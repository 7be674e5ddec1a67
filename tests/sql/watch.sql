-- SPDX-License-Identifier: BSD-2-Clause
-- Domains that are watched: what is kept of them, whose turn it is, and which
-- alerts come of it.
\ir begin.psql
SELECT plan(49);
SELECT evaluate_alerts();

-- test.look(): what somebody sees there; "CODE SEVERITY WHERE".
CREATE FUNCTION test.look(domain text, found text[],
  id text DEFAULT NULL, record text DEFAULT NULL, word text DEFAULT ''
) RETURNS boolean LANGUAGE sql AS $$
  SELECT note_observation(ROW(domain, NULL, id, NULL, NULL, '{}', record,
    ARRAY['mx.' || domain], '{}', coalesce((
      SELECT jsonb_agg(jsonb_build_object('code', split_part(f, ' ', 1),
        'severity', split_part(f, ' ', 2),
        'where', substr(f, length(split_part(f, ' ', 1))
          + length(split_part(f, ' ', 2)) + 3), 'text', word))
      FROM unnest(found) AS f), '[]'))::observation)
$$;

-- test.alerts(): all of a domain, after the rules were applied.
CREATE FUNCTION test.alerts(domain text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM evaluate_alerts();
  RETURN QUERY SELECT format('%s %s %s %s', result_type, severity, state,
      receiving_mx_hostname)
    FROM alert WHERE policy_domain = domain ORDER BY 1;
END
$$;

SELECT ok(test.look('a.example', '{}', 'id1'), 'the first look is kept');
SELECT ok(NOT test.look('a.example', '{}', 'id1'), 'nothing new is not');
SELECT ok(test.look('a.example', '{}', 'id2'), 'another record is');
SELECT ok(test.look('a.example',
  '{"mx-tls-old warning mx.a.example [192.0.2.1]"}', 'id2'), 'a finding is');
SELECT ok(NOT test.look('a.example',
  '{"mx-tls-old warning mx.a.example [192.0.2.1]"}', 'id2', word => 'other'),
  'other words are not');
SELECT is_empty($$SELECT test.alerts('a.example')$$,
  'no rule goes by such a finding');
SELECT set_eq($$SELECT sts_id FROM v_observation$$, ARRAY['id1', 'id2'],
  'the view has them');

-- An alert, which gets worse, and is over.
SELECT ok(test.look('b.example', ARRAY[
  'mx-certificate-soon warning mx.b.example [192.0.2.1]',
  'mx-certificate-soon warning mx.b.example [192.0.2.2]']));
SELECT set_eq($$SELECT test.alerts('b.example')$$,
  ARRAY['mx-certificate-soon warning open mx.b.example'],
  'two addresses of a host are one alert');
SELECT results_eq($$SELECT title, reporters, failed_sessions
    FROM v_incident WHERE 'b.example' = ANY (sample_domains)$$,
  $$VALUES ('The certificate should have been renewed', '{}'::text[],
    0::numeric)$$, 'and an incident of its own');
SELECT ok(test.look('b.example',
  '{"mx-certificate-soon critical mx.b.example [192.0.2.1]"}'));
SELECT set_eq($$SELECT test.alerts('b.example')$$,
  ARRAY['mx-certificate-soon critical open mx.b.example'],
  'it gets as bad as what is found');
SELECT ok(test.look('b.example', '{}'));
SELECT set_eq($$SELECT test.alerts('b.example')$$,
  ARRAY['mx-certificate-soon critical resolved mx.b.example'],
  'it is over with the finding');
SELECT is(ending, 'resolved', 'as something that was put right') FROM alert
WHERE policy_domain = 'b.example';

-- TLSA records stand at a name of their own.
SELECT test.look('c.example', ARRAY['tlsa-mismatch-soon warning _25._tcp.mx.c.example']);
SELECT set_eq($$SELECT test.alerts('c.example')$$,
  ARRAY['tlsa-mismatch-soon warning open mx.c.example']);

-- What may be over in a moment has to be seen twice.
SELECT test.look('d.example',
  '{"sts-policy-status critical https://mta-sts.d.example/"}');
SELECT is_empty($$SELECT test.alerts('d.example')$$, 'seen once');
SELECT test.look('d.example',
  '{"sts-policy-status critical https://mta-sts.d.example/"}');
SELECT set_eq($$SELECT test.alerts('d.example')$$,
  ARRAY['sts-policy-status critical open '], 'seen twice');

SELECT test.look('d.example', ARRAY[
  'sts-policy-status critical https://mta-sts.d.example/',
  'mx-tls-old warning mx.d.example [192.0.2.1]']);
SELECT set_eq($$SELECT test.alerts('d.example')$$,
  ARRAY['sts-policy-status critical open '], 'also when something else is new');

-- A new certificate is often loaded at night, when there is time.
SELECT test.look('l.example',
  '{"mx-certificate-not-loaded warning mx.l.example [192.0.2.1]"}');
UPDATE observation SET observed_at = now() - interval '19 hours'
WHERE policy_domain = 'l.example';
SELECT test.look('l.example', ARRAY[
  'mx-certificate-not-loaded warning mx.l.example [192.0.2.1]',
  'mx-tls-old warning mx.l.example [192.0.2.1]']);
SELECT is_empty($$SELECT test.alerts('l.example')$$, 'not loaded, until then');
UPDATE observation SET observed_at = observed_at - interval '2 hours'
WHERE policy_domain = 'l.example';
SELECT test.look('l.example',
  '{"mx-certificate-not-loaded warning mx.l.example [192.0.2.1]"}');
SELECT set_eq($$SELECT test.alerts('l.example')$$,
  ARRAY['mx-certificate-not-loaded warning open mx.l.example'], 'nor then');
SELECT test.look('m.example',
  '{"mx-certificate-soon warning mx.m.example [192.0.2.1]"}');
SELECT set_eq($$SELECT test.alerts('m.example')$$,
  ARRAY['mx-certificate-soon warning open mx.m.example']);
SELECT test.look('m.example', ARRAY[
  'mx-certificate-not-loaded warning mx.m.example [192.0.2.1]',
  'mx-certificate-soon warning mx.m.example [192.0.2.1]']);
SELECT set_eq($$SELECT test.alerts('m.example')$$,
  ARRAY['mx-certificate-not-loaded warning open mx.m.example',
    'mx-certificate-soon warning resolved mx.m.example'],
  'where there is no time, at once, and not twice');
SELECT is(ending, NULL, 'what got worse is not over') FROM alert
WHERE policy_domain = 'm.example' AND result_type = 'mx-certificate-soon';

-- What nobody could look at is neither over nor new.
SELECT test.look('n.example', ARRAY[
  'mx-certificate-expired warning mx.n.example [192.0.2.1]',
  'mx-certificate-expired warning mx.n.example [192.0.2.2]',
  'tlsa-mismatch-soon warning _25._tcp.mx.n.example',
  'sts-mx-not-covered critical mx.n.example',
  'sts-mx-not-covered critical mx2.n.example',
  'sts-policy-syntax warning https://mta-sts.n.example/'], 'id1');
SELECT ok(test.look('n.example', ARRAY[
  'mx-greeting warning mx.n.example [192.0.2.2]',
  'sts-policy-unreachable critical https://mta-sts.n.example/'], 'id1'));
SELECT set_eq($$SELECT finding ->> 'code' AS code, finding ->> 'where' AS place
    FROM (SELECT * FROM observation WHERE policy_domain = 'n.example'
        ORDER BY observed_at DESC LIMIT 1) AS last,
      jsonb_array_elements(findings) AS finding$$, $$VALUES
  ('mx-greeting', 'mx.n.example [192.0.2.2]'),
  ('mx-certificate-expired', 'mx.n.example [192.0.2.2]'),
  ('tlsa-mismatch-soon', '_25._tcp.mx.n.example'),
  ('sts-policy-unreachable', 'https://mta-sts.n.example/'),
  ('sts-mx-not-covered', 'mx.n.example'),
  ('sts-policy-syntax', 'https://mta-sts.n.example/')$$,
  'of that address, and of a host that is still there');
SELECT ok(NOT test.look('n.example', ARRAY[
  'mx-greeting warning mx.n.example [192.0.2.2]',
  'sts-policy-unreachable critical https://mta-sts.n.example/'], 'id1'),
  'for as long as that is so');
SELECT test.look('n.example', '{}', 'id1');
SELECT is((SELECT findings FROM observation WHERE policy_domain = 'n.example'
  ORDER BY observed_at DESC LIMIT 1), '[]', 'and no longer');

-- A record is gone only where there was one.
SELECT test.look('e.example', '{"sts-missing notice _mta-sts.e.example",'
  '"tlsrpt-missing warning _smtp._tls.e.example"}');
SELECT is_empty($$SELECT test.alerts('e.example')$$, 'there was no record');
SELECT test.look('f.example', '{}', 'id', 'v=TLSRPTv1; rua=mailto:a@b.example');
SELECT test.look('f.example', '{"sts-missing notice _mta-sts.f.example",'
  '"tlsrpt-missing warning _smtp._tls.f.example"}');
SELECT set_eq($$SELECT test.alerts('f.example')$$,
  ARRAY['sts-missing warning open ', 'tlsrpt-missing warning open '],
  'both records are gone');

-- A policy that changes without its id.
CREATE FUNCTION test.look_at_policy(id text, mode text) RETURNS boolean
LANGUAGE sql AS $$
  SELECT note_observation(ROW('g.example', NULL, id, mode, 86401, '{mx}', NULL,
    '{mx}', '{}', '[]')::observation)
$$;
SELECT test.look_at_policy('id1', 'testing');
SELECT is_empty($$SELECT test.alerts('g.example')$$);
SELECT test.look_at_policy('id1', 'enforce'),
  test.look_at_policy('id1', 'enforce');
SELECT set_eq($$SELECT test.alerts('g.example')$$,
  ARRAY['sts-policy-changed-same-id warning open '], 'the id is the same');
SELECT test.look_at_policy('id2', 'enforce');
SELECT set_eq($$SELECT test.alerts('g.example')$$,
  ARRAY['sts-policy-changed-same-id warning resolved '], 'and then not');

-- MTA-STS comes and goes: the policy is there before its record, and after it.
CREATE FUNCTION test.look_at_record(id text, mode text, found text)
RETURNS boolean LANGUAGE sql AS $$
  SELECT note_observation(ROW('p.example', NULL, id, mode, 86401, '{mx}', NULL,
    '{mx}', '{}', CASE found WHEN '' THEN '[]' ELSE jsonb_build_array(
      jsonb_build_object('code', found, 'severity', 'warning', 'where', 'w'))
    END)::observation)
$$;
SELECT test.look_at_record(NULL, 'testing', 'sts-policy-without-record');
SELECT is_empty($$SELECT test.alerts('p.example')$$, 'the record follows');
SELECT test.look_at_record('id1', 'testing', ''),
  test.look_at_record('id2', 'none', ''),
  test.look_at_record(NULL, 'none', 'sts-policy-without-record'),
  test.look_at_record(NULL, NULL, 'sts-missing');
SELECT is_empty($$SELECT test.alerts('p.example')$$, 'it was taken back');
SELECT test.look_at_record('id3', 'enforce', ''),
  test.look_at_record(NULL, 'enforce', 'sts-policy-without-record');
SELECT set_eq($$SELECT test.alerts('p.example')$$,
  ARRAY['sts-policy-without-record warning open '], 'it is gone');
SELECT is(title, 'The MTA-STS record is gone') FROM v_alert
WHERE policy_domain = 'p.example';

-- Only so many are kept.
SELECT count(*) FROM (SELECT test.look('h.example', '{}', 'id' || number)
  FROM generate_series(1, 1005) AS number) AS looks;
SELECT set_eq($$SELECT count(*), max(sts_id) FROM observation
    WHERE policy_domain = 'h.example' AND length(sts_id) > 5$$,
  $$VALUES (6::bigint, 'id1005')$$, 'the newest thousand');

-- Nobody has looked for long: what was found says nothing any more.
UPDATE watched SET looked_at = now() - interval '8 days'
WHERE policy_domain = 'c.example';
INSERT INTO alert_pending VALUES ('c.example');
SELECT set_eq($$SELECT test.alerts('c.example')$$,
  ARRAY['tlsa-mismatch-soon warning resolved mx.c.example']);
SELECT is(ending, 'expired') FROM alert WHERE policy_domain = 'c.example';

-- Whose turn it is.
DELETE FROM watched;
SELECT set_eq($$SELECT claim_domains_to_watch('{x.example,y.example,z.example}',
  '6 hours', 10, 2)$$, ARRAY['x.example', 'y.example'], 'so many at a time');
SELECT set_eq($$SELECT claim_domains_to_watch('{x.example,y.example,z.example}',
  '6 hours', 10, 2)$$, ARRAY['z.example'], 'each once');
UPDATE watched SET claimed_at = now() - interval '11 minutes';
SELECT test.look('y.example', '{}');
SELECT test.look('z.example', '{}'), test.look('z.example', '{}');
UPDATE watched SET claimed_at = now() - interval '11 minutes';
SELECT set_eq($$SELECT claim_domains_to_watch('{x.example,y.example,z.example}',
  '6 hours', 10, 9)$$, ARRAY['y.example'], 'what has changed, again soon');
UPDATE watched SET claimed_at = now() - interval '361 minutes';
SELECT set_eq($$SELECT claim_domains_to_watch('{x.example,y.example,z.example}',
  '6 hours', 10, 9)$$, ARRAY['x.example', 'y.example', 'z.example'],
  'all others after the interval');

-- Those that begin together do not stay together.
CREATE FUNCTION test.due(part double precision) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  names text[] := ARRAY(SELECT 's' || number FROM generate_series(1, 200)
    AS number);
BEGIN
  INSERT INTO watched SELECT name, now() - part * interval '6 hours'
  FROM unnest(names) AS name
  ON CONFLICT (policy_domain) DO UPDATE SET claimed_at = excluded.claimed_at;
  RETURN (SELECT count(*) FROM claim_domains_to_watch(
    names, '6 hours', 10, 1000));
END
$$;
SELECT is(test.due(0.74), 0::bigint, 'none is too early');
SELECT ok(test.due(0.8) BETWEEN 20 AND 60, 'some come earlier');
SELECT ok(test.due(0.95) BETWEEN 140 AND 180, 'others later');
SELECT is(test.due(1), 200::bigint, 'none is late');

-- Without names, those that trusted reports are about.
INSERT INTO trusted_signer VALUES ('r.example');
INSERT INTO daily_domain (day, policy_domain, auth_domain, organization_name,
  reports, successful_sessions, failed_sessions)
SELECT (now() AT TIME ZONE 'UTC')::date - age, domain, signer, 'R', 1, good, 0
FROM (VALUES ('one.example', 1, 'r.example', 10),
  ('two.example', 29, 'r.example', 20), ('old.example', 30, 'r.example', 30),
  ('forged.example', 1, '', 40), ('other.example', 1, 'evil.example', 50),
  ('three.example', 1, 'r.example', 5))
  AS reported (domain, age, signer, good);
SELECT set_eq($$SELECT claim_domains_to_watch('{}', '6 hours', 2, 9)$$,
  ARRAY['one.example', 'two.example'], 'the busiest of these');

SELECT * FROM finish();
ROLLBACK;
