-- SPDX-License-Identifier: BSD-2-Clause
-- When the page was made, by the clock of the database.
SELECT
  to_json(utc_text(now())) AS made;
