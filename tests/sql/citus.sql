-- SPDX-License-Identifier: BSD-2-Clause
-- conf/citus.sql without Citus, twice, as after an upgrade: what Citus demands of
-- tables is asked of the catalog. Of statements, see citus-statements.py.
\ir begin.psql
SELECT plan(11);

\ir citus.psql

\o /dev/null
\ir ../../conf/citus.sql
\ir ../../conf/citus.sql
\o

-- The tables with their partitions.
CREATE VIEW test.part AS
SELECT name AS parent, coalesce(tree.relid, name) AS part
FROM citus.spread LEFT JOIN LATERAL pg_partition_tree(name) AS tree ON true;

SELECT set_eq('SELECT name::text, key FROM citus.spread', $$VALUES
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
    SELECT beside FROM citus.spread WHERE beside <> 'none'
    UNION ALL SELECT beside FROM citus.called WHERE key IS NOT NULL) AS all_of
    WHERE beside::regclass NOT IN (SELECT name FROM citus.spread
      WHERE beside = 'none')$$, 'everything is beside the first');
SELECT is((SELECT proargtypes[0]::regtype::text || ' ' || proargnames[1]
    FROM citus.called JOIN pg_proc ON oid = name WHERE key = proargnames[1]
      AND proname = 'ingest'),
  'uuid r_report_key', 'the key is the argument that storing goes by');
SELECT set_eq('SELECT name::text FROM citus.copied',
  '{result_type_info,reason_wording,trusted_signer}'::text[], 'small tables are everywhere');

SELECT set_eq('SELECT DISTINCT shards FROM citus.spread', '{4,NULL}'::integer[],
  'two shards a worker');

SELECT * FROM finish();
ROLLBACK;
