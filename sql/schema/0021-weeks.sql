-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of weeks, for whoever ranks domains over a month: a third of the rows.
-- `day` is the Monday; the first and the last day are those with reports.

ALTER TABLE daily_domain_sum
  ADD COLUMN withheld_sessions numeric NOT NULL DEFAULT 0,
  ADD COLUMN would_withhold_sessions numeric NOT NULL DEFAULT 0;

CREATE TABLE weekly_domain_sum (
  day date,
  policy_domain text,
  authenticated boolean,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  withheld_sessions numeric NOT NULL DEFAULT 0,
  would_withhold_sessions numeric NOT NULL DEFAULT 0,
  first_day date NOT NULL,
  last_day date NOT NULL,
  PRIMARY KEY (day, policy_domain, authenticated)
);

CREATE TABLE weekly_policy_sum (
  day date,
  policy_domain text,
  authenticated boolean,
  policy_type text,
  sts_mode text,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  PRIMARY KEY (day, policy_domain, authenticated, policy_type, sts_mode)
);

CREATE TABLE weekly_failure_sum (
  day date,
  policy_domain text,
  authenticated boolean,
  result_type text,
  receiving_mx_hostname text,
  failed_sessions numeric NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  PRIMARY KEY (day, policy_domain, authenticated, result_type,
    receiving_mx_hostname)
);

-- As in daily_policy: a report about several domains counts for each.
CREATE TABLE daily_policy_sum (
  day date,
  auth_domain text,
  organization_name text,
  policy_type text,
  sts_mode text,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name, policy_type, sts_mode)
);

-- Which policy each reporter has said of a domain, and the last day of these
-- reports.
CREATE TABLE domain_policy (
  policy_domain text,
  policy_type text,
  sts_mode text,
  auth_domain text,
  organization_name text,
  last_day date NOT NULL,
  PRIMARY KEY (policy_domain, policy_type, sts_mode, auth_domain,
    organization_name)
);

-- Names below a domain.
CREATE INDEX domain_policy_below ON domain_policy
  ((reverse(policy_domain) COLLATE "C")) WHERE policy_type = 'tlsa';

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

UPDATE daily_domain_sum AS d
SET withheld_sessions = withheld, would_withhold_sessions = would_withhold
FROM (
  SELECT day, policy_domain, auth_domain <> '' AS authenticated,
    sum(withheld_sessions) AS withheld,
    sum(would_withhold_sessions) AS would_withhold
  FROM daily_failure
  GROUP BY day, policy_domain, auth_domain <> ''
) AS f
WHERE (d.day, d.policy_domain, d.authenticated)
    = (f.day, f.policy_domain, f.authenticated)
  AND withheld + would_withhold > 0;

INSERT INTO weekly_domain_sum
SELECT day - extract(isodow FROM day)::integer + 1 AS week, policy_domain,
  authenticated, sum(reports), sum(successful_sessions), sum(failed_sessions),
  sum(withheld_sessions), sum(would_withhold_sessions), min(day), max(day)
FROM daily_domain_sum
GROUP BY week, policy_domain, authenticated
ORDER BY week;

INSERT INTO weekly_policy_sum
SELECT day - extract(isodow FROM day)::integer + 1 AS week, policy_domain,
  auth_domain <> '', policy_type, sts_mode, sum(successful_sessions),
  sum(failed_sessions), min(day), max(day)
FROM daily_policy
GROUP BY week, policy_domain, auth_domain <> '', policy_type, sts_mode
ORDER BY week;

INSERT INTO weekly_failure_sum
SELECT day - extract(isodow FROM day)::integer + 1 AS week, policy_domain,
  auth_domain <> '', result_type, receiving_mx_hostname, sum(failed_sessions),
  min(day), max(day)
FROM daily_failure
GROUP BY week, policy_domain, auth_domain <> '', result_type,
  receiving_mx_hostname
ORDER BY week;

INSERT INTO daily_policy_sum
SELECT day, auth_domain, organization_name, policy_type, sts_mode,
  sum(reports), sum(successful_sessions), sum(failed_sessions)
FROM daily_policy
GROUP BY day, auth_domain, organization_name, policy_type, sts_mode
ORDER BY day;

INSERT INTO domain_policy
SELECT policy_domain, policy_type, sts_mode, auth_domain, organization_name,
  max(day)
FROM daily_policy
GROUP BY policy_domain, policy_type, sts_mode, auth_domain, organization_name;

ANALYZE weekly_domain_sum, weekly_policy_sum, weekly_failure_sum,
  daily_policy_sum, domain_policy;
