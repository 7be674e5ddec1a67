-- SPDX-License-Identifier: BSD-2-Clause
-- What the roles may do, asked of the catalog for everything in the schemas,
-- and tried where there could be a way around.
\ir begin.psql
SELECT plan(40);

CREATE VIEW test.role AS
SELECT unnest(ARRAY['tlsrpt_writer', 'tlsrpt_reader', 'tlsrpt_operator',
  'tlsrpt_tenant', 'public']) AS role;
CREATE VIEW test.relation AS
SELECT oid, relname::text, relnamespace::regnamespace::text AS schema, relkind,
  relowner, format('%I.%I', relnamespace::regnamespace, relname) AS name
FROM pg_class
WHERE relnamespace IN ('tlsrpt'::regnamespace, 'tlsrpt_tenant'::regnamespace)
  AND relkind NOT IN ('i', 'I');
CREATE VIEW test.right AS
SELECT role, schema, relname, privilege
FROM test.role, test.relation,
  unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
    'REFERENCES', 'TRIGGER']) AS privilege
WHERE has_table_privilege(role, oid, privilege)
  OR privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
    AND has_any_column_privilege(role, oid, privilege);
CREATE VIEW test.call AS
SELECT role, pronamespace::regnamespace::text AS schema, proname::text
FROM test.role, pg_proc
WHERE pronamespace IN ('tlsrpt'::regnamespace, 'tlsrpt_tenant'::regnamespace)
  AND has_function_privilege(role, pg_proc.oid, 'EXECUTE');

SELECT is_empty($$SELECT * FROM test.right WHERE role = 'tlsrpt_writer'$$,
  'the writer has no right on any table, partition or view');
SELECT is_empty($$SELECT * FROM test.right WHERE role = 'public'$$,
  'nor has everybody');
SELECT set_eq($$SELECT schema, relname FROM test.right
    WHERE role = 'tlsrpt_reader' AND privilege = 'SELECT'$$,
  $$SELECT 'tlsrpt', unnest(ARRAY['v_report', 'v_policy', 'v_failure',
    'v_daily_domain', 'v_daily_policy', 'v_daily_failure', 'v_reporter',
    'v_alert', 'v_incident', 'v_rollout', 'v_alert_rule', 'v_alert_channel',
    'v_daily_reporter_sum', 'v_daily_type_sum', 'v_daily_domain_sum',
    'v_daily_policy_sum', 'v_domain_reporter', 'v_domain_policy',
    'v_report_loop', 'result_type_info', 'v_observation',
    'v_trusted_signer'])$$,
  'the reader reads the views');
SELECT set_eq($$SELECT schema, relname FROM test.right
    WHERE role = 'tlsrpt_tenant' AND privilege = 'SELECT'$$,
  $$SELECT 'tlsrpt_tenant', unnest(ARRAY['v_report', 'v_policy', 'v_failure',
    'v_daily_domain', 'v_daily_policy', 'v_daily_failure', 'v_reporter',
    'v_alert', 'v_incident', 'v_rollout', 'v_observation', 'result_type_info',
    'v_daily_reporter_sum', 'v_daily_type_sum', 'v_daily_domain_sum',
    'v_daily_policy_sum', 'v_domain_reporter', 'v_domain_policy',
    'v_report_loop', 'own_domain', 'own_host'])$$,
  'the tenant reads his');
SELECT is_empty($$SELECT * FROM test.right WHERE privilege <> 'SELECT'
    AND role <> 'tlsrpt_operator'$$, 'and they change nothing');
SELECT set_eq($$SELECT relname, privilege FROM test.right
    WHERE role = 'tlsrpt_operator' EXCEPT SELECT relname, privilege
    FROM test.right WHERE role = 'tlsrpt_reader'$$,
  $$VALUES ('quarantine', 'SELECT'), ('quarantine', 'DELETE'),
    ('alert_rule', 'SELECT'), ('alert_rule', 'INSERT'),
    ('alert_rule', 'UPDATE'), ('alert_rule', 'DELETE'),
    ('trusted_signer', 'SELECT'), ('trusted_signer', 'INSERT'),
    ('trusted_signer', 'DELETE')$$,
  'the operator looks after the quarantine and rules');
