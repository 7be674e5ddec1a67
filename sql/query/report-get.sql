-- SPDX-License-Identifier: BSD-2-Clause
-- All that is stored of the report of day $1 with the key $2: as JSON in the
-- form of RFC 8460, and how it came.
SELECT json_build_object(
    'organization-name', organization_name,
    'date-range', json_build_object(
      'start-datetime', utc_text(period_start),
      'end-datetime', utc_text(period_end)),
    'contact-info', contact_info, 'report-id', report_id,
    'policies', coalesce(listed, '[]'),
    'extra', coalesce(extra, '{}') - 'remarks',
    'remarks', coalesce(extra -> 'remarks', '[]')) AS report,
  utc_text(received_at) AS received_at, received_by, auth_domain
FROM v_report AS r
CROSS JOIN LATERAL (
  SELECT json_agg(json_build_object(
      'policy', json_build_object(
        'policy-type', policy_type, 'policy-string', policy_string,
        'policy-domain', policy_domain, 'mx-host', mx_host),
      'summary', json_build_object(
        'total-successful-session-count', successful_sessions,
        'total-failure-session-count', failed_sessions),
      'failure-details', coalesce(failures, '[]'),
      'extra', coalesce(p.extra, '{}')) ORDER BY policy_no) AS listed
  FROM v_policy AS p
  LEFT JOIN (
    SELECT policy_no, json_agg(json_build_object(
        'result-type', result_type, 'sending-mta-ip', host(sending_mta_ip),
        'receiving-mx-hostname', receiving_mx_hostname,
        'receiving-mx-helo', receiving_mx_helo,
        'receiving-ip', host(receiving_ip),
        'failed-session-count', failed_sessions,
        'additional-information', additional_information,
        'failure-reason-code', failure_reason_code,
        'extra', coalesce(f.extra, '{}')) ORDER BY failure_no) AS failures
    FROM v_failure AS f
    WHERE day = $1::date AND report_key = $2::uuid
    GROUP BY policy_no
  ) AS of_policy USING (policy_no)
  WHERE day = $1::date AND report_key = $2::uuid
) AS all_policies
WHERE day = $1::date AND report_key = $2::uuid;
