-- SPDX-License-Identifier: BSD-2-Clause
-- What the rule $1 finds now, and which option it would need for that.
SELECT severity, policy_domain, result_type, receiving_mx_hostname,
  organization_name, first_day, last_day, failed_sessions, withheld_sessions,
  all_sessions, (SELECT string_agg(reporter_text(name, signer), ', ')
    FROM unnest(reporters[1:10], signers[1:10]) AS reporter (name, signer))
    AS reporters,
  unauthenticated_sessions,
  CASE WHEN unauthenticated_sessions > 0 THEN 'alert_corroboration' END AS needs
FROM test_alert_rule($1)
ORDER BY severity, failed_sessions DESC, policy_domain COLLATE "C",
  result_type COLLATE "C", receiving_mx_hostname COLLATE "C",
  organization_name COLLATE "C";
