-- SPDX-License-Identifier: BSD-2-Clause
-- The functions that store reports see to the limits of what is stored, see
-- 20-ingest.sql. Partitions have constraints of their own beside those of their
-- table, because they are made before they are attached. No row is read.

DO $$
DECLARE
  part text;
  name text;
BEGIN
  FOR part, name IN
    SELECT relid::regclass, conname
    FROM unnest('{report,policy,failure}'::regclass[]) AS parent
    CROSS JOIN pg_partition_tree(parent)
    JOIN pg_constraint AS limits ON limits.conrelid = parent
    WHERE contype = 'c'
    ORDER BY level
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', part, name);
  END LOOP;
END
$$;
