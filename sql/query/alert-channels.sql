-- SPDX-License-Identifier: BSD-2-Clause
-- How delivery of alerts stands, and whether something has waited for long.
SELECT channel, tlsrpt.utc_text(delivered_at) AS delivered_at, waiting,
  tlsrpt.utc_text(waiting_since) AS waiting_since, attempts, problem,
  tlsrpt.utc_text(problem_since) AS problem_since,
  coalesce(channels.waiting_since < now() - interval '10 minutes', false)
    AS late
FROM tlsrpt.alert_channels() AS channels
ORDER BY channel;
