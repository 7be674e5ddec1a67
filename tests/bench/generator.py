# SPDX-License-Identifier: BSD-2-Clause
"""Stored reports, the same at every run but for the dates: 10000 a day about
2600 domains by 20 reporters, each pair of them once a day. 90 % have one
policy and no failure, 9 % up to three policies and up to 20 failures, 1 % have
500 failures. They go straight into the tables, through the outbox into the
roll-ups.
"""

REPORTS_A_DAY = 10000
# Loaded and folded at once: fold() reads what is in the outbox every time.
SLICE_DAYS = 4
# One that all twenty report on, and fail.
DOMAIN = "d50.example.net"
REPORTER = "Google Inc."

DEFINITIONS = """
CREATE TEMPORARY TABLE reporter AS
SELECT number - 1 AS number, split_part(line, '=', 1) AS name,
  split_part(line, '=', 2) AS auth_domain
FROM unnest(ARRAY['Google Inc.=google.com',
    'Microsoft Corporation=microsoft.com', 'Yahoo Inc.=yahooinc.com',
    'GMX=gmx.net', 'WEB.DE=web.de']
  || ARRAY(SELECT format('Reporter %s=reporter%s.example', n, n)
    FROM generate_series(6, 18) AS n)
  || ARRAY['Unsigned One=', 'Unsigned Two='])
  WITH ORDINALITY AS r (line, number);

CREATE OR REPLACE FUNCTION pg_temp.domain_of(number integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN number < 2000 THEN number / 20
    WHEN number < 7000 THEN 100 + (number - 2000) / 5
    ELSE 1100 + (number - 7000) / 2 END
$$;

CREATE OR REPLACE FUNCTION pg_temp.reporter_of(number integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN number < 2000 THEN number % 20
    WHEN number < 7000 THEN number % 5
    ELSE number % 2 END
$$;
"""

# Days are counted back from yesterday, which is day 0.
SLICE = """
CREATE TEMPORARY TABLE slice AS
SELECT current_date - 1 - days_ago AS day, number,
  md5(format('%%s/%%s', days_ago, number))::uuid AS report_key,
  pg_temp.domain_of(number) AS domain_number,
  format('d%%s.example.net', pg_temp.domain_of(number)) AS domain,
  CASE WHEN kind < 90 THEN 0
    WHEN kind < 99 THEN 1 + (number * 7 + days_ago) %% 20
    ELSE 500 END AS failures,
  CASE WHEN kind BETWEEN 90 AND 98 THEN 1 + number %% 3 ELSE 1 END AS policies
FROM generate_series(%(first)s, %(last)s) AS days_ago,
  generate_series(0, %(reports_a_day)s - 1) AS number,
  LATERAL (SELECT (number * 61 + days_ago * 17) %% 100 AS kind) AS mix;

CREATE TEMPORARY TABLE slice_failure AS
SELECT day, report_key, (1 + row %% policies)::smallint AS policy_no,
  row AS failure_no,
  (ARRAY['certificate-expired', 'certificate-host-mismatch',
    'starttls-not-supported', 'validation-failure',
    'certificate-not-trusted', 'sts-webpki-invalid',
    'sts-policy-fetch-error', 'tlsa-invalid']
  )[1 + (domain_number + row %% 2) %% 8] AS result_type,
  '192.0.2.0'::inet + row %% 250 AS sending_mta_ip,
  format('mx%%s.%%s', 1 + row %% 3, domain) AS receiving_mx_hostname,
  '198.51.100.0'::inet + row %% 3 AS receiving_ip,
  1 + row %% 5 AS failed_sessions
FROM slice, generate_series(1, failures) AS row;

INSERT INTO tlsrpt.report (day, report_key, content_digest, received_at,
  received_by, auth_domain, organization_name, contact_info, report_id,
  period_start, period_end, extra)
SELECT day, report_key, sha256(uuid_send(report_key)),
  (day + 1) AT TIME ZONE 'UTC' + slice.number * interval '8 seconds',
  'mx.example.net', auth_domain, name, 'tls@' || auth_domain,
  format('%%s.%%s@%%s', day, domain, auth_domain),
  day AT TIME ZONE 'UTC',
  (day + 1) AT TIME ZONE 'UTC' - interval '1 second',
  CASE WHEN slice.number %% 50 = 1 THEN jsonb '{"remarks": ["a remark"]}' END
FROM slice
JOIN reporter ON reporter.number = pg_temp.reporter_of(slice.number)
ORDER BY day, slice.number;

INSERT INTO tlsrpt.policy (day, report_key, policy_no, policy_type,
  policy_domain, sts_mode, policy_string, mx_host, successful_sessions,
  failed_sessions)
SELECT day, report_key, policy_no,
  (ARRAY['sts', 'tlsa', 'no-policy-found'])[policy_no],
  concat(CASE WHEN policy_no = 3 THEN 'sub.' END, domain),
  CASE WHEN policy_no = 1 THEN 'enforce' END,
  ARRAY['version: STSv1', 'mode: enforce', format('mx: *.%%s', domain),
    'max_age: 604800'],
  ARRAY['*.' || domain], 100 + number * 31 %% 5000,
  coalesce(failed_sessions, 0)
FROM slice
CROSS JOIN LATERAL generate_series(1, policies) AS policy_no
LEFT JOIN (
  SELECT day, report_key, policy_no, sum(failed_sessions) AS failed_sessions
  FROM slice_failure
  GROUP BY day, report_key, policy_no
) AS sums USING (day, report_key, policy_no)
ORDER BY day, number, policy_no;

INSERT INTO tlsrpt.failure (day, report_key, policy_no, failure_no,
  result_type, sending_mta_ip, receiving_mx_hostname, receiving_ip,
  failed_sessions)
SELECT * FROM slice_failure;

INSERT INTO tlsrpt.outbox (day, report_key, has_failures, size)
SELECT day, report_key, failures > 0, 2 + failures FROM slice;

DROP TABLE slice, slice_failure;
"""

PARTITIONS = "SELECT tlsrpt.make_partitions(current_date - %s, current_date)"


def fill(connection, reports, present=0, progress=lambda stored: None):
    """Adds older and older days until there are `reports`; `present` is how
    many there are. Both are multiples of REPORTS_A_DAY."""
    days = reports // REPORTS_A_DAY
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        cursor.execute(PARTITIONS, (days + 1,))
        for first in range(present // REPORTS_A_DAY, days, SLICE_DAYS):
            last = min(first + SLICE_DAYS, days) - 1
            cursor.execute(SLICE, {
                "first": first, "last": last,
                "reports_a_day": REPORTS_A_DAY})
            fold(cursor)
            progress((last + 1) * REPORTS_A_DAY)
        cursor.execute("DROP TABLE reporter")
        cursor.execute("VACUUM ANALYZE")


def count(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tlsrpt.report")
        return cursor.fetchone()[0]


def fold(cursor):
    folded = 1
    while folded > 0:
        cursor.execute("SELECT reports FROM tlsrpt.fold(200000)")
        folded = cursor.fetchone()[0]
