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

-- A reporter as people read it: its name, which it has chosen itself, and who
-- has signed unless that is plain from the name. Of some the name is known that
-- they have in their reports.
CREATE OR REPLACE FUNCTION reporter_text(name text, auth_domain text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT left(translate(name, E'\n', ' '), 200) || CASE
    WHEN auth_domain = '' THEN ' (unauthenticated)'
    WHEN auth_domain IS NULL OR lower(name) = auth_domain
      OR (auth_domain, name) IN (('corp.mail.ru', 'Mail.ru'),
        ('google.com', 'Google Inc.'),
        ('microsoft.com', 'Microsoft Corporation'))
      THEN ''
    ELSE ' (signed by ' || auth_domain || ')'
  END
$$;
