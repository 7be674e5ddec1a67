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
        now() + interval '1 month', '1 month')
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

-- What fold() has in hand is copied once, from the partitions that it is in:
-- where there are hundreds, each look into them all takes longer than the rest.
-- It is gone with the transaction, and a crash loses nothing with it: to log it
-- would take as much as a third of all else.
ALTER TABLE folding SET UNLOGGED;
ALTER TABLE folding
  ADD COLUMN auth_domain text NOT NULL,
  ADD COLUMN organization_name text NOT NULL,
  ADD COLUMN received_at timestamptz NOT NULL,
  ADD COLUMN remarks jsonb,
  ADD COLUMN period_end timestamptz NOT NULL;

CREATE UNLOGGED TABLE folding_policy (
  day date NOT NULL,
  report_key uuid NOT NULL,
  policy_domain text NOT NULL,
  auth_domain text NOT NULL,
  organization_name text NOT NULL,
  policy_type text NOT NULL,
  successful_sessions bigint NOT NULL,
  failed_sessions bigint NOT NULL,
  has_failures boolean NOT NULL,
  sts_mode text NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

CREATE UNLOGGED TABLE folding_failure (
  day date NOT NULL,
  report_key uuid NOT NULL,
  policy_domain text NOT NULL,
  auth_domain text NOT NULL,
  organization_name text NOT NULL,
  result_type text NOT NULL,
  receiving_mx_hostname text NOT NULL,
  failed_sessions bigint NOT NULL,
  cause text NOT NULL,
  withheld_sessions bigint NOT NULL,
  would_withhold_sessions bigint NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);
