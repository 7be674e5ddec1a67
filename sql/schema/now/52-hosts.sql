-- SPDX-License-Identifier: BSD-2-Clause
-- MX hosts, which are no domains.

-- Those of the names that are MX hosts: reports on DANE name the host in the
-- place of the domain (RFC 8460 section 1.1), so that such a name is one of which
-- reporters speak under tlsa alone. It belongs to the longest domain that it is
-- in: of those of which reporters say something else, and that are visible,
-- NULL: all. NULL where none is known. OFFSET has one row looked up for each
-- name, where a join would read all. The same text for readers and tenants: it
-- reads views that are made after it.
DO $do$
DECLARE
  definition text := $definition$
CREATE OR REPLACE FUNCTION %1$I.mx_hosts(
  names text[], visible text[] DEFAULT NULL
) RETURNS TABLE (name text, domain text)
LANGUAGE plpgsql STABLE SET search_path = %1$I, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
BEGIN
  RETURN QUERY
    WITH host AS MATERIALIZED (
      SELECT DISTINCT given
      FROM unnest(names) AS given
      WHERE EXISTS (SELECT FROM v_daily_policy
          WHERE policy_domain = given OFFSET 0)
        AND NOT EXISTS (SELECT FROM v_daily_policy
          WHERE policy_domain = given AND policy_type <> 'tlsa' OFFSET 0)
    ), parent AS MATERIALIZED (
      SELECT given, substr(given, dot + 1) AS parent_name
      FROM host
      CROSS JOIN generate_series(1, length(given)) AS dot
      WHERE substr(given, dot, 1) = '.'
    ), reported AS MATERIALIZED (
      SELECT parent_name
      FROM (SELECT DISTINCT parent_name FROM parent) AS every
      WHERE (visible IS NULL OR parent_name = ANY (visible))
        AND EXISTS (SELECT FROM v_daily_policy
          WHERE policy_domain = parent_name AND policy_type <> 'tlsa' OFFSET 0)
    )
    SELECT DISTINCT ON (given) given, parent_name
    FROM host
    LEFT JOIN (parent JOIN reported USING (parent_name)) USING (given)
    ORDER BY given, length(parent_name) DESC NULLS LAST;
END
$$
$definition$;
BEGIN
  EXECUTE format(definition, 'tlsrpt');
  EXECUTE format(definition, 'tlsrpt_tenant');
END
$do$;
