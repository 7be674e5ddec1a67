-- SPDX-License-Identifier: BSD-2-Clause
-- The roles that own, write and read, all of it or some domains. Roles belong
-- to the whole cluster, so that they may be there already, for another
-- database.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tlsrpt_owner', 'tlsrpt_writer', 'tlsrpt_reader',
    'tlsrpt_tenant']
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
END
$$;

-- Who creates the schema acts as its owner for the rest.
GRANT tlsrpt_owner TO CURRENT_USER;

CREATE SCHEMA tlsrpt AUTHORIZATION tlsrpt_owner;
CREATE SCHEMA tlsrpt_tenant AUTHORIZATION tlsrpt_owner;
