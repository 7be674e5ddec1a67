-- SPDX-License-Identifier: BSD-2-Clause
-- Reports, their roll-ups and the functions that fill them.

CREATE TABLE schema_version (
  version integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION schema_version() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT max(version) FROM schema_version
$$;

-- `day` is the UTC date of the period's start. It is part of the report, so
-- that the same report always meets itself in the same partition.
-- report_key: see sql/report-key.h. content_digest tells a second report under
-- the same key from the same report again. auth_domain '' = not authenticated.
CREATE TABLE report (
  day date NOT NULL,
  report_key uuid NOT NULL,
  content_digest bytea NOT NULL CHECK (octet_length(content_digest) = 32),
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  received_by text NOT NULL CHECK (octet_length(received_by) <= 255),
  auth_domain text NOT NULL CHECK (octet_length(auth_domain) <= 255),
  organization_name text NOT NULL
    CHECK (octet_length(organization_name) <= 1024),
  contact_info text CHECK (octet_length(contact_info) <= 1024),
  report_id text NOT NULL CHECK (octet_length(report_id) BETWEEN 1 AND 1024),
  period_start timestamptz NOT NULL,
  period_end timestamptz NOT NULL,
  extra jsonb CHECK (jsonb_typeof(extra) = 'object'),
  PRIMARY KEY (day, report_key),
  CHECK (day = (period_start AT TIME ZONE 'UTC')::date),
  CHECK (period_end >= period_start)
) PARTITION BY RANGE (day);

CREATE TABLE policy (
  day date NOT NULL,
  report_key uuid NOT NULL,
  policy_no smallint NOT NULL CHECK (policy_no >= 1),
  policy_type text NOT NULL CHECK (octet_length(policy_type) <= 128),
  policy_domain text NOT NULL CHECK (octet_length(policy_domain) <= 255),
  sts_mode text,
  policy_string text[] NOT NULL,
  mx_host text[] NOT NULL,
  successful_sessions bigint NOT NULL CHECK (successful_sessions >= 0),
  failed_sessions bigint NOT NULL CHECK (failed_sessions >= 0),
  extra jsonb CHECK (jsonb_typeof(extra) = 'object'),
  PRIMARY KEY (day, report_key, policy_no)
) PARTITION BY RANGE (day);

CREATE INDEX policy_domain_day ON policy (policy_domain, day);

-- No primary key: nothing refers to a row, and an index of it would be seven
-- times the size of the one below.
CREATE TABLE failure (
  day date NOT NULL,
  report_key uuid NOT NULL,
  policy_no smallint NOT NULL,
  failure_no integer NOT NULL,
  result_type text NOT NULL CHECK (octet_length(result_type) BETWEEN 1 AND 128),
  sending_mta_ip inet,
  receiving_mx_hostname text CHECK (octet_length(receiving_mx_hostname) <= 255),
  receiving_mx_helo text CHECK (octet_length(receiving_mx_helo) <= 1024),
  receiving_ip inet,
  failed_sessions bigint NOT NULL CHECK (failed_sessions >= 0),
  additional_information text,
  failure_reason_code text,
  extra jsonb CHECK (jsonb_typeof(extra) = 'object')
) PARTITION BY RANGE (day);

CREATE INDEX failure_report ON failure (day, report_key);
CREATE INDEX failure_type_day ON failure (result_type, day);

-- Filled by the program from its own table, so that both say the same.
CREATE TABLE result_type_info (
  result_type text PRIMARY KEY,
  category text NOT NULL,
  severity text NOT NULL,
  title text NOT NULL,
  explanation text NOT NULL,
  remedy text NOT NULL
);

-- Reports that the roll-ups do not contain yet. No index: an insert must cost
-- next to nothing, and a fold reads from the start.
CREATE TABLE outbox (
  day date NOT NULL,
  report_key uuid NOT NULL,
  has_failures boolean NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 5000
);

CREATE TABLE daily_domain (
  day date,
  policy_domain text,
  auth_domain text,
  organization_name text,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, policy_domain, auth_domain, organization_name)
);

