-- SPDX-License-Identifier: BSD-2-Clause
-- How far the domains $1, NULL: all, may go with their policies, the most urgent
-- first. Lists have newlines between their elements.
SELECT policy_domain, verdict, sts_mode, max_age, next_max_age, since, dane,
  authenticated, days, clean_days, reporters, clean_reporters, sessions,
  failed_sessions, would_withhold_sessions, withheld_sessions,
  last_failure_day, last_day,
  array_to_string(ARRAY(SELECT one_line(type)
    FROM unnest(result_types) AS type), E'\n') AS result_types,
  array_to_string(ARRAY(SELECT one_line(host)
    FROM unnest(receiving_mx_hostnames) AS host), E'\n')
    AS receiving_mx_hostnames,
  array_to_string(reasons, E'\n') AS reasons
FROM rollout($1::text[])
ORDER BY array_position('{hold-back,enforce-now,raise-max-age,keep-testing,publish}',
    verdict), policy_domain COLLATE "C";
