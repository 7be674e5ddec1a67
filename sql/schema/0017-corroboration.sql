-- SPDX-License-Identifier: BSD-2-Clause
-- Reports that rules do not believe may count where something corroborates
-- them.

-- Of the failed sessions of an alert, those that only such reports count; and
-- the day before which what they say of it is over. What believed reporters say
-- is not over with that.
ALTER TABLE alert
  ADD COLUMN unauthenticated_sessions numeric NOT NULL DEFAULT 0,
  ADD COLUMN unauthenticated_cleared_day date;
ALTER TABLE past_alert
  ADD COLUMN unauthenticated_sessions numeric NOT NULL DEFAULT 0,
  ADD COLUMN unauthenticated_cleared_day date;
ALTER TYPE alert_finding ADD ATTRIBUTE unauthenticated_sessions numeric;

-- When such reports last told of failures at the domain.
ALTER TABLE watched ADD COLUMN reported_at timestamptz;

-- They get other arguments or other results, which cannot be replaced.
DROP FUNCTION IF EXISTS fold(integer, date), evaluate_alerts(integer),
  wind_alert_clock(), alert_failures(text[], text),
  alert_found_failures(text[], text), alert_found(text[], text),
  claim_alerts(text, integer, integer), incident_texts(text[]),
  tlsrpt_tenant.incident_texts(text[]), tlsrpt_tenant.incidents(text[]);
DROP VIEW IF EXISTS tlsrpt_tenant.v_incident, v_incident;
DROP FUNCTION IF EXISTS incidents(text[], text[]);
