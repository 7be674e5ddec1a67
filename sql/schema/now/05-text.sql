-- SPDX-License-Identifier: BSD-2-Clause
-- How values are written for people. Queries of writers, readers and tenants
-- call these.

-- A time as RFC 3339 has it, in UTC.
CREATE OR REPLACE FUNCTION utc_text(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

-- A name on one line, no longer than people read.
CREATE OR REPLACE FUNCTION one_line(name text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT left(translate(name, E'\n', ' '), 200)
$$;
