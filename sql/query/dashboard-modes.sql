-- SPDX-License-Identifier: BSD-2-Clause
-- How each domain wants mail to be secured: by MTA-STS in which mode, by DANE, or
-- not at all, as its reporters have said last, leaving out those that had nothing
-- to say for three days. One that knows no policy says less than one that does.
-- Without a last day, what was said last is known without all days. The
-- parameters are those of sql/store-dashboard.c: a row is a page.
WITH said AS (
  SELECT policy_domain, organization_name, auth_domain, policy_type, sts_mode,
    max(last_day) AS day
  FROM v_domain_policy
  WHERE $3::date IS NULL
    AND last_day >= $2::date
    AND ($5::boolean IS NULL OR authenticated = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
  GROUP BY policy_domain, organization_name, auth_domain, policy_type, sts_mode
  UNION ALL
  SELECT policy_domain, organization_name, auth_domain, policy_type, sts_mode,
    max(day) AS day
  FROM v_daily_policy
  WHERE $3::date IS NOT NULL
    AND day BETWEEN $2::date AND $3
    AND ($5::boolean IS NULL OR authenticated = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
  GROUP BY policy_domain, organization_name, auth_domain, policy_type, sts_mode
),
dated AS (
  SELECT *,
    day = max(day) OVER (
        PARTITION BY policy_domain, organization_name, auth_domain)
      AND day > max(day) OVER (PARTITION BY policy_domain) - 3 AS is_last
  FROM said
),
mode AS (
  SELECT policy_domain, bool_and(policy_type = 'tlsa') AS may_be_host,
    bool_or(policy_type = 'tlsa' AND is_last) AS dane,
    bool_or(policy_type = 'sts' AND is_last) AS has_sts,
    min(sts_mode) FILTER (WHERE is_last) AS first,
    max(sts_mode) FILTER (WHERE is_last) AS last
  FROM dated
  GROUP BY policy_domain
  ORDER BY policy_domain COLLATE "C"
  LIMIT 50000
),
host AS (
  SELECT name
  FROM mx_hosts(ARRAY(SELECT policy_domain FROM mode WHERE may_be_host))
)
SELECT page,
  coalesce(json_object_agg(policy_domain,
    CASE WHEN name IS NOT NULL THEN 'DANE host'
    ELSE coalesce(nullif(concat_ws(', ',
      nullif(CASE WHEN first = last THEN first WHEN first <> last THEN 'mixed'
        WHEN has_sts THEN 'unknown' END, 'none'),
      CASE WHEN dane THEN 'DANE' END), ''), 'none') END)
    FILTER (WHERE policy_domain IS NOT NULL), '{}') AS modes
FROM unnest(CASE WHEN $6::boolean THEN $4::text[] ELSE ARRAY[''] END) AS page
LEFT JOIN mode
  ON page = CASE WHEN $6::boolean THEN policy_domain ELSE '' END
LEFT JOIN host ON name = policy_domain
GROUP BY page;
