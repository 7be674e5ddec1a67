-- SPDX-License-Identifier: BSD-2-Clause
-- A policy that cannot be had makes nobody keep mail.

UPDATE daily_failure SET withheld_sessions = 0
WHERE starts_with(cause, 'sts-') AND withheld_sessions > 0;

ALTER VIEW IF EXISTS outbox_failure RENAME COLUMN worded_type TO cause;
