-- SPDX-License-Identifier: BSD-2-Clause
-- One row when the role $1 may do what makes it a $2. A member of a group that
-- does not inherit may not.
SELECT
FROM pg_roles AS r
JOIN (
  VALUES ('writer', 'tlsrpt', NULL, 'ingest_batch'),
    ('reader', 'tlsrpt', 'v_report', 'status'),
    ('operator', 'tlsrpt', 'quarantine', 'acknowledge_alert'),
    ('tenant', 'tlsrpt_tenant', 'v_report', 'schema_version')
) AS needed (kind, schema, relation, function) ON kind = $2
JOIN pg_proc ON pronamespace = to_regnamespace(schema) AND proname = function
WHERE rolname = $1
  AND has_schema_privilege(r.oid, schema, 'USAGE')
  AND has_function_privilege(r.oid, pg_proc.oid, 'EXECUTE')
  AND (relation IS NULL
    OR has_table_privilege(r.oid, schema || '.' || relation, 'SELECT'));
