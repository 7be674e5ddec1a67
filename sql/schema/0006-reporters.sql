-- SPDX-License-Identifier: BSD-2-Clause
-- Who reports, and what was odd about it, without reading every report.

-- Reports are counted once here, whatever they are about. These stay as long as
-- the reports do. A remark may be too long for an index: its digest is there.
CREATE TABLE daily_reporter (
  day date,
  auth_domain text,
  organization_name text,
  reports bigint NOT NULL,
  reports_with_remarks bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name)
);

CREATE TABLE daily_remark (
  day date,
  auth_domain text,
  organization_name text,
  digest bytea,
  remark text NOT NULL,
  occurrences bigint NOT NULL,
  PRIMARY KEY (day, auth_domain, organization_name, digest)
);

-- No report may get into the roll-ups meanwhile: fold() of the version before
-- knows nothing of these.
SELECT pg_advisory_xact_lock(8460, 1);

INSERT INTO daily_reporter
SELECT day, auth_domain, organization_name, count(*),
  count(*) FILTER (WHERE extra ? 'remarks'), max(received_at)
FROM report
WHERE (day, report_key) NOT IN (SELECT day, report_key FROM outbox)
GROUP BY day, auth_domain, organization_name;

INSERT INTO daily_remark
SELECT day, auth_domain, organization_name,
  sha256(convert_to(remark, 'UTF8')), remark, count(*)
FROM report, jsonb_array_elements_text(extra -> 'remarks') AS remark
WHERE extra ? 'remarks'
  AND (day, report_key) NOT IN (SELECT day, report_key FROM outbox)
GROUP BY day, auth_domain, organization_name, remark;
