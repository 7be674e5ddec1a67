-- SPDX-License-Identifier: BSD-2-Clause
-- Where reports are kept, and for how long.

-- The default partitions take what is outside of the months made here, so
-- that no report is ever without a place. A month that already has rows there
-- keeps them there. A partition is attached rather than made in place, which
-- would wait for whoever reads the table, and every report behind it.
CREATE OR REPLACE FUNCTION ensure_partitions(
  since date DEFAULT (now() - interval '14 months')::date,
  until date DEFAULT (now() + interval '13 months')::date
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  parent text;
  name text;
  month date;
  taken boolean;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(8460, 2);
  FOREACH parent IN ARRAY ARRAY['report', 'policy', 'failure'] LOOP
    IF to_regclass(parent || '_default') IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT',
        parent || '_default', parent);
    END IF;
    month := date_trunc('month', since)::date;
    WHILE month <= until LOOP
      name := parent || to_char(month, '_YYYYMM');
      IF to_regclass(name) IS NULL THEN
        EXECUTE format(
          'SELECT EXISTS (SELECT FROM %I WHERE day >= $1 AND day < $2)',
          parent || '_default')
          INTO taken USING month, (month + interval '1 month')::date;
        IF NOT taken THEN
          EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)',
            name, parent);
          EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            parent, name, month, (month + interval '1 month')::date);
          made := made + 1;
        END IF;
      END IF;
      month := (month + interval '1 month')::date;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

SELECT ensure_partitions();

-- Removes what is older than so many days: of reports whole months, and what
-- lies outside of them, of roll-ups the days. Reports that the roll-ups do not
-- contain yet are added to them before, as they outlive them. Without `really`
-- only says what it would do. For the owner alone: who could execute this
-- could lose everything.
CREATE OR REPLACE FUNCTION purge(
  retention integer, rollup_retention integer, really boolean
) RETURNS TABLE (removed text, before date, number bigint)
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp SET jit = off
AS $$
DECLARE
  today date := (now() AT TIME ZONE 'UTC')::date;
  part regclass;
  old text;
  remove text;
BEGIN
  IF retention < 1 OR rollup_retention < retention THEN
    RAISE EXCEPTION 'tlsrpt.purge: roll-ups stay at least as long as reports'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF really THEN
    WHILE fold() > 0 LOOP
    END LOOP;
    IF EXISTS (SELECT FROM outbox WHERE day < today - retention) THEN
      RAISE EXCEPTION 'another process is adding reports to the roll-ups'
        USING ERRCODE = 'object_in_use';
    END IF;
  END IF;

  FOR part, removed, before IN
    SELECT inhrelid, relname, (month + interval '1 month')::date
    FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid,
      to_date(substring(relname FROM '_([0-9]{6})$'), 'YYYYMM') AS month
    WHERE inhparent IN ('report'::regclass, 'policy'::regclass,
        'failure'::regclass)
      AND month + interval '1 month' <= today - retention
    ORDER BY month, relname
  LOOP
    EXECUTE format('SELECT count(*) FROM %s', part) INTO number;
    IF number > 0 THEN
      IF really THEN
        EXECUTE format('DROP TABLE %s', part);
      END IF;
      RETURN NEXT;
    END IF;
  END LOOP;

  FOR removed, before, old IN VALUES
    ('report_default', today - retention, 'day < $1'),
    ('policy_default', today - retention, 'day < $1'),
    ('failure_default', today - retention, 'day < $1'),
    ('daily_domain', today - rollup_retention, 'day < $1'),
    ('daily_policy', today - rollup_retention, 'day < $1'),
    ('daily_failure', today - rollup_retention, 'day < $1'),
    ('alert', today - rollup_retention,
      $condition$last_day < $1 AND state = 'resolved'$condition$)
  LOOP
    remove := CASE WHEN really THEN
      'WITH gone AS (DELETE FROM %I WHERE %s RETURNING 1)
      SELECT count(*) FROM gone'
    ELSE
      'SELECT count(*) FROM %I WHERE %s'
    END;
    EXECUTE format(remove, removed, old) INTO number USING before;
    IF number > 0 THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;
