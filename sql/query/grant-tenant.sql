-- SPDX-License-Identifier: BSD-2-Clause
-- One row when the role $1 is a tenant.
SELECT
FROM pg_auth_members
WHERE member = (SELECT oid FROM pg_roles WHERE rolname = $1)
  AND roleid = (SELECT oid FROM pg_roles WHERE rolname = 'tlsrpt_tenant');
