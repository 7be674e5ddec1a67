-- SPDX-License-Identifier: BSD-2-Clause
-- When each channel had its last digest, or else was set up.
ALTER TABLE alert_channel
  ADD COLUMN digest_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- It gets another argument.
DROP FUNCTION IF EXISTS finish_alerts;
