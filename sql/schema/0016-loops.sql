-- SPDX-License-Identifier: BSD-2-Clause
-- Reporters that report about the mail their own reports come in.

-- Reports by the day in UTC on which they came in, without those that came days
-- after their period: an archive that is imported says nothing of that.
CREATE TABLE daily_received (
  day date,
  auth_domain text,
  organization_name text,
  reports bigint NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name)
);

-- Each time that a reporter has done so: from which day to which, and on how many
-- of these. `software` is what it reports with, where that is known.
CREATE TABLE report_loop (
  policy_domain text,
  auth_domain text,
  organization_name text,
  first_day date,
  last_day date NOT NULL,
  days integer NOT NULL,
  contact_info text,
  software text,
  PRIMARY KEY (policy_domain, auth_domain, organization_name, first_day)
);

INSERT INTO job (name, done_at) VALUES ('loops', '-infinity');

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

INSERT INTO daily_received
SELECT (received_at AT TIME ZONE 'UTC')::date AS received_day, auth_domain,
  organization_name, count(*)
FROM report
WHERE received_at < period_end + interval '3 days'
  AND (day, report_key) NOT IN (SELECT day, report_key FROM outbox)
GROUP BY received_day, auth_domain, organization_name;
