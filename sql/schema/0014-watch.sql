-- SPDX-License-Identifier: BSD-2-Clause
-- Domains are watched: what they look like from outside, whenever that changes.

CREATE TABLE observation (
  policy_domain text NOT NULL CHECK (octet_length(policy_domain) <= 255),
  observed_at timestamptz NOT NULL,
  sts_id text,
  sts_mode text,
  sts_max_age bigint,
  sts_mx text[] NOT NULL,
  tlsrpt_record text,
  mx text[] NOT NULL,
  tlsa text[] NOT NULL,
  findings jsonb NOT NULL,
  PRIMARY KEY (policy_domain, observed_at)
);

-- Who looks claims a domain first, so that two do not.
CREATE TABLE watched (
  policy_domain text PRIMARY KEY,
  claimed_at timestamptz NOT NULL,
  looked_at timestamptz
);

-- A rule of kind `probe` looks at what is found at a domain; its result types
-- are the codes of tlsreport-check(7).
ALTER TABLE alert_rule
  DROP CONSTRAINT alert_rule_kind_check,
  ADD CONSTRAINT alert_rule_kind_check
    CHECK (kind IN ('failure', 'share', 'silence', 'probe'));

INSERT INTO alert_rule (name, kind, result_types, severity) VALUES
  ('probe', 'probe', '{mx-certificate-soon,mx-certificate-expired,'
    'mx-certificate-name,mx-certificate-not-loaded,sts-mx-not-covered,'
    'sts-policy-*,sts-record-without-policy,sts-missing,tlsrpt-missing,'
    'tlsa-mismatch,tlsa-mismatch-soon,tlsa-ca-not-in-chain,tlsa-bogus,'
    'dns-bogus}', 'warning')
ON CONFLICT DO NOTHING;
