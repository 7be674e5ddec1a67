-- SPDX-License-Identifier: BSD-2-Clause
-- How reports come in.

-- The mode line of an MTA-STS policy (RFC 8461 section 3.2); the first counts.
-- Most policies have it in their second line, where it is found without a
-- regular expression, which takes a tenth of what it takes to store a row.
-- This and the next are of a form that the planner puts in place of a call,
-- which takes longer than to store a row: no query within, and no less stable
-- than what they use.
CREATE OR REPLACE FUNCTION sts_mode(policy_type text, policy_string text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN policy_type <> 'sts' THEN NULL
    WHEN policy_string[1] = 'version: STSv1' AND policy_string[2] IN
      ('mode: enforce', 'mode: testing', 'mode: none')
      THEN substr(policy_string[2], 7)
    ELSE substring(
      btrim(substring(array_to_string(policy_string, E'\n')
        FROM '(?n)^[[:space:]]*mode:(.*)$'), E' \t\r')
      FROM '^(?:enforce|testing|none)$')
  END
$$;

-- The member `remarks` is the program's alone: views take it for a list.
CREATE OR REPLACE FUNCTION add_remarks(extra text, remarks text[]) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN cardinality(remarks) > 0 THEN
      coalesce(extra::jsonb, '{}')
      || jsonb_build_object('remarks', array_remove(remarks, NULL))
    ELSE extra::jsonb - 'remarks'
  END
$$;

-- Was for arrays that came as text.
DROP FUNCTION IF EXISTS text_list(text);

-- What is stored keeps to limits. Constraints of the tables would be looked up
-- and prepared for each row of each partition, which takes as long as to store
-- a report does. STRICT: what is NULL is within them.
CREATE OR REPLACE FUNCTION refuse(name text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT
AS $$
BEGIN
  RAISE EXCEPTION 'tlsrpt: % is outside of its limits', name
    USING ERRCODE = 'check_violation', COLUMN = name;
END
$$;

-- The functions from here to ingest() are true, or end with an error that names
-- the column. They are of the form that is put in place of a call, too. That
-- `extra` is JSON is found out where it becomes that.
CREATE OR REPLACE FUNCTION is_object(extra text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ltrim(extra, E' \t\n\r') LIKE '{%'
$$;

CREATE OR REPLACE FUNCTION allow_report(
  content_digest bytea, received_by text, auth_domain text,
  organization_name text, contact_info text, report_id text,
  period_start bigint, period_end bigint, extra text
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT refuse(CASE
    WHEN octet_length(content_digest) <> 32 THEN 'content_digest'
    WHEN octet_length(received_by) > 255 THEN 'received_by'
    WHEN octet_length(auth_domain) > 255 THEN 'auth_domain'
    WHEN octet_length(organization_name) > 1024 THEN 'organization_name'
    WHEN octet_length(contact_info) > 1024 THEN 'contact_info'
    WHEN octet_length(report_id) NOT BETWEEN 1 AND 1024 THEN 'report_id'
    WHEN period_end < period_start THEN 'period_end'
    WHEN NOT is_object(extra) THEN 'extra'
  END) IS NULL
$$;

CREATE OR REPLACE FUNCTION allow_policy(
  policy_no bigint, policy_type text, policy_domain text,
  successful_sessions bigint, failed_sessions bigint, extra text
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT refuse(CASE
    WHEN policy_no < 1 THEN 'policy_no'
    WHEN octet_length(policy_type) > 128 THEN 'policy_type'
    WHEN octet_length(policy_domain) > 255 THEN 'policy_domain'
    WHEN successful_sessions < 0 THEN 'successful_sessions'
    WHEN failed_sessions < 0 THEN 'failed_sessions'
    WHEN NOT is_object(extra) THEN 'extra'
  END) IS NULL
$$;

CREATE OR REPLACE FUNCTION allow_failure(
  result_type text, receiving_mx_hostname text, receiving_mx_helo text,
  failed_sessions bigint, extra text
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT refuse(CASE
    WHEN octet_length(result_type) NOT BETWEEN 1 AND 128 THEN 'result_type'
    WHEN octet_length(receiving_mx_hostname) > 255 THEN 'receiving_mx_hostname'
    WHEN octet_length(receiving_mx_helo) > 1024 THEN 'receiving_mx_helo'
    WHEN failed_sessions < 0 THEN 'failed_sessions'
    WHEN NOT is_object(extra) THEN 'extra'
  END) IS NULL
$$;

-- Arguments have the names and the order of the table in report-params.c. A new
-- one stands at the end, with a default, and no other caller has to know.

-- Stores one report. True: stored by this call. False: the same report was
-- there. NULL: a report with this key and other content was there and stays.
-- Either way it is durable once the transaction has committed. Lists within a
-- list (policy strings, MX hosts) come as the text of an array. ON CONFLICT
-- waits for a transaction that is just storing the same report. A plan made for
-- the values of one report would have to be made again for the next. Arrays of
-- which nothing is asked but their elements are read by unnest() in the list of
-- what is selected: as tables, each would first be copied.
CREATE OR REPLACE FUNCTION ingest(
  r_report_key uuid, r_content_digest bytea, r_received_by text,
  r_auth_domain text, r_organization_name text, r_contact_info text,
  r_report_id text, r_period_start bigint, r_period_end bigint, r_extra text,
  r_remarks text[],
  p_policy_type text[], p_policy_domain text[], p_policy_string text[],
  p_mx_host text[], p_successful_sessions bigint[], p_failed_sessions bigint[],
  p_extra text[],
  f_policy smallint[], f_result_type text[], f_sending_mta_ip inet[],
  f_receiving_mx_hostname text[], f_receiving_mx_helo text[],
  f_receiving_ip inet[], f_failed_sessions bigint[],
  f_additional_information text[], f_failure_reason_code text[],
  f_extra text[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  i_day date := (to_timestamp(r_period_start) AT TIME ZONE 'UTC')::date;
  policies integer := cardinality(p_policy_type);
  failures integer := cardinality(f_result_type);
BEGIN
  -- What asks no table, and is no query, is evaluated for next to nothing.
  IF (policies = ALL (ARRAY[cardinality(p_policy_domain),
      cardinality(p_policy_string), cardinality(p_mx_host),
      cardinality(p_successful_sessions), cardinality(p_failed_sessions),
      cardinality(p_extra)])) IS NOT TRUE
    OR (failures = ALL (ARRAY[cardinality(f_policy),
      cardinality(f_sending_mta_ip), cardinality(f_receiving_mx_hostname),
      cardinality(f_receiving_mx_helo),
      cardinality(f_receiving_ip), cardinality(f_failed_sessions),
      cardinality(f_additional_information), cardinality(f_failure_reason_code),
      cardinality(f_extra)])) IS NOT TRUE
    OR (1 <= ALL (f_policy) AND policies >= ALL (f_policy)) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'tlsrpt.ingest: the arrays do not fit together'
      USING ERRCODE = 'array_subscript_error';
  END IF;

  INSERT INTO report (day, report_key, content_digest, received_by,
    auth_domain, organization_name, contact_info, report_id, period_start,
    period_end, extra)
  SELECT i_day, r_report_key, r_content_digest, r_received_by,
    r_auth_domain, r_organization_name, r_contact_info, r_report_id,
    to_timestamp(r_period_start), to_timestamp(r_period_end),
    add_remarks(r_extra, r_remarks)
  WHERE allow_report(r_content_digest, r_received_by, r_auth_domain,
    r_organization_name, r_contact_info, r_report_id, r_period_start,
    r_period_end, r_extra)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN (SELECT CASE WHEN content_digest = r_content_digest THEN false END
      FROM report WHERE day = i_day AND report_key = r_report_key);
  END IF;

  INSERT INTO policy (day, report_key, policy_no, policy_type, policy_domain,
    sts_mode, policy_string, mx_host, successful_sessions, failed_sessions,
    extra)
  SELECT i_day, r_report_key, policy_no, policy_type, policy_domain,
    sts_mode(policy_type, policy_string), policy_string, mx_host::text[],
    successful_sessions, failed_sessions, extra::jsonb
  FROM (
    SELECT generate_series(1, policies) AS policy_no,
      unnest(p_policy_type) AS policy_type,
      unnest(p_policy_domain) AS policy_domain,
      unnest(p_policy_string)::text[] AS policy_string,
      unnest(p_mx_host) AS mx_host,
      unnest(p_successful_sessions) AS successful_sessions,
      unnest(p_failed_sessions) AS failed_sessions, unnest(p_extra) AS extra
  ) AS given
  WHERE allow_policy(policy_no, policy_type, policy_domain,
    successful_sessions, failed_sessions, extra);

  IF failures > 0 THEN
    INSERT INTO failure (day, report_key, policy_no, failure_no, result_type,
      sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip,
      failed_sessions, additional_information, failure_reason_code, extra)
    SELECT i_day, r_report_key, policy_no, failure_no, result_type,
      sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip,
      failed_sessions, additional_information, failure_reason_code,
      extra::jsonb
    FROM (
      SELECT unnest(f_policy) AS policy_no,
        generate_series(1, failures) AS failure_no,
        unnest(f_result_type) AS result_type,
        unnest(f_sending_mta_ip) AS sending_mta_ip,
        unnest(f_receiving_mx_hostname) AS receiving_mx_hostname,
        unnest(f_receiving_mx_helo) AS receiving_mx_helo,
        unnest(f_receiving_ip) AS receiving_ip,
        unnest(f_failed_sessions) AS failed_sessions,
        unnest(f_additional_information) AS additional_information,
        unnest(f_failure_reason_code) AS failure_reason_code,
        unnest(f_extra) AS extra
    ) AS given
    WHERE allow_failure(result_type, receiving_mx_hostname, receiving_mx_helo,
      failed_sessions, extra);
  END IF;

  INSERT INTO outbox (day, report_key, has_failures, size, trusted)
  SELECT i_day, r_report_key, failures > 0, 1 + policies + failures,
    EXISTS (SELECT 1 FROM believed_signer(r_auth_domain, false));
  RETURN true;
END
$$;

-- The same for many reports in one transaction. p_report and f_report number
-- the report, from 1, that a row belongs to. Returns one value a report, as
-- ingest() does; of equal reports in one call the first is stored.
CREATE OR REPLACE FUNCTION ingest_batch(
  r_report_key uuid[], r_content_digest bytea[], r_received_by text[],
  r_auth_domain text[], r_organization_name text[], r_contact_info text[],
  r_report_id text[], r_period_start bigint[], r_period_end bigint[],
  r_extra text[], r_remarks text[],
  p_policy_type text[], p_policy_domain text[], p_policy_string text[],
  p_mx_host text[], p_successful_sessions bigint[], p_failed_sessions bigint[],
  p_extra text[],
  f_policy smallint[], f_result_type text[], f_sending_mta_ip inet[],
  f_receiving_mx_hostname text[], f_receiving_mx_helo text[],
  f_receiving_ip inet[], f_failed_sessions bigint[],
  f_additional_information text[], f_failure_reason_code text[],
  f_extra text[],
  p_report integer[], p_number smallint[], f_report integer[],
  f_number integer[]
) RETURNS boolean[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
DECLARE
  reports integer := cardinality(r_report_key);
  days date[] := ARRAY(
    SELECT (to_timestamp(start) AT TIME ZONE 'UTC')::date
    FROM unnest(r_period_start) AS start);
  believed boolean[] := ARRAY(
    SELECT EXISTS (SELECT FROM believed_signer(auth_domain, false))
    FROM unnest(r_auth_domain) AS auth_domain);
  is_new boolean[];
BEGIN
  IF (reports = ALL (ARRAY[cardinality(r_content_digest),
      cardinality(r_received_by), cardinality(r_auth_domain),
      cardinality(r_organization_name), cardinality(r_contact_info),
      cardinality(r_report_id), cardinality(r_period_start),
      cardinality(r_period_end), cardinality(r_extra),
      cardinality(r_remarks)])) IS NOT TRUE
    OR (cardinality(p_policy_type) = ALL (ARRAY[cardinality(p_policy_domain),
      cardinality(p_policy_string), cardinality(p_mx_host),
      cardinality(p_successful_sessions), cardinality(p_failed_sessions),
      cardinality(p_extra), cardinality(p_report),
      cardinality(p_number)])) IS NOT TRUE
    OR (cardinality(f_result_type) = ALL (ARRAY[cardinality(f_policy),
      cardinality(f_sending_mta_ip), cardinality(f_receiving_mx_hostname),
      cardinality(f_receiving_mx_helo),
      cardinality(f_receiving_ip), cardinality(f_failed_sessions),
      cardinality(f_additional_information),
      cardinality(f_failure_reason_code), cardinality(f_extra),
      cardinality(f_report), cardinality(f_number)])) IS NOT TRUE
    OR EXISTS (SELECT FROM unnest(p_report) AS number
      WHERE (number BETWEEN 1 AND reports) IS NOT TRUE)
    OR EXISTS (SELECT * FROM unnest(f_report, f_policy)
      EXCEPT SELECT * FROM unnest(p_report, p_number))
  THEN
    RAISE EXCEPTION 'tlsrpt.ingest_batch: the arrays do not fit together'
      USING ERRCODE = 'array_subscript_error';
  END IF;

  WITH first_of_key AS MATERIALIZED (
    SELECT DISTINCT ON (day, report_key) *
    FROM (
      SELECT generate_series(1, reports) AS number, unnest(days) AS day,
        unnest(r_report_key) AS report_key,
        unnest(r_content_digest) AS content_digest,
        unnest(r_received_by) AS received_by,
        unnest(r_auth_domain) AS auth_domain,
        unnest(r_organization_name) AS organization_name,
        unnest(r_contact_info) AS contact_info,
        unnest(r_report_id) AS report_id,
        unnest(r_period_start) AS period_start,
        unnest(r_period_end) AS period_end, unnest(r_extra) AS extra,
        unnest(r_remarks) AS remarks, unnest(believed) AS trusted
    ) AS given
    ORDER BY day, report_key, number
  ), new AS (
    INSERT INTO report (day, report_key, content_digest, received_by,
      auth_domain, organization_name, contact_info, report_id, period_start,
      period_end, extra)
    SELECT day, report_key, content_digest, received_by, auth_domain,
      organization_name, contact_info, report_id, to_timestamp(period_start),
      to_timestamp(period_end), add_remarks(extra, remarks::text[])
    FROM first_of_key
    WHERE allow_report(content_digest, received_by, auth_domain,
      organization_name, contact_info, report_id, period_start, period_end,
      extra)
    ON CONFLICT DO NOTHING
    RETURNING day, report_key
  ), stored AS (
    SELECT number, day, report_key, trusted
    FROM first_of_key JOIN new USING (day, report_key)
  ), queued AS (
    INSERT INTO outbox (day, report_key, has_failures, size, trusted)
    SELECT day, report_key, number IN (SELECT unnest(f_report)),
      1 + coalesce(parts, 0), trusted
    FROM stored
    LEFT JOIN (
      SELECT number, count(*) AS parts
      FROM unnest(p_report || f_report) AS number
      GROUP BY number
    ) AS counted USING (number)
  )
  SELECT coalesce(array_agg(stored.number IS NOT NULL ORDER BY number), '{}')
  INTO is_new
  FROM generate_series(1, reports) AS number
  LEFT JOIN stored USING (number);

  INSERT INTO policy (day, report_key, policy_no, policy_type, policy_domain,
    sts_mode, policy_string, mx_host, successful_sessions, failed_sessions,
    extra)
  SELECT days[report], r_report_key[report], policy_no, policy_type,
    policy_domain, sts_mode(policy_type, policy_string), policy_string,
    mx_host::text[], successful_sessions, failed_sessions, extra::jsonb
  FROM (
    SELECT unnest(p_report) AS report, unnest(p_number) AS policy_no,
      unnest(p_policy_type) AS policy_type,
      unnest(p_policy_domain) AS policy_domain,
      unnest(p_policy_string)::text[] AS policy_string,
      unnest(p_mx_host) AS mx_host,
      unnest(p_successful_sessions) AS successful_sessions,
      unnest(p_failed_sessions) AS failed_sessions, unnest(p_extra) AS extra
  ) AS given
  WHERE is_new[report]
    AND allow_policy(policy_no, policy_type, policy_domain,
      successful_sessions, failed_sessions, extra);

  INSERT INTO failure (day, report_key, policy_no, failure_no, result_type,
    sending_mta_ip, receiving_mx_hostname, receiving_mx_helo, receiving_ip,
    failed_sessions, additional_information, failure_reason_code, extra)
  SELECT days[report], r_report_key[report], policy_no, failure_no,
    result_type, sending_mta_ip, receiving_mx_hostname, receiving_mx_helo,
    receiving_ip, failed_sessions, additional_information, failure_reason_code,
    extra::jsonb
  FROM (
    SELECT unnest(f_report) AS report, unnest(f_policy) AS policy_no,
      unnest(f_number) AS failure_no, unnest(f_result_type) AS result_type,
      unnest(f_sending_mta_ip) AS sending_mta_ip,
      unnest(f_receiving_mx_hostname) AS receiving_mx_hostname,
      unnest(f_receiving_mx_helo) AS receiving_mx_helo,
      unnest(f_receiving_ip) AS receiving_ip,
      unnest(f_failed_sessions) AS failed_sessions,
      unnest(f_additional_information) AS additional_information,
      unnest(f_failure_reason_code) AS failure_reason_code,
      unnest(f_extra) AS extra
  ) AS given
  WHERE is_new[report]
    AND allow_failure(result_type, receiving_mx_hostname, receiving_mx_helo,
      failed_sessions, extra);

  IF true = ALL (is_new) THEN
    RETURN is_new;
  END IF;
  RETURN (
    WITH kept AS MATERIALIZED (
      SELECT number, report.content_digest = given.content_digest AS same
      FROM unnest(days, r_report_key, r_content_digest) WITH ORDINALITY
        AS given (day, report_key, content_digest, number)
      JOIN report USING (day, report_key)
      WHERE NOT is_new[number]
    )
    SELECT array_agg(CASE WHEN is_new[number] THEN true
        WHEN same THEN false END ORDER BY number)
    FROM generate_series(1, reports) AS number
    LEFT JOIN kept USING (number)
  );
END
$$;

-- The same content for the same reason is kept once. Where there is none, or
-- only its beginning, the message that it came in says which one it is.
CREATE OR REPLACE FUNCTION quarantine(
  i_reason text, i_message text, i_envelope_sender text, i_queue_id text,
  i_received_by text, i_part_name text, i_size bigint, i_raw bytea,
  i_signed_by text[], i_submitter text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  is_whole boolean := i_size > 0 AND octet_length(i_raw) >= i_size;
BEGIN
  INSERT INTO quarantine (id, reason, message, envelope_sender, queue_id,
    received_by, part_name, size, raw, signed_by, submitter)
  VALUES (
    encode(substr(sha256(
      convert_to(concat_ws(' ', i_reason, i_size, i_signed_by, i_submitter,
        CASE WHEN NOT is_whole THEN
          concat_ws(' ', i_envelope_sender, i_queue_id, i_part_name)
        END, ''), 'UTF8') || i_raw), 1, 16), 'hex')::uuid,
    i_reason, i_message, i_envelope_sender, i_queue_id, i_received_by,
    i_part_name, i_size, i_raw, i_signed_by, i_submitter)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
$$;
