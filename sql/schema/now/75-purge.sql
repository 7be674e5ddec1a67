-- SPDX-License-Identifier: BSD-2-Clause
-- What is removed, and when. All that begin with purge_, except the plan, are
-- steps: each is a transaction of its own, so that nothing is held for longer
-- than one takes, and says whether there may be more to do. All but
-- purge_quarantine() are for the owner alone: who could execute them could lose
-- everything.

-- The first day that is not older than so many days.
CREATE OR REPLACE FUNCTION days_ago(days integer) RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT (now() AT TIME ZONE 'UTC')::date - days
$$;

-- The first day of roll-ups that is not older than so many days: whole months go,
-- so that tables are dropped, and rows need not be deleted.
CREATE OR REPLACE FUNCTION month_ago(days integer) RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT date_trunc('month', days_ago(days))::date
$$;

-- The partitions of these tables, of months and of days, in a period. The name
-- of no other table is read as a date, however it is planned: they may be
-- anything, as pg_toast_118726.
CREATE OR REPLACE FUNCTION partitions_within(
  parents text[], since date, until date
) RETURNS TABLE (part regclass, name text, first date, next date)
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  WITH tables AS MATERIALIZED (
    SELECT inhrelid, relname
    FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = ANY (parents::regclass[])
  )
  SELECT inhrelid::regclass, relname, first, next
  FROM tables,
    LATERAL (SELECT substring(relname FROM '_([0-9]{6}|[0-9]{8})$') AS digits)
      AS of_name,
    LATERAL (SELECT to_date(rpad(digits, 8, '01'), 'YYYYMMDD') AS first)
      AS of_digits,
    LATERAL (SELECT (first + CASE length(digits) WHEN 6
      THEN interval '1 month' ELSE interval '1 day' END)::date AS next)
      AS of_first
  WHERE first >= since AND next <= until
  ORDER BY first, relname
$$;

-- Of those that end before this day the ones that hold something: others may
-- have been made for reports to come.
CREATE OR REPLACE FUNCTION old_partitions(before date, parents text[])
RETURNS TABLE (part regclass, name text, first date, next date)
LANGUAGE plpgsql STABLE SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  is_used boolean;
BEGIN
  FOR part, name, first, next IN
    SELECT * FROM partitions_within(parents, '-infinity', before)
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', part) INTO is_used;
    IF is_used THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;

-- Domains that nobody has watched since this day, nor in the last month: others
-- may be looked at every few days only.
CREATE OR REPLACE FUNCTION watched_before(day date) RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
  SELECT policy_domain FROM watched
  WHERE claimed_at < least(day, days_ago(30))::timestamp AT TIME ZONE 'UTC'
$$;

-- The quarantine in the order in which it is emptied: unauthenticated ones
-- first, then the oldest. A size is what the raw part takes on the disk,
-- `before` what those before it take. Without what is older than `oldest`.
CREATE OR REPLACE FUNCTION quarantine_order(oldest timestamptz)
RETURNS TABLE (id uuid, before numeric, total numeric)
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  SELECT id,
    sum(size) OVER (ORDER BY signed_by <> '{}', received_at, id) - size,
    sum(size) OVER ()
  FROM (
    SELECT id, received_at, signed_by, pg_column_size(raw)::bigint AS size
    FROM quarantine
    WHERE received_at >= oldest
  ) AS measured
$$;

