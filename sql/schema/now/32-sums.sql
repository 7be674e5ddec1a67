-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of a period, of all reporters together, for whoever ranks domains: whole
-- weeks, the days around them, and what is not rolled up yet, in rows of its
-- own: several rows of the same add up. A function knows the days when it is
-- planned, where a view would not, and whether anything waits.

-- The whole weeks in a period, NULL: without end: the first Monday, and the
-- day after the last Sunday. Of these no day is left where there is none.
CREATE OR REPLACE FUNCTION first_week(since date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT week_of(coalesce(since, '0001-01-01') + 6)
$$;

CREATE OR REPLACE FUNCTION end_of_weeks(until date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT week_of(coalesce(until, '9999-12-31') + 1)
$$;

-- Whether a day of the period is in none of these. Where there is no whole week,
-- the end is not behind the first Monday, and each day is in none.
CREATE OR REPLACE FUNCTION is_beside_weeks(day date, since date, until date)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT day BETWEEN coalesce(since, '-infinity') AND coalesce(until, 'infinity')
    AND (day < first_week(since) OR day >= end_of_weeks(until))
$$;

CREATE OR REPLACE FUNCTION domain_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, reports numeric,
  successful_sessions numeric, failed_sessions numeric, first_day date,
  last_day date, withheld_sessions numeric, would_withhold_sessions numeric
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10000
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT policy_domain, authenticated, sum(reports), sum(successful_sessions),
    sum(failed_sessions), min(first_day), max(last_day),
    sum(withheld_sessions), sum(would_withhold_sessions)
  FROM (
    SELECT policy_domain, authenticated, reports, successful_sessions,
      failed_sessions, first_day, last_day, withheld_sessions,
      would_withhold_sessions
    FROM weekly_domain_sum
    WHERE day >= first_week(since) AND day < end_of_weeks(until)
    UNION ALL
    SELECT policy_domain, authenticated, reports, successful_sessions,
      failed_sessions, day, day, withheld_sessions, would_withhold_sessions
    FROM daily_domain_sum
    WHERE is_beside_weeks(day, since, until)
  ) AS counted
  GROUP BY policy_domain, authenticated;
  IF anything_waits() THEN
    RETURN QUERY
    SELECT policy_domain, auth_domain <> '', 1::numeric, successful_sessions,
      failed_sessions, day, day, 0::numeric, 0::numeric
    FROM outbox_domain
    WHERE day BETWEEN coalesce(since, '-infinity')
      AND coalesce(until, 'infinity');
    RETURN QUERY
    SELECT policy_domain, auth_domain <> '', 0::numeric, 0::numeric, 0::numeric,
      day, day, withheld_sessions::numeric, would_withhold_sessions::numeric
    FROM outbox_failure
    WHERE day BETWEEN coalesce(since, '-infinity')
      AND coalesce(until, 'infinity');
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION policy_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, policy_type text, sts_mode text,
  successful_sessions numeric, failed_sessions numeric, first_day date,
  last_day date
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10000
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT policy_domain, authenticated, policy_type, nullif(sts_mode, ''),
    sum(successful_sessions), sum(failed_sessions), min(first_day),
    max(last_day)
  FROM (
    SELECT policy_domain, authenticated, policy_type, sts_mode,
      successful_sessions, failed_sessions, first_day, last_day
    FROM weekly_policy_sum
    WHERE day >= first_week(since) AND day < end_of_weeks(until)
    UNION ALL
    SELECT policy_domain, auth_domain <> '', policy_type, sts_mode,
      successful_sessions, failed_sessions, day, day
    FROM daily_policy
    WHERE is_beside_weeks(day, since, until)
  ) AS counted
  GROUP BY policy_domain, authenticated, policy_type, sts_mode;
  IF anything_waits() THEN
    RETURN QUERY
    SELECT policy_domain, auth_domain <> '', policy_type, nullif(sts_mode, ''),
      successful_sessions::numeric, failed_sessions::numeric, day, day
    FROM outbox_policy
    WHERE day BETWEEN coalesce(since, '-infinity')
      AND coalesce(until, 'infinity');
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION failure_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, result_type text,
  receiving_mx_hostname text, failed_sessions numeric, first_day date,
  last_day date
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10000
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT policy_domain, authenticated, result_type, receiving_mx_hostname,
    sum(failed_sessions), min(first_day), max(last_day)
  FROM (
    SELECT policy_domain, authenticated, result_type, receiving_mx_hostname,
      failed_sessions, first_day, last_day
    FROM weekly_failure_sum
    WHERE day >= first_week(since) AND day < end_of_weeks(until)
    UNION ALL
    SELECT policy_domain, auth_domain <> '', result_type,
      receiving_mx_hostname, failed_sessions, day, day
    FROM daily_failure
    WHERE is_beside_weeks(day, since, until)
  ) AS counted
  GROUP BY policy_domain, authenticated, result_type, receiving_mx_hostname;
  IF anything_waits() THEN
    RETURN QUERY
    SELECT policy_domain, auth_domain <> '', result_type,
      receiving_mx_hostname, failed_sessions::numeric, day, day
    FROM outbox_failure
    WHERE day BETWEEN coalesce(since, '-infinity')
      AND coalesce(until, 'infinity');
  END IF;
END
$$;

-- Makes the sums of a week again from those of its days, where some were
-- removed.
CREATE OR REPLACE FUNCTION sum_week(monday date) RETURNS void
LANGUAGE sql SET search_path = tlsrpt, pg_temp
AS $$
  DELETE FROM weekly_domain_sum WHERE day = monday;
  DELETE FROM weekly_policy_sum WHERE day = monday;
  DELETE FROM weekly_failure_sum WHERE day = monday;

  INSERT INTO weekly_domain_sum
  SELECT monday, policy_domain, authenticated, sum(reports),
    sum(successful_sessions), sum(failed_sessions), sum(withheld_sessions),
    sum(would_withhold_sessions), min(day), max(day)
  FROM daily_domain_sum
  WHERE day BETWEEN monday AND monday + 6
  GROUP BY policy_domain, authenticated;

  INSERT INTO weekly_policy_sum
  SELECT monday, policy_domain, auth_domain <> '', policy_type, sts_mode,
    sum(successful_sessions), sum(failed_sessions), min(day), max(day)
  FROM daily_policy
  WHERE day BETWEEN monday AND monday + 6
  GROUP BY policy_domain, auth_domain <> '', policy_type, sts_mode;

  INSERT INTO weekly_failure_sum
  SELECT monday, policy_domain, auth_domain <> '', result_type,
    receiving_mx_hostname, sum(failed_sessions), min(day), max(day)
  FROM daily_failure
  WHERE day BETWEEN monday AND monday + 6
  GROUP BY policy_domain, auth_domain <> '', result_type,
    receiving_mx_hostname;
$$;
