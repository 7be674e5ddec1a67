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
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  dane text[];
  others text[];
BEGIN
  IF anything_waits() THEN
    SELECT array_agg(DISTINCT policy_domain)
        FILTER (WHERE policy_type = 'tlsa'),
      array_agg(DISTINCT policy_domain) FILTER (WHERE policy_type <> 'tlsa')
    INTO dane, others
    FROM outbox_policy;
  END IF;
  RETURN QUERY
  WITH waiting AS MATERIALIZED (
    SELECT unnest(dane) AS policy_domain, true AS is_dane
    UNION ALL
    SELECT unnest(others), false
  ), known AS MATERIALIZED (
    SELECT policy_domain, bool_and(is_dane) AS is_host
    FROM (
      SELECT policy_domain, policy_type = 'tlsa' AS is_dane
      FROM domain_policy
      WHERE policy_domain = ANY (names)
      UNION ALL
      SELECT policy_domain, is_dane
      FROM waiting
      WHERE policy_domain = ANY (names)
    ) AS said
    GROUP BY policy_domain
  ), host AS MATERIALIZED (
    SELECT policy_domain AS given FROM known WHERE is_host
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
        OR EXISTS (SELECT FROM domain_policy
          WHERE policy_domain = above AND policy_type <> 'tlsa' OFFSET 0))
  )
  SELECT DISTINCT ON (given) given, above
  FROM host
  LEFT JOIN (parent JOIN reported USING (above)) USING (given)
  ORDER BY given, length(above) DESC NULLS LAST;
END
$$;

-- Names below a domain end with it, and begin with it when they are reversed:
-- "/" is behind ".". In this form an index finds them.
CREATE OR REPLACE FUNCTION is_below(name text, domain text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT reverse(name) COLLATE "C" > reverse(domain) || '.'
    AND reverse(name) COLLATE "C" < reverse(domain) || '/'
$$;

-- The MX hosts that belong to these domains.
CREATE OR REPLACE FUNCTION hosts_of(
  domains text[], visible text[] DEFAULT NULL
) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
  SELECT name
  FROM mx_hosts(ARRAY(
    SELECT below
    FROM (
      SELECT below
      FROM unnest(domains) AS given
      CROSS JOIN LATERAL (
        SELECT policy_domain AS below
        FROM domain_policy
        WHERE policy_type = 'tlsa' AND is_below(policy_domain, given)
        OFFSET 0
      ) AS found
      UNION
      SELECT policy_domain
      FROM outbox_policy, unnest(domains) AS given
      WHERE policy_type = 'tlsa' AND is_below(policy_domain, given)
    ) AS every
    WHERE visible IS NULL OR below = ANY (visible)), visible)
  WHERE domain = ANY (domains)
$$;
