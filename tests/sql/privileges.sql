-- SPDX-License-Identifier: BSD-2-Clause
-- What the roles may do, asked of the catalog for everything in the schema.
\ir begin.psql
SELECT plan(9);

CREATE VIEW test.right AS
SELECT role, c.relname, privilege
FROM unnest(ARRAY['tlsrpt_writer', 'tlsrpt_reader', 'public']) AS role,
  pg_class AS c,
  unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
    'REFERENCES', 'TRIGGER']) AS privilege
WHERE c.relnamespace = 'tlsrpt'::regnamespace
  AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege(role, c.oid, privilege);
CREATE VIEW test.call AS
SELECT role, p.proname::text
FROM unnest(ARRAY['tlsrpt_writer', 'tlsrpt_reader', 'public']) AS role,
  pg_proc AS p
WHERE p.pronamespace = 'tlsrpt'::regnamespace
  AND has_function_privilege(role, p.oid, 'EXECUTE');

SELECT is_empty($$SELECT * FROM test.right WHERE role = 'tlsrpt_writer'$$,
  'the writer has no right on any table, partition or view');
SELECT is_empty($$SELECT * FROM test.right WHERE role = 'public'$$,
  'nor has everybody');
SELECT set_eq($$SELECT relname::text FROM test.right
    WHERE role = 'tlsrpt_reader' AND privilege = 'SELECT'$$,
  ARRAY['v_report', 'v_policy', 'v_failure', 'v_daily_domain',
    'v_daily_policy', 'v_daily_failure', 'v_reporter', 'result_type_info'],
  'the reader reads the views');
SELECT is_empty($$SELECT * FROM test.right
    WHERE role = 'tlsrpt_reader' AND privilege <> 'SELECT'$$,
  'and changes nothing');
SELECT set_eq($$SELECT proname FROM test.call WHERE role = 'tlsrpt_writer'$$,
  ARRAY['ingest', 'ingest_batch', 'quarantine', 'fold', 'ensure_partitions',
    'schema_version'], 'the writer has its functions');
SELECT set_eq($$SELECT proname FROM test.call WHERE role = 'tlsrpt_reader'$$,
  ARRAY['schema_version'], 'the reader has one');
SELECT is_empty($$SELECT * FROM test.call WHERE role = 'public'$$,
  'everybody has none');
SELECT is_empty($$SELECT proname FROM pg_proc
    WHERE pronamespace = 'tlsrpt'::regnamespace AND prosecdef
    AND NOT coalesce('search_path=tlsrpt, pg_temp' = ANY (proconfig), false)
  $$, 'no function with its owner''s rights trusts a search_path');
SELECT is_empty($$SELECT c.relname FROM pg_class AS c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace
    AND c.relowner <> 'tlsrpt_owner'::regrole$$,
  'everything belongs to the owner role');

SELECT * FROM finish();
ROLLBACK;