SELECT set_eq($$SELECT schema, proname FROM test.call
    WHERE role = 'tlsrpt_writer'$$,
  $$SELECT 'tlsrpt', unnest(ARRAY['ingest', 'ingest_batch', 'quarantine',
    'fold', 'find_loops', 'put_off_report', 'ensure_partitions', 'purge_quarantine',
    'schema_version', 'evaluate_alerts', 'skip_alerts',
    'judge_domains', 'put_off_domain',
    'claim_alerts', 'finish_alerts', 'acknowledge_alert',
    'acknowledge_incidents', 'incidents_to_look_at', 'note_now', 'claim_domains_to_watch', 'note_observation', 'unresolved_incidents', 'incident_counts',
    'incidents', 'incident_texts', 'digest', 'claim_digest', 'alert_channels', 'health', 'collation_change',
    'utc_text', 'one_line', 'reporter_text', 'trusted_signers',
    'incident_weight'])$$,
  'the writer has its functions');
SELECT set_eq($$SELECT schema, proname FROM test.call
    WHERE role NOT IN ('tlsrpt_writer', 'tlsrpt_operator')$$,
  $$VALUES ('tlsrpt', 'schema_version'), ('tlsrpt', 'health'),
    ('tlsrpt', 'status'), ('tlsrpt', 'collation_change'),
    ('tlsrpt', 'alert_channels'), ('tlsrpt', 'utc_text'),
    ('tlsrpt', 'one_line'), ('tlsrpt', 'reporter_text'),
    ('tlsrpt', 'trusted_signers'),
    ('tlsrpt_tenant', 'reporter_text'), ('tlsrpt_tenant', 'schema_version'),
    ('tlsrpt', 'withholds_mail'), ('tlsrpt', 'failure_severity'),
    ('tlsrpt_tenant', 'utc_text'), ('tlsrpt_tenant', 'one_line'),
    ('tlsrpt_tenant', 'failure_severity'),
    ('tlsrpt', 'count_sessions'), ('tlsrpt', 'incidents'),
    ('tlsrpt', 'rollout'), ('tlsrpt', 'incident_weight'),
    ('tlsrpt_tenant', 'incident_weight'),
    ('tlsrpt_tenant', 'incidents'), ('tlsrpt', 'incident_changes'),
    ('tlsrpt', 'incident_texts'), ('tlsrpt_tenant', 'incident_texts'),
    ('tlsrpt', 'digest'), ('tlsrpt_tenant', 'digest'),
    ('tlsrpt', 'mx_hosts'), ('tlsrpt_tenant', 'mx_hosts'),
    ('tlsrpt', 'domain_sums'), ('tlsrpt', 'policy_sums'),
    ('tlsrpt', 'failure_sums'), ('tlsrpt_tenant', 'domain_sums'),
    ('tlsrpt_tenant', 'policy_sums'), ('tlsrpt_tenant', 'failure_sums'),
    ('tlsrpt_tenant', 'rollout')$$,
  'the others change nothing');
SELECT set_eq($$SELECT schema, proname FROM test.call
    WHERE role = 'tlsrpt_operator' EXCEPT SELECT schema, proname
    FROM test.call WHERE role = 'tlsrpt_reader'$$,
  $$SELECT 'tlsrpt', unnest(ARRAY['ingest', 'ingest_batch',
    'acknowledge_alert', 'acknowledge_incidents', 'review_alerts',
    'test_alert_rule'])$$,
  'the operator acts, and stores what was refused');
SELECT is_empty($$SELECT * FROM test.call WHERE role = 'public'$$,
  'everybody has none');
SELECT set_eq($$SELECT role, name FROM test.role,
    unnest(ARRAY['tlsrpt', 'tlsrpt_tenant']) AS name
    WHERE has_schema_privilege(role, name, 'USAGE')$$,
  $$VALUES ('tlsrpt_writer', 'tlsrpt'), ('tlsrpt_reader', 'tlsrpt'),
    ('tlsrpt_operator', 'tlsrpt'), ('tlsrpt_tenant', 'tlsrpt_tenant')$$,
  'each has one schema to look into');
