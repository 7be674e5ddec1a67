-- SPDX-License-Identifier: BSD-2-Clause
-- Reports and their roll-ups.

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
