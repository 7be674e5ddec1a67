-- SPDX-License-Identifier: BSD-2-Clause
-- What the domain $1 looked like before, the newest first.
SELECT utc_text(observed_at) AS observed_at, sts_id, sts_mode, sts_max_age,
  array_to_string(sts_mx, E'\n') AS sts_mx, tlsrpt_record,
  observed_at < now() - interval '3 days' AS is_old
FROM v_observation
WHERE policy_domain = $1
ORDER BY v_observation.observed_at DESC
LIMIT 100;
