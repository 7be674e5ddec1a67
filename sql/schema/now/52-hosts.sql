-- SPDX-License-Identifier: BSD-2-Clause
-- MX hosts, which are no domains.

-- Those of the names that are MX hosts: reports on DANE name the host in the
-- place of the domain (RFC 8460 section 1.1), so that such a name is one of which
-- reporters speak under tlsa alone. It belongs to the longest domain that it is
-- in: of those of which reporters say something else, and that are visible,
-- NULL: all. NULL where none is known. OFFSET has one row looked up for each
-- name, where a join would read all.
CREATE OR REPLACE FUNCTION mx_hosts(
  names text[], visible text[] DEFAULT NULL
) RETURNS TABLE (name text, domain text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
  WITH waiting AS MATERIALIZED (
    SELECT DISTINCT policy_domain, policy_type = 'tlsa' AS is_dane
    FROM outbox_policy
  ), host AS MATERIALIZED (
    SELECT DISTINCT given
    FROM unnest(names) AS given
    WHERE NOT EXISTS (SELECT FROM daily_policy
        WHERE policy_domain = given AND policy_type <> 'tlsa' OFFSET 0)
      AND given NOT IN (SELECT policy_domain FROM waiting WHERE NOT is_dane)
      AND (given IN (SELECT policy_domain FROM waiting)
        OR EXISTS (SELECT FROM daily_policy
          WHERE policy_domain = given OFFSET 0))
  ), parent AS MATERIALIZED (
    SELECT given, substr(given, dot + 1) AS above
    FROM host
    CROSS JOIN generate_series(1, length(given)) AS dot
    WHERE substr(given, dot, 1) = '.'
  ), reported AS MATERIALIZED (
    SELECT above
    FROM (SELECT DISTINCT above FROM parent) AS every
    WHERE (visible IS NULL OR above = ANY (visible))
      AND (above IN (SELECT policy_domain FROM waiting WHERE NOT is_dane)
        OR EXISTS (SELECT FROM daily_policy
          WHERE policy_domain = above AND policy_type <> 'tlsa' OFFSET 0))
  )
  SELECT DISTINCT ON (given) given, above
  FROM host
  LEFT JOIN (parent JOIN reported USING (above)) USING (given)
  ORDER BY given, length(above) DESC NULLS LAST
$$;
