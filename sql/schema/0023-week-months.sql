-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of weeks by month, as those of days are. A week is in the month that it
-- ends in, which may be the next.

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

DO $$
DECLARE
  name text;
  month date;
  first date;
  next date;
BEGIN
  FOREACH name IN ARRAY ARRAY['weekly_domain_sum', 'weekly_policy_sum',
    'weekly_failure_sum']
  LOOP
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_whole');
    EXECUTE format('ALTER INDEX %I RENAME TO %I', name || '_pkey',
      name || '_whole_pkey');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)
      PARTITION BY RANGE (day)', name, name || '_whole');
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT',
      name || '_default', name);
    FOR month IN
      SELECT generate_series(date_trunc('month', now() - interval '14 months'),
        now() + interval '1 month', '1 month')
    LOOP
      first := date_trunc('week', month);
      next := date_trunc('week', month + interval '1 month');
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        name || to_char(month, '_YYYYMM'), name, first, next);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I ORDER BY day', name,
      name || '_whole');
    EXECUTE format('DROP TABLE %I', name || '_whole');
    EXECUTE format('ANALYZE %I', name);
  END LOOP;
END
$$;
