-- SPDX-License-Identifier: BSD-2-Clause
-- conf/citus.sql without Citus: functions with the signatures of Citus note what
-- they are told, and what Citus demands of tables is asked of the catalog.
\ir begin.psql
SELECT plan(10);

CREATE TABLE test.spread (name regclass, key text, beside text);
CREATE TABLE test.called (name regprocedure, key text, beside text);
CREATE TABLE test.copied (name regclass);

CREATE FUNCTION test.create_distributed_table(
  table_name regclass, distribution_column text,
  distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default',
  shard_count integer DEFAULT NULL
) RETURNS void LANGUAGE sql AS $$
  INSERT INTO test.spread
  VALUES (table_name, distribution_column, colocate_with)
$$;
CREATE FUNCTION test.create_reference_table(table_name regclass)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO test.copied VALUES (table_name)
$$;
CREATE FUNCTION test.create_distributed_function(
  function_name regprocedure, distribution_arg_name text DEFAULT NULL,
  colocate_with text DEFAULT 'default', force_delegation boolean DEFAULT NULL
) RETURNS void LANGUAGE sql AS $$
  INSERT INTO test.called
  VALUES (function_name, distribution_arg_name, colocate_with)
$$;

\o /dev/null
\ir ../../conf/citus.sql
\o

-- The tables with their partitions.
CREATE VIEW test.part AS
SELECT name AS parent, coalesce(tree.relid, name) AS part
FROM test.spread LEFT JOIN LATERAL pg_partition_tree(name) AS tree ON true;

SELECT set_eq('SELECT name::text, key FROM test.spread', $$VALUES
  ('report', 'report_key'), ('policy', 'report_key'),
  ('failure', 'report_key'), ('outbox', 'report_key'),
  ('folding', 'report_key'), ('folding_policy', 'report_key'),
  ('folding_failure', 'report_key')$$,
  'a report is spread by its key');
SELECT results_eq('SELECT count(*) FROM test.part',
  $$SELECT 7 + count(*) FROM pg_inherits
    WHERE inhparent IN ('report'::regclass, 'policy'::regclass,
      'failure'::regclass)$$, 'with all partitions');
SELECT is_empty($$SELECT part FROM test.part WHERE NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = part
      AND attname = 'report_key' AND attnotnull
      AND atttypid = 'uuid'::regtype)$$, 'all have the key');
SELECT is_empty($$SELECT indexrelid::regclass FROM test.part
    JOIN pg_index ON indrelid = part
    WHERE indisunique AND NOT EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = part
        AND attname = 'report_key' AND attnum = ANY (indkey))$$,
  'no unique index is without it');
SELECT is_empty($$SELECT conname FROM test.part
    JOIN pg_constraint ON part IN (conrelid, confrelid)
    WHERE contype IN ('f', 'x')$$, 'no foreign key leads away');
SELECT is_empty($$SELECT tgname FROM test.part JOIN pg_trigger
    ON tgrelid = part$$, 'no trigger');
SELECT is_empty($$SELECT attname FROM test.part
    JOIN pg_attribute ON attrelid = part
    WHERE attidentity <> '' OR attgenerated <> ''$$, 'no sequence');
SELECT is_empty($$SELECT * FROM (
    SELECT beside FROM test.spread WHERE beside <> 'none'
    UNION ALL SELECT beside FROM test.called WHERE key IS NOT NULL) AS all_of
    WHERE beside::regclass NOT IN (SELECT name FROM test.spread
      WHERE beside = 'none')$$, 'everything is beside the first');
SELECT is((SELECT proargtypes[0]::regtype::text || ' ' || proargnames[1]
    FROM test.called JOIN pg_proc ON oid = name WHERE key = proargnames[1]
      AND proname = 'ingest'),
  'uuid r_report_key', 'the key is the argument that storing goes by');
SELECT set_eq('SELECT name::text FROM test.copied',
  '{result_type_info,trusted_signer}'::text[], 'small tables are everywhere');

SELECT * FROM finish();
ROLLBACK;
