-- SPDX-License-Identifier: BSD-2-Clause
-- Claims what the channel $1 has to deliver, for $2 seconds, at most $3 alerts
-- of it: as one object, or no row.
SELECT
  jsonb_build_object(
    'alerts', jsonb_agg(alert::jsonb ORDER BY place),
    'total', max(total)) AS json,
  count(*) AS news_count, max(total) AS total, max(last_event) AS last_event
FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer)
  WITH ORDINALITY AS claimed (alert, total, last_event, place)
HAVING count(*) > 0;
