-- SPDX-License-Identifier: BSD-2-Clause
-- Who has to be told of alerts, and what the daemon shows of them.

-- What a channel has to tell, and since when: of incidents that are not over,
-- the severity that it was not told yet, of those that are over what has become
-- of them, NULL where a changed rule has ended them. Who acknowledges knows.
CREATE OR REPLACE FUNCTION incident_changes(i_channel text)
RETURNS TABLE (incident_id integer, what text, tells text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  WITH known AS MATERIALIZED (
    SELECT incident_id, told FROM incident_told
    WHERE channel = i_channel AND told IS NOT NULL
  )
  SELECT incident_id, CASE WHEN told IS NOT NULL THEN 'escalated'
      WHEN again THEN 'reopened' ELSE 'opened' END, severity, opened_at
  FROM (
    SELECT incident_id, min(severity) AS severity,
      bool_or(state <> 'acknowledged') AS unknown,
      bool_and(state = 'reopened') AS again, min(opened_at) AS opened_at
    FROM shown_alert
    WHERE state <> 'resolved'
    GROUP BY incident_id
  ) AS running
  LEFT JOIN known USING (incident_id)
  WHERE told IS NULL AND unknown OR told > severity
  UNION ALL
  SELECT incident_id, max(ending), 'over', max(resolved_at)
  FROM known
  JOIN every_alert USING (incident_id)
  GROUP BY incident_id
  HAVING bool_and(state = 'resolved')
$$;

-- How delivery stands: incidents that wait for it.
CREATE OR REPLACE VIEW v_alert_channel AS
SELECT channel, delivered_at, waiting, waiting_since, attempts, problem,
  problem_since
FROM alert_channel
CROSS JOIN LATERAL (
  SELECT count(*) AS waiting, min(since) AS waiting_since
  FROM incident_changes(channel)
  WHERE what IS NOT NULL
) AS changes;

-- What a channel has to tell, with the figures of this moment, the worst first
-- and at most so many, for whoever gets it to deliver within so many seconds;
-- nothing while somebody else has it, or after a failure not yet. `total`
-- counts all that there is. As long as domains wait to be looked at, incidents
-- grow: they are told when they are complete, or after ten seconds.
CREATE OR REPLACE FUNCTION claim_alerts(
  i_channel text, seconds integer, most integer
) RETURNS TABLE (what text, total bigint, incident v_incident)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
BEGIN
  INSERT INTO alert_channel (channel) VALUES (i_channel)
  ON CONFLICT DO NOTHING;
  UPDATE alert_channel
  SET claimed_until = clock_timestamp() + seconds * interval '1 second'
  WHERE channel = i_channel AND claimed_until <= clock_timestamp()
    AND next_attempt <= clock_timestamp()
    AND EXISTS (SELECT FROM incident_changes(i_channel) AS changes
      WHERE since < clock_timestamp() - interval '10 seconds'
        OR NOT EXISTS (SELECT FROM alert_pending));
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE incident_told AS of_channel SET claimed = NULL
  WHERE channel = i_channel;
  INSERT INTO incident_told AS of_channel (channel, incident_id, claimed, what)
  SELECT i_channel, changes.incident_id, tells, changes.what
  FROM incident_changes(i_channel) AS changes
  ON CONFLICT (channel, incident_id) DO UPDATE
  SET claimed = excluded.claimed, what = excluded.what;
  DELETE FROM incident_told AS of_channel
  WHERE channel = i_channel AND claimed = 'over' AND of_channel.what IS NULL;
  RETURN QUERY
    SELECT news.what, count(*) OVER (), v_incident
    FROM incident_told AS news
    JOIN v_incident USING (incident_id)
    WHERE news.channel = i_channel AND claimed IS NOT NULL
    ORDER BY claimed = 'over', incident_weight(withheld_sessions,
      failed_sessions, policy_domains, severity) DESC, incident_id
    LIMIT most;
  IF NOT FOUND THEN
    UPDATE alert_channel SET claimed_until = '-infinity'
    WHERE channel = i_channel;
  END IF;
END
$$;

-- Whether a channel has to deliver a digest, of so many days, which it then gets
-- as claim_alerts() gets alerts; not before there is a report.
CREATE OR REPLACE FUNCTION claim_digest(
  i_channel text, seconds integer, days integer
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  UPDATE alert_channel
  SET claimed_until = clock_timestamp() + seconds * interval '1 second'
  WHERE channel = i_channel AND claimed_until <= clock_timestamp()
    AND next_attempt <= clock_timestamp()
    AND digest_at <= clock_timestamp() - days * interval '1 day'
    AND EXISTS (SELECT FROM daily_reporter);
  RETURN FOUND;
END
$$;

-- What became of it: `problem` is NULL when everybody was told. The more there
-- was to tell the longer is the pause, at most five minutes, so that a flood
-- comes in one piece; after failures it grows to ten, or is `pause` in seconds,
-- for which whoever refused it has asked, at most an hour. `digest_days`: it was
-- a digest, and the next one comes so many days after the time of this one.
DROP FUNCTION IF EXISTS finish_alerts(text, text, integer);
CREATE OR REPLACE FUNCTION finish_alerts(
  i_channel text, i_problem text, digest_days integer DEFAULT NULL,
  pause integer DEFAULT 0
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  UPDATE alert_channel SET claimed_until = '-infinity',
    delivered_at = CASE WHEN i_problem IS NULL
      THEN clock_timestamp() ELSE delivered_at END,
    digest_at = CASE WHEN i_problem IS NULL AND digest_days IS NOT NULL
      THEN CASE WHEN digest_at + 2 * digest_days * interval '1 day'
          > clock_timestamp() THEN digest_at + digest_days * interval '1 day'
        ELSE clock_timestamp() END
      ELSE digest_at END,
    attempts = CASE WHEN i_problem IS NULL THEN 0 ELSE attempts + 1 END,
    next_attempt = clock_timestamp() + interval '1 second'
      * CASE WHEN i_problem IS NULL
        THEN least(300, (SELECT count(*) FROM incident_told
          WHERE channel = i_channel AND claimed IS NOT NULL) / 10)
        ELSE greatest(least(600, 5 * 2 ^ least(attempts, 10)),
          least(pause, 3600)) END,
    problem = left(i_problem, 1024),
    problem_since = CASE WHEN i_problem IS NOT NULL
      THEN coalesce(problem_since, clock_timestamp()) END
  WHERE channel = i_channel;
  DELETE FROM incident_told
  WHERE channel = i_channel AND CASE WHEN i_problem IS NULL
    THEN claimed = 'over' ELSE told IS NULL END;
  UPDATE incident_told
  SET told = CASE WHEN i_problem IS NULL THEN claimed ELSE told END,
    claimed = NULL
  WHERE channel = i_channel AND claimed IS NOT NULL
$$;

-- For the daemon, which may read no view: incidents that are not over, the
-- worst first and at most so many; how many there are; how delivery stands.
CREATE OR REPLACE FUNCTION unresolved_incidents(most integer)
RETURNS TABLE (
  incident_id text, severity text, state text, result_type text,
  receiving_mx_hostname text, organization_name text, policy_domain text,
  policy_domains bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT incident_id::text, severity, state, result_type,
    receiving_mx_hostname, organization_name,
    CASE WHEN receiving_mx_hostname = '' AND organization_name = ''
      THEN sample_domains[1] ELSE '' END, policy_domains
  FROM v_incident
  WHERE state <> 'resolved'
  ORDER BY incident_weight(withheld_sessions, failed_sessions, policy_domains,
    severity) DESC, incident_id
  LIMIT most
$$;

CREATE OR REPLACE FUNCTION incident_counts()
RETURNS TABLE (severity text, state text, incidents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT severity, state, count(incident_id)
  FROM unnest('{critical,warning}'::text[]) AS severity
  CROSS JOIN unnest('{open,acknowledged,reopened}'::text[]) AS state
  LEFT JOIN v_incident USING (severity, state)
  GROUP BY severity, state
$$;

CREATE OR REPLACE FUNCTION alert_channels() RETURNS SETOF v_alert_channel
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT * FROM v_alert_channel
$$;
