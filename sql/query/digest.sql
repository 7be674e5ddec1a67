-- SPDX-License-Identifier: BSD-2-Clause
-- What the last $1 days were like, by the members of StoreDigest.
SELECT since, until, first_day, last_day, age, domains, reporters, reports,
  sessions, failed_sessions, withheld_sessions, sessions_before,
  failed_sessions_before, clean_days,
  array_to_string(new_reporters, E'\n') AS new_reporters,
  array_to_string(ready_domains, E'\n') AS ready_domains, ready_count,
  array_to_string(held_domains, E'\n') AS held_domains, held_count
FROM digest($1::integer);