SELECT is_empty($$SELECT role, name FROM test.role,
    unnest(ARRAY['tlsrpt', 'tlsrpt_tenant']) AS name
    WHERE has_schema_privilege(role, name, 'CREATE')$$,
  'and none to make something in');
SELECT set_eq($$SELECT a.role AS a, b.role AS b
    FROM test.role AS a, test.role AS b
    WHERE a.role <> b.role AND 'public' NOT IN (a.role, b.role)
    AND pg_has_role(a.role, b.role, 'MEMBER')$$,
  $$VALUES ('tlsrpt_operator', 'tlsrpt_reader')$$,
  'only operators are members of another, as readers');
SELECT is_empty($$SELECT role FROM test.role
    WHERE role <> 'public' AND pg_has_role(role, 'tlsrpt_owner', 'MEMBER')$$,
  'nor of the owner');
SELECT is_empty($$SELECT proname FROM pg_proc
    WHERE pronamespace IN ('tlsrpt'::regnamespace,
      'tlsrpt_tenant'::regnamespace) AND prosecdef
    AND NOT coalesce('search_path=tlsrpt, pg_temp' = ANY (proconfig), false)
  $$, 'no function with its owner''s rights trusts a search_path');
SELECT is_empty($$SELECT name FROM test.relation
    WHERE relowner <> 'tlsrpt_owner'::regrole$$,
  'everything belongs to the owner role');
SELECT is_empty($$SELECT name FROM test.relation JOIN pg_class USING (oid)
    WHERE schema = 'tlsrpt_tenant' AND relation.relname <> 'result_type_info'
    AND NOT coalesce('security_barrier=true' = ANY (reloptions), false)$$,
  'whatever a tenant reads is behind a barrier');

-- test.reached(): what a role gets at, of all tables and partitions and, for
-- tenants, of the views of the reader.
CREATE FUNCTION test.is_denied(statement text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN false;
EXCEPTION WHEN insufficient_privilege OR wrong_object_type THEN
  RETURN true;
END
$$;
CREATE FUNCTION test.reached(role name, format text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  name text;
  names text[] := ARRAY(SELECT relation.name FROM test.relation
    WHERE relkind IN ('r', 'p') AND relname <> 'result_type_info' OR role = 'tlsrpt_tenant' AND schema = 'tlsrpt');
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  FOREACH name IN ARRAY names LOOP
    IF NOT test.is_denied(format(format, name)) THEN
      RETURN NEXT name;
    END IF;
  END LOOP;
  RESET ROLE;
END
$$;
CREATE SCHEMA own;
GRANT ALL ON SCHEMA own TO PUBLIC;
GRANT EXECUTE ON FUNCTION test.is_denied TO PUBLIC;

SELECT cmp_ok((SELECT count(*)::integer FROM test.relation
    WHERE relkind IN ('r', 'p') AND relname ~ '_[0-9]{6}$'), '>', 80,
  'there are partitions to try');
SELECT is_empty(format('SELECT * FROM test.reached(%L, %L)', role, statement),
  role || ': ' || statement)
FROM unnest(ARRAY['tlsrpt_writer', 'tlsrpt_reader', 'tlsrpt_tenant']) AS role,
  unnest(ARRAY['SELECT FROM %s', 'SELECT FROM %s TABLESAMPLE SYSTEM (100)',
    'INSERT INTO %s DEFAULT VALUES', 'CREATE TABLE own.copy (LIKE %s)',
    'CREATE TABLE own.child () INHERITS (%s)',
    'CREATE TABLE own.child PARTITION OF %s DEFAULT',
    'CREATE TABLE own.parent (day date) PARTITION BY RANGE (day);'
    'ALTER TABLE own.parent ATTACH PARTITION %s DEFAULT'])
    AS statement;

ANALYZE tlsrpt.policy, tlsrpt.tenant_domain, tlsrpt.result_type_info;
SET LOCAL ROLE tlsrpt_tenant;
SELECT is((SELECT count(*)::integer FROM pg_stats
    WHERE schemaname LIKE 'tlsrpt%'), 0, 'statistics tell a tenant nothing');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
