-- SPDX-License-Identifier: BSD-2-Clause
-- The rules by name.
SELECT name, enabled, kind, array_to_string(result_types, ',') AS result_types,
  array_to_string(policy_domains, ',') AS policy_domains, sessions, percent,
  days, severity, withheld_severity, unauthenticated
FROM v_alert_rule
ORDER BY name COLLATE "C";
