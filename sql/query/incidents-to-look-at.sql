-- SPDX-License-Identifier: BSD-2-Clause
-- At most $2 incidents to look at for the channels $1.
SELECT incident_id, result_type, nullif(host, '') AS host, domain, last_day
FROM tlsrpt.incidents_to_look_at($1, $2::integer);
