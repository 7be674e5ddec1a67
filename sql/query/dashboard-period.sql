-- SPDX-License-Identifier: BSD-2-Clause
-- When the page was made, by the clock of the database. The parameters are
-- those of sql/store-dashboard.c.
SELECT page,
  to_json(utc_text(now())) AS made
FROM unnest(CASE WHEN $6::boolean THEN $4::text[] ELSE ARRAY[''] END) AS page;
