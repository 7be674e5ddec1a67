-- SPDX-License-Identifier: BSD-2-Clause
-- What incidents look like at this moment, which somebody has to look at.

-- Incidents to look at, and where: those first that these channels are to tell,
-- unless somebody looked in the last hour; then others that are not over, every
-- six hours.
CREATE OR REPLACE FUNCTION incidents_to_look_at(channels text[], most integer)
RETURNS TABLE (
  incident_id integer, result_type text, host text, domain text, last_day date
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
  WITH news AS MATERIALIZED (
    SELECT DISTINCT changes.incident_id
    FROM unnest(channels) AS channel, incident_changes(channel) AS changes
    WHERE tells <> 'over'
  )
  SELECT incident_id, result_type, receiving_mx_hostname, sample_domains[1],
    last_day
  FROM v_incident
  LEFT JOIN incident_now USING (incident_id)
  LEFT JOIN (SELECT incident_id, true AS is_news FROM news) AS told
    USING (incident_id)
  WHERE state <> 'resolved'
    AND result_type IN (SELECT result_type FROM result_type_info)
    AND coalesce(looked_at, '-infinity') < clock_timestamp()
      - CASE WHEN is_news THEN interval '1 hour' ELSE interval '6 hours' END
  ORDER BY is_news, incident_weight(withheld_sessions, failed_sessions,
    policy_domains, severity) DESC, incident_id
  LIMIT most
$$;

CREATE OR REPLACE FUNCTION note_now(i_incident_id integer, i_still boolean,
  i_now text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  DELETE FROM incident_now
  WHERE looked_at < clock_timestamp() - interval '30 days';
  INSERT INTO incident_now AS of_incident (incident_id, looked_at, still, now)
  VALUES (i_incident_id, clock_timestamp(), i_still, left(i_now, 250))
  ON CONFLICT (incident_id) DO UPDATE
  SET looked_at = excluded.looked_at, still = excluded.still,
    now = excluded.now
$$;
