-- SPDX-License-Identifier: BSD-2-Clause
-- Where reports are kept.

-- The default partitions take what is outside of the months made here, so
-- that no report is ever without a place. A month that already has rows there
-- keeps them there. A partition is attached rather than made in place, which
-- would wait for whoever reads the table, and every report behind it.
CREATE OR REPLACE FUNCTION make_partitions(since date, until date)
RETURNS integer
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  parent text;
  name text;
  month date;
  taken boolean;
  made integer := 0;
BEGIN
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
          'SELECT EXISTS (SELECT 1 FROM %I WHERE day >= $1 AND day < $2)',
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

-- Those that the limits on a report's age and the time ahead ask for: whoever
-- stores may call this, and so has no choice of months. To attach one takes a
-- lock on the default partition, for which readers would queue up behind one
-- that is stuck: it gives up sooner than a deadlock is looked for, and the next
-- call tries again.
CREATE OR REPLACE FUNCTION ensure_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '500ms'
AS $$
BEGIN
  IF NOT take_job('partitions') THEN
    RETURN 0;
  END IF;
  RETURN make_partitions((now() - interval '14 months')::date,
    (now() + interval '13 months')::date);
END
$$;

SELECT ensure_partitions();
