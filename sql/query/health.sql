-- SPDX-License-Identifier: BSD-2-Clause
-- What may be wrong, by the names of store-health.c; NULL: nothing. $1: how
-- many connections one process may open; $2: the seconds between two updates of
-- the roll-ups, which may miss one, and a minute.
SELECT
  CASE WHEN current_setting('synchronous_commit') = 'off'
    THEN 'off' END AS commit,
  CASE WHEN current_setting('fsync') = 'off' THEN 'off' END AS fsync,
  CASE WHEN current_setting('statement_timeout') = '0'
    AND current_setting('is_superuser') = 'off' THEN '0' END AS timeout,
  CASE WHEN free < $1::bigint THEN free END AS connections,
  CASE WHEN greatest(waiting_since, folded_at)
      < now() - (60 + 2 * $2::bigint) * interval '1 second'
    OR waiting_since < now() - interval '1 hour'
    THEN tlsrpt.utc_text(waiting_since) END AS waiting,
  to_char(missing_month, 'YYYY-MM') AS partition,
  nullif(outside, 0) AS outside,
  crowded,
  CASE WHEN unauthenticated > 100000 THEN unauthenticated END AS flood,
  CASE WHEN last_day IS NULL THEN 'none' END AS empty,
  CASE WHEN last_day < (now() AT TIME ZONE 'UTC')::date - 4
    THEN last_day END AS silent,
  tlsrpt.collation_change() AS collation
FROM tlsrpt.health(),
  LATERAL (
    SELECT current_setting('max_connections')::bigint
      - current_setting('superuser_reserved_connections')::bigint AS free
  ) AS connections;
