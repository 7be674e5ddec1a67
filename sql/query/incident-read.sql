-- SPDX-License-Identifier: BSD-2-Clause
-- The incidents that are not over, the worst first, and behind them those that
-- were found to be over in the last $1 days: by the members of StoreIncident.
SELECT *, NULL AS what
FROM (
  SELECT *, state = 'resolved' AS over
  FROM incident_texts(NULL)
) AS texts
WHERE NOT over
  OR resolved_at::timestamptz >= now() - $1::integer * interval '1 day'
ORDER BY over, CASE WHEN over THEN last_day END DESC,
  incident_weight(withheld_sessions, failed_sessions, policy_domains,
    severity) DESC, incident_id;