-- What is older than so many days, or in the quarantine too much by so many
-- bytes: of reports whole months or days, and what lies outside of them, of
-- roll-ups whole months, of domains what is known of those that are not watched
-- any more. Reports that the roll-ups do not contain yet are not counted.
CREATE OR REPLACE FUNCTION purge_plan(
  retention integer, rollup_retention integer, quarantine_days integer,
  quarantine_bytes bigint
) RETURNS TABLE (removed text, before date, number bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
DECLARE
  reports_before date := days_ago(retention);
  rollups_before date := month_ago(rollup_retention);
  oldest timestamptz := now() - quarantine_days * interval '1 day';
  part regclass;
  old text;
BEGIN
  IF retention < 1 OR rollup_retention < retention THEN
    RAISE EXCEPTION 'tlsrpt.purge_plan: roll-ups stay at least as long as '
      'reports' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR part, removed, before IN
    SELECT o.part, o.name, o.next
    FROM old_partitions(reports_before, report_tables()) AS o
  LOOP
    EXECUTE format('SELECT count(*) FROM %s', part) INTO number;
    RETURN NEXT;
  END LOOP;

  FOR removed, before, old IN VALUES
    ('report_default', reports_before, 'day < $1'),
    ('policy_default', reports_before, 'day < $1'),
    ('failure_default', reports_before, 'day < $1'),
    ('daily_reporter', reports_before, 'day < $1'),
    ('daily_remark', reports_before, 'day < $1'),
    ('watched', reports_before, 'policy_domain IN (SELECT watched_before($1))'),
    ('observation', reports_before,
      'policy_domain IN (SELECT watched_before($1))'),
    ('daily_domain', rollups_before, 'day < $1'),
    ('daily_policy', rollups_before, 'day < $1'),
    ('daily_failure', rollups_before, 'day < $1'),
    ('daily_received', rollups_before, 'day < $1'),
    ('daily_reporter_sum', rollups_before, 'day < $1'),
    ('daily_type_sum', rollups_before, 'day < $1'),
    ('daily_domain_sum', rollups_before, 'day < $1'),
    ('daily_policy_sum', rollups_before, 'day < $1'),
    ('domain_reporter', rollups_before, 'last_day < $1'),
    ('domain_policy', rollups_before, 'last_day < $1'),
    ('domain_rollout', rollups_before, 'NOT EXISTS (SELECT FROM domain_policy
      WHERE policy_domain = domain_rollout.policy_domain AND last_day >= $1)'),
    ('report_loop', rollups_before, 'last_day < $1'),
    ('alert', rollups_before, 'last_day < $1 AND state = ''resolved'''),
    ('past_alert', rollups_before, 'last_day < $1')
  LOOP
    EXECUTE format('SELECT count(*) FROM %I WHERE %s', removed, old)
      INTO number USING before;
    IF number > 0 THEN
      RETURN NEXT;
    END IF;
  END LOOP;

  removed := 'quarantine';
  before := days_ago(quarantine_days);
  number := (SELECT count(*) FROM quarantine WHERE received_at < oldest)
    + (SELECT count(*) FROM quarantine_order(oldest) AS o
      WHERE o.before < o.total - quarantine_bytes);
  IF number > 0 THEN
    RETURN NEXT;
  END IF;
END
$$;

-- Adds to the roll-ups what is about to be removed, a batch at a time. Others
-- only try to take the job: whoever waits for it is the next.
CREATE OR REPLACE FUNCTION purge_fold(days integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '60s'
AS $$
BEGIN
  PERFORM FROM job WHERE name = 'fold' FOR UPDATE;
  RETURN (SELECT reports > 0 FROM fold(before => days_ago(days)));
END
$$;

-- Removes the oldest month, or what is in the oldest day where a month has
-- tables of days: these stay until the whole month goes, for what comes late,
-- and nobody is in the way but who reads this day. Tables are locked in the
-- order in which reports are stored, so that neither waits for the other in a
-- circle, and briefly: behind this lock all that comes in waits. No report
-- can come in between the look into the outbox and the removal.
CREATE OR REPLACE FUNCTION purge_month(days integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '200ms'
AS $$
DECLARE
  until date := days_ago(days);
  day date := (SELECT min(first) FROM old_partitions(until, report_tables()));
  oldest date := date_trunc('month', day)::date;
  following date := (oldest + interval '1 month')::date;
  is_whole boolean := following <= until;
  parent text;
BEGIN
  IF day IS NULL THEN
    RETURN false;
  END IF;
  IF is_whole THEN
    LOCK TABLE ONLY report IN ACCESS EXCLUSIVE MODE;
  ELSE
    oldest := day;
    following := day + 1;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE',
      to_char(day, '"report"_YYYYMMDD'));
  END IF;
  IF EXISTS (SELECT 1 FROM outbox
    WHERE outbox.day >= oldest AND outbox.day < following)
  THEN
    RAISE EXCEPTION 'reports of % wait for the roll-ups', oldest
      USING ERRCODE = 'lock_not_available';
  END IF;
  FOREACH parent IN ARRAY report_tables() LOOP
    EXECUTE coalesce((
      SELECT CASE WHEN is_whole THEN 'DROP TABLE ' ELSE 'TRUNCATE ' END
        || string_agg(part::text, ', ')
      FROM partitions_within(ARRAY[parent], oldest, following)), '');
  END LOOP;
  PERFORM drop_verdicts(following);
  RETURN true;
END
$$;

-- Removes what lies outside of all months, and counts of reporters. One
-- statement sees one state: a report that is just coming in stays as a whole,
-- and one that waits for the roll-ups does, too. fold() would want rows of a
-- roll-up in another order.
CREATE OR REPLACE FUNCTION purge_outside(days integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  until date := days_ago(days);
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT day, report_key FROM outbox WHERE day < until
  ), policies AS (
    DELETE FROM policy_default WHERE day < until
      AND (day, report_key) NOT IN (SELECT * FROM waiting)
  ), failures AS (
    DELETE FROM failure_default WHERE day < until
      AND (day, report_key) NOT IN (SELECT * FROM waiting)
  )
  DELETE FROM report_default WHERE day < until
    AND (day, report_key) NOT IN (SELECT * FROM waiting);
  PERFORM drop_verdicts(until);
  PERFORM FROM job WHERE name = 'fold' FOR UPDATE;
  DELETE FROM daily_reporter WHERE day < until;
  DELETE FROM daily_remark WHERE day < until;
  RETURN false;
END
$$;

-- Removes the oldest month of roll-ups. Whoever writes them is waited for, but
-- whoever reads them is not.
CREATE OR REPLACE FUNCTION purge_rollup_month(days integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET lock_timeout = '60s'
AS $$
DECLARE
  oldest date := (
    SELECT min(first) FROM old_partitions(month_ago(days), rollup_tables()));
  parent text;
BEGIN
  IF oldest IS NULL THEN
    RETURN false;
  END IF;
  PERFORM FROM job WHERE name IN ('fold', 'alerts', 'loops')
  ORDER BY name FOR UPDATE;
  SET LOCAL lock_timeout = '200ms';
  FOREACH parent IN ARRAY rollup_tables() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I',
      parent || to_char(oldest, '_YYYYMM'));
  END LOOP;
  PERFORM drop_verdicts((oldest + interval '1 month')::date);
  RETURN true;
END
$$;

-- Removes other roll-ups, and alerts that are over, and no two at once want the
-- same rows. Where a domain is not known any more, hosts below it are not its
-- own.
CREATE OR REPLACE FUNCTION purge_rollups(days integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  until date := month_ago(days);
BEGIN
  PERFORM FROM job WHERE name IN ('fold', 'alerts', 'loops')
  ORDER BY name FOR UPDATE;
  DELETE FROM daily_domain WHERE day < until;
  DELETE FROM daily_policy WHERE day < until;
  DELETE FROM daily_failure WHERE day < until;
  DELETE FROM daily_received WHERE day < until;
  DELETE FROM daily_reporter_sum WHERE day < until;
  DELETE FROM daily_type_sum WHERE day < until;
  DELETE FROM daily_domain_sum WHERE day < until;
  DELETE FROM daily_policy_sum WHERE day < until;
  DELETE FROM domain_reporter WHERE last_day < until;
  DELETE FROM domain_policy WHERE last_day < until;
  PERFORM drop_verdicts(CASE WHEN FOUND THEN 'infinity' ELSE until END);
  DELETE FROM domain_rollout AS d
  WHERE NOT EXISTS (SELECT FROM domain_policy AS known
    WHERE known.policy_domain = d.policy_domain);
  DELETE FROM weekly_domain_sum WHERE day < week_of(until);
  DELETE FROM weekly_policy_sum WHERE day < week_of(until);
  DELETE FROM weekly_failure_sum WHERE day < week_of(until);
  IF EXISTS (SELECT 1 FROM weekly_domain_sum
    WHERE day = week_of(until) AND first_day < until)
  THEN
    PERFORM sum_week(week_of(until));
  END IF;
  DELETE FROM report_loop WHERE last_day < until;
  DELETE FROM alert WHERE last_day < until AND state = 'resolved';
  DELETE FROM past_alert WHERE last_day < until;
  DELETE FROM incident_told
  WHERE incident_id NOT IN (SELECT incident_id FROM every_alert);
  RETURN false;
END
$$;

-- Removes what is known of some domains that are not watched any more, and
-- says whether there are others. Whoever claims one now has it afterwards.
CREATE OR REPLACE FUNCTION purge_watched(
  days integer, most integer DEFAULT 100
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  domains text[] := ARRAY(SELECT policy_domain FROM watched
    WHERE policy_domain IN (SELECT watched_before(days_ago(days)))
    ORDER BY policy_domain LIMIT most
    FOR UPDATE SKIP LOCKED);
BEGIN
  DELETE FROM observation WHERE policy_domain = ANY (domains);
  DELETE FROM watched WHERE policy_domain = ANY (domains);
  RETURN cardinality(domains) = most;
END
$$;

-- Removes from the quarantine what is older than so many days, and of the rest
-- what is more than so many bytes, up to `most`; returns how many, 0 when all
-- is done. For the daemon, too, so that the bounds are no smaller than what the
-- options allow. The size of the table mostly says that it is small enough.
CREATE OR REPLACE FUNCTION purge_quarantine(
  days integer, bytes bigint, most integer DEFAULT 1000
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  oldest timestamptz := now() - greatest(days, 1) * interval '1 day';
  allowed bigint := greatest(bytes, 1048576);
  ids uuid[] := ARRAY(
    SELECT id FROM quarantine WHERE received_at < oldest
    ORDER BY received_at LIMIT most);
BEGIN
  IF cardinality(ids) = 0
    AND pg_total_relation_size('quarantine') > allowed
  THEN
    ids := ARRAY(
      SELECT id FROM quarantine_order(oldest)
      WHERE before < total - allowed
      ORDER BY before LIMIT most);
  END IF;
  DELETE FROM quarantine WHERE id = ANY (ids);
  RETURN cardinality(ids);
END
$$;
