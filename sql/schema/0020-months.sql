-- SPDX-License-Identifier: BSD-2-Clause
-- Roll-ups by month, as reports are, so that old ones are dropped and not
-- deleted: of those that have a row for each domain. A table that was there
-- becomes the default partition, since views depend on it until they are
-- replaced; its rows go to their months.

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

DO $$
DECLARE
  name text;
  month date;
BEGIN
  FOREACH name IN ARRAY ARRAY['daily_domain', 'daily_policy', 'daily_failure',
    'daily_domain_sum']
  LOOP
    EXECUTE format('CREATE TEMPORARY TABLE moved ON COMMIT DROP AS TABLE %I',
      name);
    EXECUTE format('TRUNCATE %I', name);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_default');
    EXECUTE format('ALTER INDEX %I RENAME TO %I', name || '_pkey',
      name || '_default_pkey');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)
      PARTITION BY RANGE (day)', name, name || '_default');
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', name,
      name || '_default');
    FOR month IN
      SELECT generate_series(date_trunc('month', now() - interval '14 months'),
        now(), '1 month')
    LOOP
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)',
        name || to_char(month, '_YYYYMM'), name);
      EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        name, name || to_char(month, '_YYYYMM'), month,
        (month + interval '1 month')::date);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM moved ORDER BY day', name);
    EXECUTE format('ANALYZE %I', name);
    DROP TABLE moved;
  END LOOP;
END
$$;

-- They get other arguments or other results, which cannot be replaced.
DROP FUNCTION IF EXISTS make_partitions, old_partitions;
