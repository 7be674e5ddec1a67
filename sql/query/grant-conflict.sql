-- SPDX-License-Identifier: BSD-2-Clause
-- What the role $1 is that excludes what it is to become: a superuser, or a
-- member of one of the groups $2. A superuser has the rights of all roles, so
-- that he may store and read.
SELECT CASE WHEN r.rolsuper THEN 'a superuser'
  ELSE 'a member of ' || g.rolname END
FROM pg_roles AS r, pg_roles AS g
WHERE r.rolname = $1
  AND g.rolname = ANY ($2::text[])
  AND pg_has_role(r.oid, g.oid, 'MEMBER')
  AND NOT (r.rolsuper AND g.rolname = 'tlsrpt_tenant')
ORDER BY g.rolname
LIMIT 1;
