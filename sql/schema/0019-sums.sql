-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of all domains together, and of all reporters, for whoever looks at a
-- whole: with thousands of domains, a hundred times fewer rows than by both.

-- As in daily_domain: a report about several domains counts for each.
CREATE TABLE daily_reporter_sum (
  day date,
  auth_domain text,
  organization_name text,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name)
);

CREATE TABLE daily_type_sum (
  day date,
  auth_domain text,
  organization_name text,
  result_type text,
  failed_sessions numeric NOT NULL,
  withheld_sessions numeric NOT NULL,
  would_withhold_sessions numeric NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name, result_type)
);

CREATE TABLE daily_domain_sum (
  day date,
  policy_domain text,
  authenticated boolean,
  reports bigint NOT NULL,
  successful_sessions numeric NOT NULL,
  failed_sessions numeric NOT NULL,
  PRIMARY KEY (day, policy_domain, authenticated)
);

-- Who has reported about which domain, and the last day of these reports.
CREATE TABLE domain_reporter (
  policy_domain text,
  auth_domain text,
  organization_name text,
  last_day date NOT NULL,
  PRIMARY KEY (policy_domain, auth_domain, organization_name)
);

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

INSERT INTO daily_reporter_sum
SELECT day, auth_domain, organization_name, sum(reports),
  sum(successful_sessions), sum(failed_sessions)
FROM daily_domain
GROUP BY day, auth_domain, organization_name
ORDER BY day;

INSERT INTO daily_type_sum
SELECT day, auth_domain, organization_name, result_type, sum(failed_sessions),
  sum(withheld_sessions), sum(would_withhold_sessions)
FROM daily_failure
GROUP BY day, auth_domain, organization_name, result_type
ORDER BY day;

INSERT INTO daily_domain_sum
SELECT day, policy_domain, auth_domain <> '', sum(reports),
  sum(successful_sessions), sum(failed_sessions)
FROM daily_domain
GROUP BY day, policy_domain, auth_domain <> ''
ORDER BY day;

INSERT INTO domain_reporter
SELECT policy_domain, auth_domain, organization_name, max(day)
FROM daily_domain
GROUP BY policy_domain, auth_domain, organization_name;

ANALYZE daily_reporter_sum, daily_type_sum, daily_domain_sum, domain_reporter;
