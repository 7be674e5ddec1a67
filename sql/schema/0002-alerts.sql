-- SPDX-License-Identifier: BSD-2-Clause
-- Alerts: rules, what they have found, and who was told.

-- `cause` is the result type, or what the reporter's words say it is.
-- Withheld: failed under a policy that makes the sender keep the mail.
ALTER TABLE daily_failure
  ADD COLUMN cause text,
  ADD COLUMN withheld_sessions numeric NOT NULL DEFAULT 0;
UPDATE daily_failure SET cause = result_type;
ALTER TABLE daily_failure
  DROP CONSTRAINT daily_failure_pkey,
  ADD PRIMARY KEY (day, policy_domain, auth_domain, organization_name,
    result_type, receiving_mx_hostname, cause);

-- Reporters that put everything under validation-failure say in the reason
-- code what it was: LIKE patterns of what is known, in lower case.
CREATE TABLE reason_wording (
  pattern text PRIMARY KEY CHECK (octet_length(pattern) BETWEEN 3 AND 256),
  result_type text NOT NULL
    CHECK (octet_length(result_type) BETWEEN 1 AND 128)
);

INSERT INTO reason_wording (pattern, result_type) VALUES
  ('%cert%expired%', 'certificate-expired'),
  ('%expired%cert%', 'certificate-expired');

-- A rule of kind `failure` looks at each result type and MX host by itself, one
-- of kind `share` at what part of all sessions of a domain failed, one of kind
-- `silence` at reporters that reported daily and have stopped. In patterns *
-- stands for anything, and ! before one excludes.
CREATE TABLE alert_rule (
  name text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  kind text NOT NULL DEFAULT 'failure'
    CHECK (kind IN ('failure', 'share', 'silence')),
  result_types text[] NOT NULL DEFAULT '{*}'
    CHECK (cardinality(result_types) BETWEEN 1 AND 100),
  policy_domains text[] NOT NULL DEFAULT '{*}'
    CHECK (cardinality(policy_domains) BETWEEN 1 AND 10000),
  -- Both must be reached; `percent` of all sessions must be passed.
  sessions bigint NOT NULL DEFAULT 1 CHECK (sessions >= 1),
  percent numeric NOT NULL DEFAULT 0 CHECK (percent >= 0 AND percent < 100),
  days integer NOT NULL DEFAULT 7 CHECK (days BETWEEN 1 AND 60),
  severity text NOT NULL DEFAULT 'warning'
    CHECK (severity IN ('warning', 'critical')),
  -- Where senders keep the mail; NULL: the same.
  withheld_severity text CHECK (withheld_severity IN ('warning', 'critical')),
  unauthenticated boolean NOT NULL DEFAULT false,
  enabled boolean NOT NULL DEFAULT true
);

INSERT INTO alert_rule (name, kind, result_types, sessions, percent, days,
  severity, withheld_severity) VALUES
  ('certificate-expired', 'failure', '{certificate-expired}', 1, 0, 7,
    'critical', NULL),
  ('certificate', 'failure',
    '{certificate-*,sts-webpki-invalid,!certificate-expired}', 1, 0, 7,
    'warning', 'critical'),
  ('starttls', 'failure', '{starttls-not-supported,validation-failure}', 1, 0,
    7, 'warning', NULL),
  ('sts-policy', 'failure', '{sts-policy-*}', 1, 0, 7, 'critical', NULL),
  ('dane', 'failure', '{tlsa-invalid,dnssec-invalid,dane-required}', 1, 0, 7,
    'critical', NULL),
  ('failure-share', 'share', '{*}', 5, 5, 3, 'warning', NULL),
  ('no-reports', 'silence', '{*}', 1, 0, 3, 'warning', NULL);

-- One row for each rule, domain, result type and MX host; for kind `silence`
-- the reporter stands for the latter two. What does not apply is ''. Failures
-- before cleared_day are over, whenever they are heard of.
CREATE TABLE alert (
  alert_id integer PRIMARY KEY,
  rule text NOT NULL,
  policy_domain text NOT NULL,
  result_type text NOT NULL,
  receiving_mx_hostname text NOT NULL,
  organization_name text NOT NULL,
  state text NOT NULL
    CHECK (state IN ('open', 'acknowledged', 'resolved', 'reopened')),
  severity text NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  cleared_day date,
  failed_sessions numeric NOT NULL,
  withheld_sessions numeric NOT NULL,
  all_sessions numeric NOT NULL,
  reporters text[] NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  UNIQUE (policy_domain, rule, result_type, receiving_mx_hostname,
    organization_name)
);

-- Domains that something new is known about.
CREATE TABLE alert_pending (
  policy_domain text NOT NULL
);

-- How far reporters that have fallen silent were looked for: all domains of
-- the days before, and of this day those up to this one.
CREATE TABLE alert_clock (
  day date NOT NULL,
  policy_domain text NOT NULL DEFAULT ''
);

INSERT INTO alert_clock (day) VALUES ((now() AT TIME ZONE 'UTC')::date);

-- What somebody has to be told, as it was then.
CREATE TABLE alert_event (
  event_id bigint PRIMARY KEY,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alert jsonb NOT NULL
);

-- A way to tell: all up to `delivered` was. Only who has claimed it delivers.
CREATE TABLE alert_channel (
  channel text PRIMARY KEY,
  delivered bigint NOT NULL,
  delivered_at timestamptz,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt timestamptz NOT NULL DEFAULT '-infinity',
  problem text,
  problem_since timestamptz
);

-- What a rule finds: what an alert is made of.
CREATE TYPE alert_finding AS (
  rule text,
  policy_domain text,
  result_type text,
  receiving_mx_hostname text,
  organization_name text,
  severity text,
  first_day date,
  last_day date,
  failed_sessions numeric,
  withheld_sessions numeric,
  all_sessions numeric,
  reporters text[]
);