CREATE TABLE daily_policy (
  day date,
  policy_domain text,
  auth_domain text,
  organization_name text,
  policy_type text,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, policy_domain, auth_domain, organization_name, policy_type)
);

CREATE TABLE daily_failure (
  day date,
  policy_domain text,
  auth_domain text,
  organization_name text,
  result_type text,
  receiving_mx_hostname text,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname)
);

CREATE INDEX daily_domain_domain ON daily_domain (policy_domain, day);
CREATE INDEX daily_policy_domain ON daily_policy (policy_domain, day);
CREATE INDEX daily_failure_domain ON daily_failure (policy_domain, day);
CREATE INDEX daily_failure_type ON daily_failure (result_type, day);

-- What looked like a report and was not counted. The id is made of reason,
-- content and who stood for it, so that the same mail again adds nothing.
CREATE TABLE quarantine (
  id uuid PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  received_by text NOT NULL,
  reason text NOT NULL CHECK (octet_length(reason) BETWEEN 1 AND 64),
  message text NOT NULL,
  envelope_sender text,
  queue_id text,
  part_name text,
  size bigint NOT NULL CHECK (size >= 0),
  raw bytea NOT NULL CHECK (octet_length(raw) <= 1048576),
  signed_by text[] NOT NULL,
  submitter text
);

CREATE INDEX quarantine_received_at ON quarantine (received_at);

-- The policy domains whose rows a tenant sees, as reports have them. The role
-- is its identifier, so that a role which is dropped and made again under the
-- same name begins with nothing, and one that is renamed keeps its domains.
CREATE TABLE tenant_domain (
  role regrole,
  policy_domain text CHECK (octet_length(policy_domain) BETWEEN 1 AND 255),
  PRIMARY KEY (role, policy_domain)
);

-- The default partitions take what is outside of the months made here, so
-- that no report is ever without a place. A month that already has rows there
-- keeps them there. A partition is attached rather than made in place, which
-- would wait for whoever reads the table, and every report behind it.
CREATE FUNCTION ensure_partitions(
  since date DEFAULT (now() - interval '14 months')::date,
  until date DEFAULT (now() + interval '13 months')::date
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  parent text;
  name text;
  month date;
  taken boolean;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(8460, 2);
  FOREACH parent IN ARRAY ARRAY['report', 'policy', 'failure'] LOOP
    IF to_regclass(parent || '_default') IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT',
        parent || '_default', parent);
    END IF;
    month := date_trunc('month', since)::date;
    WHILE month <= until LOOP
      name := parent || to_char(month, '_YYYYMM');
      IF to_regclass(name) IS NULL THEN
        EXECUTE format(
          'SELECT EXISTS (SELECT FROM %I WHERE day >= $1 AND day < $2)',
          parent || '_default')
          INTO taken USING month, (month + interval '1 month')::date;
        IF NOT taken THEN
          EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)',
            name, parent);
          EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            parent, name, month, (month + interval '1 month')::date);
          made := made + 1;
        END IF;
      END IF;
      month := (month + interval '1 month')::date;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

SELECT ensure_partitions();

