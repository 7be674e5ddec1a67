-- SPDX-License-Identifier: BSD-2-Clause
-- Alerts of one cause are one incident, and people are told of these.

-- Incidents and alerts share their numbers. `ending` is what became of an alert
-- that is resolved, NULL where its rule has ended it. The reason codes and
-- addresses that most of the failures have.
ALTER TABLE alert
  ADD COLUMN incident_id integer,
  ADD COLUMN ending text CHECK (ending IN ('resolved', 'expired')),
  ADD COLUMN reason_codes text[] NOT NULL DEFAULT '{}',
  ADD COLUMN receiving_ips text[] NOT NULL DEFAULT '{}';

UPDATE alert SET incident_id = first_id,
  ending = CASE WHEN state = 'resolved' THEN 'resolved' END
FROM (
  SELECT alert_id, min(alert_id) OVER (PARTITION BY state = 'resolved',
    result_type, receiving_mx_hostname, organization_name,
    CASE WHEN receiving_mx_hostname = '' AND organization_name = ''
      THEN policy_domain END) AS first_id
  FROM alert
) AS first
WHERE first.alert_id = alert.alert_id;

ALTER TABLE alert ALTER COLUMN incident_id SET NOT NULL;
CREATE INDEX alert_incident ON alert (incident_id);
CREATE INDEX alert_cause ON alert (result_type, receiving_mx_hostname,
  organization_name) WHERE state <> 'resolved';

-- What alerts were before they came back.
CREATE TABLE past_alert (LIKE alert);
CREATE INDEX past_alert_incident ON past_alert (incident_id);
CREATE INDEX past_alert_domain ON past_alert (policy_domain);

-- What a channel was told of an incident: its severity. NULL: nothing yet.
-- `claimed` is what it will have been told when the delivery has succeeded,
-- and `what` has become of the incident then.
CREATE TABLE incident_told (
  channel text,
  incident_id integer,
  told text CHECK (told IN ('warning', 'critical')),
  claimed text CHECK (claimed IN ('warning', 'critical', 'over')),
  what text,
  PRIMARY KEY (channel, incident_id)
);

INSERT INTO incident_told (channel, incident_id, told)
SELECT channel, incident_id, min(severity)
FROM alert, alert_channel
WHERE state <> 'resolved'
GROUP BY channel, incident_id;

-- They get other arguments or other results, which cannot be replaced.
DROP FUNCTION IF EXISTS alert_channels, claim_alerts, finish_alerts, tell_alert,
  raise_alert, resolve_alert, unresolved_alerts, alert_counts;
DROP VIEW IF EXISTS v_alert_channel;
ALTER TABLE alert_channel DROP COLUMN delivered;
DROP TABLE alert_event;
