-- SPDX-License-Identifier: BSD-2-Clause
-- Changes the rule $1. The others are its columns; NULL leaves one as it is.
UPDATE alert_rule
SET kind = coalesce($2, kind),
  result_types = coalesce($3::text[], result_types),
  policy_domains = coalesce($4::text[], policy_domains),
  sessions = coalesce($5::bigint, sessions),
  percent = coalesce($6::numeric, percent),
  days = coalesce($7::integer, days),
  severity = coalesce($8, severity),
  withheld_severity = nullif(coalesce($9, withheld_severity), 'same'),
  unauthenticated = coalesce($10::boolean, unauthenticated)
WHERE name = $1
RETURNING name;
