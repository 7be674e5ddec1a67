-- SPDX-License-Identifier: BSD-2-Clause
-- The roles: who owns, writes, reads, acts on what is read, and reads what is
-- about some domains. They belong to the whole cluster: they may be there
-- already, for another database, and a restored database may lack them. What
-- then is in the schemas belongs to whoever restored it.
DO $$
DECLARE
  name text;
  change text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tlsrpt_owner', 'tlsrpt_writer', 'tlsrpt_reader',
    'tlsrpt_operator', 'tlsrpt_tenant']
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;

  -- Who runs this acts as the owner for the rest.
  GRANT tlsrpt_owner TO CURRENT_USER;
  GRANT tlsrpt_reader TO tlsrpt_operator;

  FOR change IN
    WITH place AS (
      SELECT oid, nspname, nspowner
      FROM pg_namespace
      WHERE nspname IN ('tlsrpt', 'tlsrpt_tenant')
    )
    SELECT format('ALTER SCHEMA %I', nspname)
    FROM place
    WHERE nspowner <> 'tlsrpt_owner'::regrole
    UNION ALL
    SELECT format('ALTER %s %I.%I',
      CASE relkind WHEN 'c' THEN 'TYPE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
      nspname, relname)
    FROM pg_class
    JOIN place ON place.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'c')
      AND relowner <> 'tlsrpt_owner'::regrole
    UNION ALL
    SELECT format('ALTER FUNCTION %s', pg_proc.oid::regprocedure)
    FROM pg_proc
    JOIN place ON place.oid = pronamespace
    WHERE proowner <> 'tlsrpt_owner'::regrole
  LOOP
    EXECUTE change || ' OWNER TO tlsrpt_owner';
  END LOOP;
END
$$;
