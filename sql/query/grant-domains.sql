-- SPDX-License-Identifier: BSD-2-Clause
-- Lets the role $1 see the rows of the domains $2.
INSERT INTO tlsrpt.tenant_domain (role, policy_domain)
SELECT oid, policy_domain
FROM pg_roles, unnest($2::text[]) AS policy_domain
WHERE rolname = $1
ON CONFLICT DO NOTHING;
