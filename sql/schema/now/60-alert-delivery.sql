-- SPDX-License-Identifier: BSD-2-Clause
-- Who has to be told of alerts, and what the daemon shows of them.

-- How delivery stands.
CREATE OR REPLACE VIEW v_alert_channel AS
SELECT channel, delivered_at, count(event_id) AS waiting,
  min(happened_at) AS waiting_since, attempts, problem, problem_since
FROM alert_channel
LEFT JOIN alert_event ON event_id > delivered
GROUP BY channel, delivered_at, attempts, problem, problem_since;

-- What a channel has to tell, of each alert the last that has become of it, the
-- worst first and at most so many, for whoever gets it to deliver within so
-- many seconds; nothing while somebody else has it, or after a failure not yet.
-- `total` counts all that this is about, up to `last_event`. A new channel
-- begins with the last day.
CREATE OR REPLACE FUNCTION claim_alerts(
  i_channel text, seconds integer, most integer
) RETURNS TABLE (alert text, total bigint, last_event bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  after bigint;
BEGIN
  INSERT INTO alert_channel (channel, delivered)
  SELECT i_channel, coalesce(max(event_id), 0) FROM alert_event
  WHERE happened_at < now() - interval '1 day'
  ON CONFLICT DO NOTHING;
  UPDATE alert_channel
  SET claimed_until = clock_timestamp() + seconds * interval '1 second'
  WHERE channel = i_channel AND claimed_until <= clock_timestamp()
    AND next_attempt <= clock_timestamp()
    AND EXISTS (SELECT FROM alert_event WHERE event_id > delivered)
  RETURNING delivered INTO after;
  RETURN QUERY
    SELECT newest.alert::text, count(*) OVER (), max(event_id) OVER ()
    FROM (
      SELECT DISTINCT ON ((alert_event.alert ->> 'alert_id')::integer)
        event_id, alert_event.alert
      FROM alert_event
      WHERE event_id > after
      ORDER BY (alert_event.alert ->> 'alert_id')::integer, event_id DESC
    ) AS newest
    ORDER BY newest.alert ->> 'what' IN ('resolved', 'expired'),
      newest.alert ->> 'severity', event_id
    LIMIT most;
END
$$;

-- What became of it: `problem` is NULL when everybody was told. The more there
-- was to tell the longer is the pause, at most five minutes, so that a flood
-- comes in one piece; after failures it grows to ten.
CREATE OR REPLACE FUNCTION finish_alerts(
  i_channel text, last_event bigint, i_problem text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  UPDATE alert_channel SET claimed_until = '-infinity',
    delivered = CASE WHEN i_problem IS NULL
      THEN greatest(delivered, last_event) ELSE delivered END,
    delivered_at = CASE WHEN i_problem IS NULL
      THEN clock_timestamp() ELSE delivered_at END,
    attempts = CASE WHEN i_problem IS NULL THEN 0 ELSE attempts + 1 END,
    next_attempt = clock_timestamp() + interval '1 second'
      * CASE WHEN i_problem IS NULL
        THEN least(300, greatest(0, last_event - delivered) / 10)
        ELSE least(600, 5 * 2 ^ least(attempts, 10)) END,
    problem = left(i_problem, 1024),
    problem_since = CASE WHEN i_problem IS NOT NULL
      THEN coalesce(problem_since, clock_timestamp()) END
  WHERE channel = i_channel
$$;

-- For the daemon, which may read no view: alerts that are not resolved, the
-- worst first and at most so many; how many there are; how delivery stands.
CREATE OR REPLACE FUNCTION unresolved_alerts(most integer)
RETURNS TABLE (
  rule text, severity text, state text, policy_domain text, result_type text,
  receiving_mx_hostname text, organization_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT rule, severity, state, policy_domain, result_type,
    receiving_mx_hostname, organization_name
  FROM alert
  WHERE state <> 'resolved'
  ORDER BY severity, alert_id
  LIMIT most
$$;

CREATE OR REPLACE FUNCTION alert_counts()
RETURNS TABLE (severity text, state text, alerts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT severity, state, count(alert_id)
  FROM unnest('{critical,warning}'::text[]) AS severity
  CROSS JOIN unnest('{open,acknowledged,reopened}'::text[]) AS state
  LEFT JOIN alert USING (severity, state)
  GROUP BY severity, state
$$;

CREATE OR REPLACE FUNCTION alert_channels() RETURNS SETOF v_alert_channel
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT * FROM v_alert_channel
$$;