-- The mode line of an MTA-STS policy (RFC 8461 section 3.2); the first counts.
CREATE FUNCTION sts_mode(policy_type text, policy_string text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN policy_type = 'sts' THEN (
    SELECT CASE WHEN mode IN ('enforce', 'testing', 'none') THEN mode END
    FROM unnest(policy_string) WITH ORDINALITY AS lines (line, number),
      btrim(substring(line FROM '^\s*mode:(.*)$'), E' \t\r\n') AS mode
    WHERE line ~ '^\s*mode:'
    ORDER BY number
    LIMIT 1
  ) END
$$;

-- The member `remarks` is the program's alone: views take it for a list.
CREATE FUNCTION add_remarks(extra text, remarks text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN cardinality(remarks) > 0 THEN
      coalesce(extra::jsonb, '{}')
      || jsonb_build_object('remarks', array_remove(remarks, NULL))
    ELSE extra::jsonb - 'remarks'
  END
$$;

-- Stores one report. True: stored by this call. False: the same report was
-- there. NULL: a report with this key and other content was there and stays.
-- Either way it is durable once the transaction has committed. Lists within a
-- list (policy strings, MX hosts) come as the text of an array. ON CONFLICT
-- waits for a transaction that is just storing the same report.
CREATE FUNCTION ingest(
  i_report_key uuid, i_content_digest bytea, i_received_by text,
  i_auth_domain text, i_organization_name text, i_contact_info text,
  i_report_id text, i_period_start bigint, i_period_end bigint, i_extra text,
  i_remarks text[],
  p_type text[], p_domain text[], p_string text[], p_mx_host text[],
  p_successful bigint[], p_failed bigint[], p_extra text[],
  f_policy smallint[], f_type text[], f_sending_ip inet[], f_host text[],
  f_helo text[], f_receiving_ip inet[], f_failed bigint[],
  f_information text[], f_reason text[], f_extra text[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  i_day date := (to_timestamp(i_period_start) AT TIME ZONE 'UTC')::date;
  policies integer := cardinality(p_type);
  failures integer := cardinality(f_type);
BEGIN
  IF (policies = ALL (ARRAY[cardinality(p_domain), cardinality(p_string),
      cardinality(p_mx_host), cardinality(p_successful), cardinality(p_failed),
      cardinality(p_extra)])) IS NOT TRUE
    OR (failures = ALL (ARRAY[cardinality(f_policy),
      cardinality(f_sending_ip), cardinality(f_host), cardinality(f_helo),
      cardinality(f_receiving_ip), cardinality(f_failed),
      cardinality(f_information), cardinality(f_reason),
      cardinality(f_extra)])) IS NOT TRUE
    OR EXISTS (SELECT FROM unnest(f_policy) AS number
      WHERE (number BETWEEN 1 AND policies) IS NOT TRUE)
  THEN
    RAISE EXCEPTION 'tlsrpt.ingest: the arrays do not fit together'
      USING ERRCODE = 'array_subscript_error';
  END IF;

  INSERT INTO report (day, report_key, content_digest, received_by,
    auth_domain, organization_name, contact_info, report_id, period_start,
    period_end, extra)
  VALUES (i_day, i_report_key, i_content_digest, i_received_by,
    i_auth_domain, i_organization_name, i_contact_info, i_report_id,
    to_timestamp(i_period_start), to_timestamp(i_period_end),
    add_remarks(i_extra, i_remarks))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN (SELECT CASE WHEN content_digest = i_content_digest THEN false END
      FROM report WHERE day = i_day AND report_key = i_report_key);
  END IF;

  INSERT INTO policy (day, report_key, policy_no, policy_type, policy_domain,
    sts_mode, policy_string, mx_host, successful_sessions, failed_sessions,
    extra)
  SELECT i_day, i_report_key, number, type, domain,
    sts_mode(type, string::text[]), string::text[], mx_host::text[],
    successful, failed, added::jsonb
  FROM unnest(p_type, p_domain, p_string, p_mx_host, p_successful, p_failed,
      p_extra) WITH ORDINALITY
    AS p (type, domain, string, mx_host, successful, failed, added, number);

  IF failures > 0 THEN
    INSERT INTO failure (day, report_key, policy_no, failure_no, result_type,
      sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip,
      failed_sessions, additional_information, failure_reason_code, extra)
    SELECT i_day, i_report_key, policy, number, type, sending_ip, host, helo,
      receiving_ip, failed, information, reason, added::jsonb
    FROM unnest(f_policy, f_type, f_sending_ip, f_host, f_helo,
        f_receiving_ip, f_failed, f_information, f_reason, f_extra)
      WITH ORDINALITY
      AS f (policy, type, sending_ip, host, helo, receiving_ip, failed,
        information, reason, added, number);
  END IF;

  INSERT INTO outbox (day, report_key, has_failures)
  VALUES (i_day, i_report_key, failures > 0);
  RETURN true;
END
$$;

-- The same for many reports in one transaction. p_report and f_report number
-- the report, from 1, that a row belongs to. Returns one value a report, as
-- ingest() does; of equal reports in one call the first is stored.
CREATE FUNCTION ingest_batch(
  r_report_key uuid[], r_content_digest bytea[], r_received_by text[],
  r_auth_domain text[], r_organization_name text[], r_contact_info text[],
  r_report_id text[], r_period_start bigint[], r_period_end bigint[],
  r_extra text[], r_remarks text[],
  p_type text[], p_domain text[], p_string text[], p_mx_host text[],
  p_successful bigint[], p_failed bigint[], p_extra text[],
  f_policy smallint[], f_type text[], f_sending_ip inet[], f_host text[],
  f_helo text[], f_receiving_ip inet[], f_failed bigint[],
  f_information text[], f_reason text[], f_extra text[],
  p_report integer[], p_number smallint[], f_report integer[],
  f_number integer[]
) RETURNS boolean[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  reports integer := cardinality(r_report_key);
  stored integer[];
BEGIN
  IF (reports = ALL (ARRAY[cardinality(r_content_digest),
      cardinality(r_received_by), cardinality(r_auth_domain),
      cardinality(r_organization_name), cardinality(r_contact_info),
      cardinality(r_report_id), cardinality(r_period_start),
      cardinality(r_period_end), cardinality(r_extra),
      cardinality(r_remarks)])) IS NOT TRUE
    OR (cardinality(p_type) = ALL (ARRAY[cardinality(p_domain),
      cardinality(p_string), cardinality(p_mx_host),
      cardinality(p_successful), cardinality(p_failed), cardinality(p_extra),
      cardinality(p_report), cardinality(p_number)])) IS NOT TRUE
    OR (cardinality(f_type) = ALL (ARRAY[cardinality(f_policy),
      cardinality(f_sending_ip), cardinality(f_host), cardinality(f_helo),
      cardinality(f_receiving_ip), cardinality(f_failed),
      cardinality(f_information), cardinality(f_reason), cardinality(f_extra),
      cardinality(f_report), cardinality(f_number)])) IS NOT TRUE
    OR EXISTS (SELECT FROM unnest(p_report) AS number
      WHERE (number BETWEEN 1 AND reports) IS NOT TRUE)
    OR EXISTS (SELECT * FROM unnest(f_report, f_policy)
      EXCEPT SELECT * FROM unnest(p_report, p_number))
  THEN
    RAISE EXCEPTION 'tlsrpt.ingest_batch: the arrays do not fit together'
      USING ERRCODE = 'array_subscript_error';
  END IF;

  WITH given AS (
    SELECT *, (to_timestamp(period_start) AT TIME ZONE 'UTC')::date AS day
    FROM unnest(r_report_key, r_content_digest, r_received_by, r_auth_domain,
        r_organization_name, r_contact_info, r_report_id, r_period_start,
        r_period_end, r_extra, r_remarks) WITH ORDINALITY
      AS r (report_key, content_digest, received_by, auth_domain,
        organization_name, contact_info, report_id, period_start, period_end,
        added, remarks, number)
  ), first_of_key AS (
    SELECT DISTINCT ON (day, report_key) * FROM given
    ORDER BY day, report_key, number
  ), new AS (
    INSERT INTO report (day, report_key, content_digest, received_by,
      auth_domain, organization_name, contact_info, report_id, period_start,
      period_end, extra)
    SELECT day, report_key, content_digest, received_by, auth_domain,
      organization_name, contact_info, report_id, to_timestamp(period_start),
      to_timestamp(period_end), add_remarks(added, remarks::text[])
    FROM first_of_key ORDER BY day, report_key
    ON CONFLICT DO NOTHING
    RETURNING day, report_key
  )
  SELECT coalesce(array_agg(number::integer), '{}') INTO stored
  FROM first_of_key JOIN new USING (day, report_key);

  INSERT INTO policy (day, report_key, policy_no, policy_type, policy_domain,
    sts_mode, policy_string, mx_host, successful_sessions, failed_sessions,
    extra)
  SELECT (to_timestamp(r_period_start[report]) AT TIME ZONE 'UTC')::date,
    r_report_key[report], number, type, domain,
    sts_mode(type, string::text[]), string::text[], mx_host::text[],
    successful, failed, added::jsonb
  FROM unnest(p_report, p_number, p_type, p_domain, p_string, p_mx_host,
      p_successful, p_failed, p_extra)
    AS p (report, number, type, domain, string, mx_host, successful, failed,
      added)
  WHERE report = ANY (stored);

  INSERT INTO failure (day, report_key, policy_no, failure_no, result_type,
    sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip,
    failed_sessions, additional_information, failure_reason_code, extra)
  SELECT (to_timestamp(r_period_start[report]) AT TIME ZONE 'UTC')::date,
    r_report_key[report], policy, number, type, sending_ip, host, helo,
    receiving_ip, failed, information, reason, added::jsonb
  FROM unnest(f_report, f_number, f_policy, f_type, f_sending_ip, f_host,
      f_helo, f_receiving_ip, f_failed, f_information, f_reason, f_extra)
    AS f (report, number, policy, type, sending_ip, host, helo, receiving_ip,
      failed, information, reason, added)
  WHERE report = ANY (stored);

  INSERT INTO outbox (day, report_key, has_failures)
  SELECT (to_timestamp(r_period_start[number]) AT TIME ZONE 'UTC')::date,
    r_report_key[number], number = ANY (f_report)
  FROM unnest(stored) AS number;

  RETURN (
    SELECT array_agg(CASE
        WHEN number = ANY (stored) THEN true
        WHEN report.content_digest = given.content_digest THEN false
      END ORDER BY number)
    FROM unnest(r_report_key, r_content_digest, r_period_start)
        WITH ORDINALITY
      AS given (report_key, content_digest, period_start, number)
    JOIN report
      ON report.day =
        (to_timestamp(given.period_start) AT TIME ZONE 'UTC')::date
      AND report.report_key = given.report_key
  );
END
$$;

CREATE FUNCTION quarantine(
  i_reason text, i_message text, i_envelope_sender text, i_queue_id text,
  i_received_by text, i_part_name text, i_size bigint, i_raw bytea,
  i_signed_by text[], i_submitter text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  INSERT INTO quarantine (id, reason, message, envelope_sender, queue_id,
    received_by, part_name, size, raw, signed_by, submitter)
  VALUES (
    encode(substr(sha256(
      convert_to(concat_ws(' ', i_reason, i_size, i_signed_by, i_submitter,
        ''), 'UTF8') || i_raw), 1, 16), 'hex')::uuid,
    i_reason, i_message, i_envelope_sender, i_queue_id, i_received_by,
    i_part_name, i_size, i_raw, i_signed_by, i_submitter)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
$$;

-- What the reports in the outbox will add to the roll-ups: read by fold(), and
-- by the views that have to be exact before it ran.
CREATE VIEW outbox_policy AS
SELECT outbox.day, outbox.report_key, policy.policy_domain,
  report.auth_domain, report.organization_name, policy.policy_type,
  policy.successful_sessions, policy.failed_sessions
FROM outbox
JOIN report USING (day, report_key)
JOIN policy USING (day, report_key);

-- Where a reporter lists the same sessions under tlsa and under sts, the larger
-- count is the truth; anything else adds up.
CREATE VIEW outbox_domain AS
SELECT day, report_key, policy_domain, auth_domain, organization_name,
  greatest(
    sum(successful_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(successful_sessions) FILTER (WHERE policy_type = 'sts'), 0)
  + coalesce(sum(successful_sessions)
    FILTER (WHERE policy_type NOT IN ('tlsa', 'sts')), 0)
  AS successful_sessions,
  greatest(
    sum(failed_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(failed_sessions) FILTER (WHERE policy_type = 'sts'), 0)
  + coalesce(sum(failed_sessions)
    FILTER (WHERE policy_type NOT IN ('tlsa', 'sts')), 0)
  AS failed_sessions
FROM outbox_policy
GROUP BY day, report_key, policy_domain, auth_domain, organization_name;

CREATE VIEW outbox_failure AS
SELECT outbox.day, outbox.report_key, policy.policy_domain,
  report.auth_domain, report.organization_name, failure.result_type,
  coalesce(failure.receiving_mx_hostname, '') AS receiving_mx_hostname,
  failure.failed_sessions
FROM outbox
JOIN report USING (day, report_key)
JOIN policy USING (day, report_key)
JOIN failure USING (day, report_key, policy_no)
WHERE outbox.has_failures;

-- Moves up to `batch` reports from the outbox into the roll-ups; returns how
-- many, or -1 while somebody else is at it. A long list of keys is looked up by
-- hash only where the planner sees it as a constant. Compiling a plan over so
-- many partitions takes longer than running it.
CREATE FUNCTION fold(batch integer DEFAULT 5000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  keys uuid[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(8460, 1) THEN
    RETURN -1;
  END IF;
  keys := ARRAY(SELECT report_key FROM outbox LIMIT batch);
  IF cardinality(keys) = 0 THEN
    RETURN 0;
  END IF;

  INSERT INTO daily_domain AS d (day, policy_domain, auth_domain,
    organization_name, reports, successful_sessions, failed_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, count(*),
    sum(successful_sessions), sum(failed_sessions)
  FROM outbox_domain
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name
  ON CONFLICT (day, policy_domain, auth_domain, organization_name) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  INSERT INTO daily_policy AS d (day, policy_domain, auth_domain,
    organization_name, policy_type, reports, successful_sessions,
    failed_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, policy_type,
    count(DISTINCT report_key), sum(successful_sessions), sum(failed_sessions)
  FROM outbox_policy
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name, policy_type
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    policy_type) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  INSERT INTO daily_failure AS d (day, policy_domain, auth_domain,
    organization_name, result_type, receiving_mx_hostname, failed_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname, sum(failed_sessions)
  FROM outbox_failure
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    result_type, receiving_mx_hostname) DO UPDATE
  SET failed_sessions = d.failed_sessions + excluded.failed_sessions;

  DELETE FROM outbox WHERE report_key = ANY (keys);
  RETURN cardinality(keys);
END
$$;

-- Removes what is older than so many days: of reports whole months, and what
-- lies outside of them, of roll-ups the days. Reports that the roll-ups do not
-- contain yet are added to them before, as they outlive them. Without `really`
-- only says what it would do. For the owner alone: who could execute this
-- could lose everything.
CREATE FUNCTION purge(
  retention integer, rollup_retention integer, really boolean
) RETURNS TABLE (removed text, before date, number bigint)
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp SET jit = off
AS $$
DECLARE
  today date := (now() AT TIME ZONE 'UTC')::date;
  part regclass;
  remove text;
BEGIN
  IF retention < 1 OR rollup_retention < retention THEN
    RAISE EXCEPTION 'tlsrpt.purge: roll-ups stay at least as long as reports'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF really THEN
    WHILE fold() > 0 LOOP
    END LOOP;
    IF EXISTS (SELECT FROM outbox WHERE day < today - retention) THEN
      RAISE EXCEPTION 'another process is adding reports to the roll-ups'
        USING ERRCODE = 'object_in_use';
    END IF;
  END IF;

  FOR part, removed, before IN
    SELECT inhrelid, relname, (month + interval '1 month')::date
    FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid,
      to_date(substring(relname FROM '_(\d{6})$'), 'YYYYMM') AS month
    WHERE inhparent IN ('report'::regclass, 'policy'::regclass,
        'failure'::regclass)
      AND month + interval '1 month' <= today - retention
    ORDER BY month, relname
  LOOP
    EXECUTE format('SELECT count(*) FROM %s', part) INTO number;
    IF number > 0 THEN
      IF really THEN
        EXECUTE format('DROP TABLE %s', part);
      END IF;
      RETURN NEXT;
    END IF;
  END LOOP;

  FOR removed, before IN VALUES
    ('report_default', today - retention),
    ('policy_default', today - retention),
    ('failure_default', today - retention),
    ('daily_domain', today - rollup_retention),
    ('daily_policy', today - rollup_retention),
    ('daily_failure', today - rollup_retention)
  LOOP
    remove := CASE WHEN really THEN
      'WITH gone AS (DELETE FROM %I WHERE day < $1 RETURNING 1)
      SELECT count(*) FROM gone'
    ELSE
      'SELECT count(*) FROM %I WHERE day < $1'
    END;
    EXECUTE format(remove, removed) INTO number USING before;
    IF number > 0 THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;
