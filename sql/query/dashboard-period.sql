-- SPDX-License-Identifier: BSD-2-Clause
-- When the page was made, by the clock of the database.
SELECT
  to_json(to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
    AS made;
