-- SPDX-License-Identifier: BSD-2-Clause
-- Which reports $1 names: by report_id or report_key, or else by the beginning
-- of one of them. $2 and $3: the first and last day to look at.
WITH found AS MATERIALIZED (
  SELECT day, report_key, report_id, received_at, organization_name,
    auth_domain, $1 IN (report_id, report_key::text) AS exact
  FROM v_report
  WHERE (starts_with(report_id, $1)
      OR starts_with(report_key::text, lower($1)))
    AND ($2::date IS NULL OR day >= $2)
    AND ($3::date IS NULL OR day <= $3)
)
SELECT day, report_key, report_id,
  reporter_text(organization_name, auth_domain) AS reporter
FROM found
WHERE exact OR NOT EXISTS (SELECT 1 FROM found WHERE exact)
ORDER BY day DESC, received_at DESC, report_key
LIMIT 11;
