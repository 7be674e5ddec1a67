-- SPDX-License-Identifier: BSD-2-Clause
-- Spreads reports over the workers of Citus: see SCALE in tlsrpt-schema(7), which
-- says what to do first, and what does not work there. This is not part of the
-- schema. Run it as a superuser, on the coordinator, with no daemon running, and
-- again after each "tlsreport db upgrade", which replaces functions:
--
--	psql -X -v ON_ERROR_STOP=1 -d dbname=tlsrpt -f citus.sql
--
-- The report, its policies and its failures have one key, report_key, and go to
-- one shard, so storing a report is one call on one worker. Each unique
-- constraint of these tables has the key in it, and there is no foreign key or
-- trigger. Roll-ups, alerts, quarantine, jobs and tenants stay on the
-- coordinator: daemons and dashboards connect to it as before.
--
-- What was tried: an earlier form of this file and of the schema, on Citus 13.2
-- and PostgreSQL 15, with a coordinator and two workers on one host. The tests
-- have no Citus; they refuse what it has refused then.

-- Nodes log in to each other as the owner, and as writers and readers.
ALTER ROLE tlsrpt_owner LOGIN;

-- Every query asks each shard: few are faster. Tables that hold rows keep them
-- on the coordinator, too, unseen, until truncate_local_data_after_distributing_
-- table() is called for each of them.
SELECT create_distributed_table('tlsrpt.report', 'report_key',
  colocate_with => 'none', shard_count => (
    SELECT greatest(1, 2 * count(*))::integer
    FROM citus_get_active_worker_nodes()))
WHERE 'tlsrpt.report'::regclass NOT IN (
  SELECT logicalrelid FROM pg_dist_partition);

SELECT create_distributed_table(name::regclass, 'report_key',
  colocate_with => 'tlsrpt.report')
FROM unnest(ARRAY['tlsrpt.policy', 'tlsrpt.failure', 'tlsrpt.outbox',
  'tlsrpt.folding', 'tlsrpt.folding_policy', 'tlsrpt.folding_failure']) AS name
WHERE name::regclass NOT IN (SELECT logicalrelid FROM pg_dist_partition);

-- What ingest() and the views look up there is on every node.
SELECT create_reference_table(name::regclass)
FROM unnest(ARRAY['tlsrpt.result_type_info', 'tlsrpt.reason_wording',
  'tlsrpt.trusted_signer']) AS name
WHERE name::regclass NOT IN (SELECT logicalrelid FROM pg_dist_partition);

-- Citus plans no query of a function in SQL that has parameters and reaches
-- these tables. In PL/pgSQL it does, which is slower on a server that is alone.
DO $$
DECLARE
  definition text;
BEGIN
  FOR definition IN
    SELECT replace(replace(pg_get_functiondef(oid),
        E'\n LANGUAGE sql\n', E'\n LANGUAGE plpgsql\n'),
      prosrc, format(E'\n#variable_conflict use_column\nBEGIN\n'
        '  RETURN QUERY%s;\nEND\n', prosrc))
    FROM pg_proc
    WHERE pronamespace = 'tlsrpt'::regnamespace
      AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')
      AND proname IN ('alert_found_failures', 'believed_signer', 'digest',
        'hosts_of', 'incidents', 'incidents_to_look_at', 'judge_rollout')
  LOOP
    EXECUTE definition;
  END LOOP;
END
$$;

-- As in the schema, but an alert at a time: Citus looks up nothing with a limit
-- for the rows of another table. Who is believed the roll-ups say.
CREATE OR REPLACE FUNCTION tlsrpt.describe_alerts(ids integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  about record;
  believed text[];
BEGIN
  FOR about IN
    SELECT a.*, r.unauthenticated
    FROM alert AS a
    JOIN alert_rule AS r ON r.name = a.rule
    WHERE a.alert_id = ANY (ids)
      AND a.result_type NOT IN ('failure-share', 'no-reports')
  LOOP
    believed := ARRAY(
      SELECT DISTINCT auth_domain
      FROM believed_failure(about.unauthenticated)
      WHERE day = about.last_day AND policy_domain = about.policy_domain
        AND cause = about.result_type
        AND receiving_mx_hostname = about.receiving_mx_hostname);
    WITH failures AS MATERIALIZED (
      SELECT one_line(f.failure_reason_code) AS code,
        host(f.receiving_ip) AS ip, f.failed_sessions
      FROM policy_failure AS f
      JOIN report USING (day, report_key)
      WHERE f.policy_domain = about.policy_domain AND f.day = about.last_day
        AND f.cause = about.result_type
        AND coalesce(f.receiving_mx_hostname, '') = about.receiving_mx_hostname
        AND auth_domain = ANY (believed)
      LIMIT 1000
    ), described AS MATERIALIZED (
      SELECT ARRAY(SELECT code FROM failures WHERE code <> ''
          GROUP BY code ORDER BY sum(failed_sessions) DESC, code LIMIT 5)
          AS codes,
        ARRAY(SELECT ip FROM failures WHERE ip IS NOT NULL
          GROUP BY ip ORDER BY sum(failed_sessions) DESC, ip LIMIT 10) AS ips
    )
    UPDATE alert SET reason_codes = codes, receiving_ips = ips
    FROM described
    WHERE alert_id = about.alert_id
      AND (reason_codes, receiving_ips) IS DISTINCT FROM (codes, ips);
  END LOOP;
END
$$;

-- "tlsreport db status" shows what a table takes on all nodes.
CREATE OR REPLACE FUNCTION tlsrpt.relation_size(relation regclass)
RETURNS bigint
LANGUAGE sql STABLE
AS $$
  SELECT CASE WHEN relation IN (SELECT logicalrelid FROM pg_dist_partition)
    THEN citus_total_relation_size(relation)
    ELSE pg_total_relation_size(relation) END
$$;

-- Workers call these.
SELECT create_distributed_function(oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'tlsrpt'::regnamespace
  AND proname IN ('add_remarks', 'allow_failure', 'allow_policy',
    'allow_report', 'believed_signer', 'count_sessions', 'failure_severity',
    'is_below', 'is_object', 'one_line', 'refuse', 'reporter_text',
    'sts_max_age', 'sts_mode', 'today', 'utc_text', 'withholds_mail');
SELECT create_distributed_function(oid::regprocedure, 'r_report_key',
  colocate_with => 'tlsrpt.report')
FROM pg_proc
WHERE pronamespace = 'tlsrpt'::regnamespace AND proname = 'ingest';

-- Workers get the tables of a view, not the view: a reader needs them, and sees
-- what the view leaves out. This is why Citus is not for tenants.
GRANT SELECT ON tlsrpt.report, tlsrpt.policy, tlsrpt.failure, tlsrpt.outbox,
  tlsrpt.folding, tlsrpt.reason_wording, tlsrpt.trusted_signer, tlsrpt.alert,
  tlsrpt.report_loop, tlsrpt.domain_policy, tlsrpt.domain_reporter,
  tlsrpt.daily_domain, tlsrpt.daily_domain_sum, tlsrpt.daily_failure,
  tlsrpt.daily_policy, tlsrpt.daily_policy_sum, tlsrpt.daily_received,
  tlsrpt.daily_remark, tlsrpt.daily_reporter, tlsrpt.daily_reporter_sum,
  tlsrpt.daily_type_sum TO tlsrpt_reader;
