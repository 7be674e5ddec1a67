-- SPDX-License-Identifier: BSD-2-Clause
-- The last MTA-STS policy of the domain $1 that each reporter used in the last
-- 30 days.
SELECT day, reporter_text(organization_name, auth_domain) AS reporter, policy
FROM (
  SELECT DISTINCT ON (auth_domain, organization_name) day, organization_name,
    auth_domain, left(array_to_string(policy_string, E'\n'), 65536) AS policy
  FROM v_policy
  WHERE policy_domain = $1 AND policy_type = 'sts'
    AND day > (now() AT TIME ZONE 'UTC')::date - 30
  ORDER BY auth_domain, organization_name, day DESC, report_key
) AS last
ORDER BY day DESC, reporter
LIMIT 50;
