-- SPDX-License-Identifier: BSD-2-Clause
-- Where reports and roll-ups are kept: in a table for each month, and reports
-- in one for each day where a month of them would be too much for one. All days
-- of a month have one then, so that there is either the month or its first day.

-- In the order in which a report is stored.
CREATE OR REPLACE FUNCTION report_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
  SELECT ARRAY['report', 'policy', 'failure']
$$;

-- The others have a few rows for each day.
CREATE OR REPLACE FUNCTION rollup_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
  SELECT ARRAY['daily_domain', 'daily_policy', 'daily_failure',
    'daily_domain_sum', 'weekly_domain_sum', 'weekly_policy_sum',
    'weekly_failure_sum']
$$;

-- The Monday of its week.
CREATE OR REPLACE FUNCTION week_of(day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT day - extract(isodow FROM day)::integer + 1
$$;

-- Where the table of a month begins: a week is in the month that it ends in, so
-- that nothing of it is left when this month goes.
CREATE OR REPLACE FUNCTION begin_of_month(parent text, month date) RETURNS date
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE WHEN parent LIKE 'weekly%' THEN week_of(month) ELSE month END
$$;

-- A partition is attached rather than made in place, which would wait for
-- whoever reads the table, and every report behind it.
CREATE OR REPLACE FUNCTION make_partition(
  parent text, name text, first date, next date
) RETURNS void
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
  EXECUTE format(
    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, name, first, next);
END
$$;

-- The default partitions take what is outside of the months made here, so
-- that nothing is ever without a place. A month that already has rows there
-- keeps them there.
CREATE OR REPLACE FUNCTION make_partitions(
  since date, until date,
  parents text[] DEFAULT report_tables() || rollup_tables()
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  parent text;
  name text;
  month date;
  next date;
  taken boolean;
  made integer := 0;
BEGIN
  FOREACH parent IN ARRAY parents LOOP
    IF to_regclass(parent || '_default') IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT',
        parent || '_default', parent);
    END IF;
    month := date_trunc('month', since)::date;
    WHILE month <= until LOOP
      name := parent || to_char(month, '_YYYYMM');
      next := (month + interval '1 month')::date;
      IF to_regclass(name) IS NULL AND to_regclass(name || '01') IS NULL THEN
        EXECUTE format(
          'SELECT EXISTS (SELECT 1 FROM %I WHERE day >= $1 AND day < $2)',
          parent || '_default')
          INTO taken
          USING begin_of_month(parent, month), begin_of_month(parent, next);
        IF NOT taken THEN
          PERFORM make_partition(parent, name, begin_of_month(parent, month),
            begin_of_month(parent, next));
          made := made + 1;
        END IF;
      END IF;
      month := next;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

-- Whether there is one table for this month of reports, and nothing in it.
CREATE OR REPLACE FUNCTION is_empty_month(month date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  parent text;
  part regclass;
  taken boolean;
BEGIN
  FOREACH parent IN ARRAY report_tables() LOOP
    part := to_regclass(parent || to_char(month, '_YYYYMM'));
    IF part IS NULL THEN
      RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', part) INTO taken;
    IF taken THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

-- Has a month of reports, in which there are none yet, one table for each day;
-- returns how many there are. For an administrator, too, who knows that there
-- will be many. Whoever stores or reads waits until they are made, but they give
-- up soon if somebody is in their way.
CREATE OR REPLACE FUNCTION make_days(of_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
  month date := date_trunc('month', of_month)::date;
  next date := (month + interval '1 month')::date;
  parent text;
BEGIN
  LOCK TABLE ONLY report, ONLY policy, ONLY failure IN ACCESS EXCLUSIVE MODE;
  IF NOT is_empty_month(month) THEN
    RAISE EXCEPTION 'tlsrpt.make_days: % is no month without reports', month
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  FOREACH parent IN ARRAY report_tables() LOOP
    EXECUTE format('DROP TABLE %I', parent || to_char(month, '_YYYYMM'));
    PERFORM make_partition(parent, parent || to_char(day, '_YYYYMMDD'), day,
      day + 1)
    FROM (SELECT month + number AS day
      FROM generate_series(0, next - month - 1) AS number) AS days;
  END LOOP;
  RETURN 3 * (next - month);
END
$$;

-- Whether reports come in by the million a day, as far as statistics tell: in
-- any day, or month, of the last two months.
CREATE OR REPLACE FUNCTION come_by_million() RETURNS boolean
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'report'::regclass
      AND substring(relname FROM '_([0-9]{6})') IN (
        to_char(now(), 'YYYYMM'), to_char(now() - interval '1 month', 'YYYYMM'))
      AND reltuples >= 1000000
        * CASE WHEN relname ~ '_[0-9]{8}$' THEN 1 ELSE 30 END)
$$;

-- Those that the limits on a report's age and the time ahead ask for: whoever
-- stores may call this, and so has no choice of months. To attach one takes a
-- lock on the default partition, for which readers would queue up behind one
-- that is stuck: it gives up sooner than a deadlock is looked for, and the next
-- call tries again. Whoever fills the roll-ups makes their months, too, and
-- every reader has all months to come in his plan: two are enough. Days are made
-- while the month is further away than a report can be ahead.
CREATE OR REPLACE FUNCTION ensure_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '500ms'
AS $$
DECLARE
  since date := (now() - interval '14 months')::date;
  next date := date_trunc('month', now() + interval '1 month')::date;
  made integer;
BEGIN
  IF NOT take_job('partitions') THEN
    RETURN 0;
  END IF;
  made := make_partitions(since, (now() + interval '13 months')::date,
      report_tables())
    + make_partitions(since, (now() + interval '2 months')::date,
      rollup_tables());
  IF come_by_million() AND is_empty_month(next) THEN
    BEGIN
      made := made + make_days(next);
    EXCEPTION WHEN lock_not_available THEN
      -- The month will do if it is never possible.
    END;
  END IF;
  RETURN made;
END
$$;

SELECT ensure_partitions();
