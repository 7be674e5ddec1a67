-- SPDX-License-Identifier: BSD-2-Clause
-- What shows that nobody looks after the database, for whoever stores or reads:
-- since when reports wait for the roll-ups, the first month to come without a
-- partition, reports outside of all months (up to 1000), and the last day that
-- a report is about. NULL or 0: nothing. `folded_at` is when reports were last
-- added to the roll-ups, `crowded` a signer with too many open alerts, and
-- `unauthenticated` how many such reports were added in a day.
CREATE OR REPLACE FUNCTION health(
  OUT waiting_since timestamptz, OUT missing_month date, OUT outside bigint,
  OUT last_day date, OUT folded_at timestamptz, OUT crowded text,
  OUT unauthenticated bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
  SELECT
    (SELECT min(received_at)
      FROM (SELECT received_at FROM outbox_report LIMIT 1000) AS oldest),
    (SELECT min(month)::date
      FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
          now() AT TIME ZONE 'UTC' + interval '1 month', '1 month') AS month,
        unnest(report_tables()) AS parent
      WHERE to_regclass(parent || to_char(month, '_YYYYMM')) IS NULL
        AND to_regclass(parent || to_char(month, '_YYYYMM01')) IS NULL),
    (SELECT count(*) FROM (SELECT 1 FROM report_default LIMIT 1000) AS found),
    greatest((SELECT max(day) FROM daily_domain),
      (SELECT max(day) FROM outbox)),
    (SELECT done_at FROM job WHERE name = 'fold'),
    (SELECT min(signer) FROM (
      SELECT signer FROM alert WHERE state <> 'resolved' GROUP BY signer
      HAVING count(*) >= alerts_of_signer()) AS most),
    (SELECT coalesce(sum(reports), 0)::bigint FROM daily_reporter
      WHERE auth_domain = '' AND received_at > now() - interval '1 day')
$$;

-- From which version to which the order of texts has changed since the database
-- was made, or its indexes were; NULL: it has not, or nobody knows, as before
-- PostgreSQL 15.
CREATE OR REPLACE FUNCTION collation_change() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  change text;
BEGIN
  IF current_setting('server_version_num')::integer >= 150000 THEN
    EXECUTE 'SELECT datcollversion || $1 || actual
      FROM pg_database, pg_database_collation_actual_version(oid) AS actual
      WHERE datname = current_database() AND datcollversion <> actual'
      INTO change USING ' to ';
  END IF;
  RETURN change;
END
$$;
