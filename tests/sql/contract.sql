-- SPDX-License-Identifier: BSD-2-Clause
-- The names that dashboards rely on.
\ir begin.psql
SELECT plan(19);

-- The manual is the contract: its sections of the views name their columns.
\set manual `awk '/^\.S[hs] /{view=$2} /^\.(It )?Va /{sub(/ Ta .*/, ""); for (i = 2; i <= NF; i++) if ($i ~ /^[a-z_]+$/) print view, $i}' ../../man/tlsrpt-schema.7`
CREATE VIEW test.documented AS
SELECT DISTINCT words[1] AS view, words[2] AS name
FROM regexp_split_to_table(:'manual', '\n') AS line,
  regexp_split_to_array(line, ' ') AS words
WHERE to_regclass('tlsrpt.' || words[1]) IS NOT NULL;
SELECT set_eq('SELECT view, name FROM test.documented', $$
  SELECT table_name::text, column_name::text FROM information_schema.columns
  WHERE table_schema = 'tlsrpt'
    AND (table_name LIKE 'v\_%' OR table_name = 'result_type_info')
$$, 'the views have the columns of the manual');
SELECT set_eq('SELECT view FROM test.documented', ARRAY['v_report',
  'v_policy', 'v_failure', 'v_daily_domain', 'v_daily_policy',
  'v_daily_failure', 'v_daily_reporter_sum', 'v_daily_type_sum', 'v_daily_domain_sum',
  'v_daily_policy_sum', 'v_domain_reporter', 'v_domain_policy', 'v_reporter', 'v_report_loop', 'v_alert', 'v_incident',
  'v_rollout', 'v_alert_rule', 'v_alert_channel', 'v_trusted_signer', 'v_observation',
  'result_type_info'], 'which names all views');

SELECT set_eq(
  format($$SELECT table_name::text, ordinal_position, column_name::text,
      data_type::text FROM information_schema.columns
    WHERE table_schema = %L AND table_name = ANY (%L)$$, 'tlsrpt_tenant',
    names),
  format($$SELECT table_name::text, ordinal_position, column_name::text,
      data_type::text FROM information_schema.columns
    WHERE table_schema = %L AND table_name = ANY (%L)$$, 'tlsrpt', names),
  'a tenant has the same views')
FROM (VALUES (ARRAY['v_report', 'v_policy', 'v_failure', 'v_daily_domain',
  'v_daily_policy', 'v_daily_failure', 'v_daily_reporter_sum', 'v_daily_type_sum', 'v_daily_domain_sum',
  'v_daily_policy_sum', 'v_domain_reporter', 'v_domain_policy',
  'v_reporter', 'v_report_loop', 'v_alert',
  'v_incident',
  'v_rollout', 'v_observation', 'result_type_info'])) AS contract (names);
SELECT is((SELECT count(*)::integer FROM result_type_info), 11,
  'every registered result type is explained');
SELECT is(schema_version(), (SELECT max(version) FROM tlsrpt.schema_version),
  'the version is the last one applied');
SELECT is(pg_get_function_result(p.oid), 'boolean',
  'ingest() answers with a boolean')
FROM pg_proc AS p WHERE pronamespace = 'tlsrpt'::regnamespace
  AND proname = 'ingest';

-- Citus can distribute only what has the key in every unique constraint.
SELECT is_empty($$
  SELECT c.conname FROM pg_constraint AS c
  WHERE c.connamespace = 'tlsrpt'::regnamespace AND c.contype = 'f'
$$, 'there are no foreign keys');
SELECT is_empty($$
  SELECT tgname FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
  WHERE c.relnamespace = 'tlsrpt'::regnamespace
$$, 'there are no triggers');
SELECT is_empty($$
  SELECT relname FROM pg_class
  WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'S'
$$, 'there are no sequences');

SELECT is(sts_mode('sts', '{version: STSv1,mode: testing}'), 'testing');
SELECT is(sts_mode('sts', ARRAY['mode:enforce ', 'mode: none']), 'enforce',
  'the first mode counts');
SELECT is(sts_mode('sts', '{mode: whatever}'), NULL, 'not a mode');
SELECT is(sts_mode('sts', '{mode: whatever,mode: none}'), NULL,
  'nor is the next one looked at');
SELECT is(sts_mode('sts', ARRAY['mode', E'  mode:\ttesting\r\n']), 'testing',
  'blanks around it do not matter');
SELECT is(sts_mode('sts', ARRAY[E'version: STSv1\nmode: none',
  'mode: enforce']), 'none', 'the first of all lines counts');
SELECT is(sts_mode('sts', '{version: STSv1,mode: enforced}'), NULL,
  'no more than a mode');
SELECT is(sts_mode('tlsa', '{mode: enforce}'), NULL, 'not a policy');

-- Who has signed is said unless the name says it.
SELECT is_empty($$
  SELECT *, reporter_text(name, signer) FROM (VALUES
    ('Google Inc.', 'google.com', ''),
    ('Google Inc.', 'evil.example', ' (signed by evil.example)'),
    ('Google Inc.', '', ' (unauthenticated)'),
    ('Mail.Example', 'mail.example', ''),
    ('x.mail.example', 'mail.example', ' (signed by mail.example)'),
    ('before', NULL, '')
  ) AS expected (name, signer, added)
  WHERE reporter_text(name, signer) IS DISTINCT FROM name || added
$$, 'a name is given with who has signed');

-- Who keeps mail because of what failed.
SELECT is_empty($$
  SELECT * FROM (VALUES
    ('tlsa', NULL, 'certificate-expired', true),
    ('tlsa', NULL, 'tlsa-invalid', true),
    ('sts', 'enforce', 'certificate-expired', true),
    ('sts', 'enforce', 'odd', true),
    ('sts', 'testing', 'certificate-expired', false),
    ('sts', 'none', 'certificate-expired', false),
    ('sts', NULL, 'certificate-expired', false),
    ('no-policy-found', NULL, 'starttls-not-supported', false),
    ('sts', 'enforce', 'sts-policy-fetch-error', false),
    ('sts', 'enforce', 'sts-webpki-invalid', false)
  ) AS expected (policy_type, sts_mode, cause, withheld)
  WHERE withholds_mail(policy_type, sts_mode, cause) <> withheld
$$, 'mail is withheld where the policy demands it');

SELECT * FROM finish();
ROLLBACK;
