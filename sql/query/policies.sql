-- SPDX-License-Identifier: BSD-2-Clause
-- How far each domain may go with its policy, the most urgent first. That is so
-- now, and nothing of a period that is over. The parameters are those of
-- sql/store-dashboard.c, for a page of all domains.
SELECT '' AS page, json_agg(json_build_object('domain', policy_domain,
    'verdict', verdict, 'mode', sts_mode, 'dane', dane, 'since', since,
    'max_age', next_max_age, 'clean_days', clean_days,
    'reporters', clean_reporters, 'failed', last_failure_day,
    'reasons', reasons) ORDER BY number) AS rollout
FROM (
  SELECT *, row_number() OVER (ORDER BY array_position(
        '{hold-back,enforce-now,raise-max-age,keep-testing,publish}', verdict),
      policy_domain COLLATE "C") AS number
  FROM rollout($4::text[])
  WHERE ($3::date IS NULL OR $3 >= (now() AT TIME ZONE 'UTC')::date)
    AND ($1::text[] IS NULL OR $4 IS NOT NULL OR policy_domain LIKE ANY ($1))
) AS numbered
WHERE number <= 10000;
