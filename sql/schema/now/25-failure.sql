-- SPDX-License-Identifier: BSD-2-Clause
-- What a failure is about, what it does to mail, and how bad it is: decided
-- here for roll-ups, rules and views alike.

-- Whether senders keep the mail: where the policy demands it, unless it is the
-- policy itself that they could not get. They go by the one that they still
-- have, or by none (RFC 8461 section 5.1).
CREATE OR REPLACE FUNCTION withholds_mail(
  policy_type text, sts_mode text, cause text
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT coalesce(policy_type = 'tlsa' OR sts_mode = 'enforce', false)
    AND NOT starts_with(cause, 'sts-')
$$;

-- As bad as its type is, or as a rule that has found it says: the worse one,
-- which is also the first in the alphabet. NULL: nothing is said.
CREATE OR REPLACE FUNCTION failure_severity(of_type text, of_rule text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT least(of_type, of_rule)
$$;

-- What rules that fire say, and of which days on.
CREATE OR REPLACE VIEW firing_severity AS
SELECT policy_domain, result_type, receiving_mx_hostname,
  min(severity) AS severity, min(first_day) AS first_day
FROM alert
WHERE state <> 'resolved'
GROUP BY policy_domain, result_type, receiving_mx_hostname;

-- Failures with their policy. The cause is the result type, or what the
-- reporter's words say it is. What the table gets comes at the end.
CREATE OR REPLACE VIEW policy_failure AS
SELECT policy_domain, policy_type, sts_mode, cause,
  CASE WHEN withholds_mail(policy_type, sts_mode, cause)
    THEN failure.failed_sessions ELSE 0 END AS withheld_sessions, failure.*
FROM policy
JOIN failure USING (day, report_key, policy_no)
CROSS JOIN LATERAL (
  SELECT CASE WHEN failure.result_type = 'validation-failure' THEN coalesce(
    (SELECT min(reason_wording.result_type) FROM reason_wording
      WHERE lower(failure.failure_reason_code COLLATE "C") LIKE pattern),
    failure.result_type) ELSE failure.result_type END AS cause
) AS worded;
