-- SPDX-License-Identifier: BSD-2-Clause
-- What is seen of domains from outside, for the rules to go by.

-- The host that a finding is about, from where it was found: at an address of
-- it, or at the name of its TLSA records.
CREATE OR REPLACE FUNCTION place_host(place text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT regexp_replace(split_part(place, ' ', 1), '^_[0-9]+\._tcp\.', '')
$$;

-- For how long a look counts: somewhat longer than watch_interval can be.
CREATE OR REPLACE FUNCTION watch_lasts() RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
  SELECT interval '7 days 12 hours'
$$;

-- What the last look at each of these domains has shown, as long as it is not
-- too old, and since when without a break: for a day and longer, however often
-- something else changes.
CREATE OR REPLACE FUNCTION seen_now(domains text[])
RETURNS TABLE (
  policy_domain text, code text, host text, severity text, since timestamptz,
  looked_at timestamptz
)
LANGUAGE sql STABLE
AS $$
  WITH found AS (
    -- Without a break: number 1, which is the newest, and each that follows.
    SELECT o.policy_domain, observed_at, number, looked_at, code, place,
      severity, dense_rank() OVER (
        PARTITION BY o.policy_domain, code, place ORDER BY number) AS rank
    FROM unnest(domains) AS asked (name)
    JOIN watched ON watched.policy_domain = name
      AND looked_at > now() - watch_lasts()
    CROSS JOIN LATERAL (
      SELECT observation.policy_domain, observed_at, findings,
        row_number() OVER (ORDER BY observed_at DESC) AS number
      FROM observation
      WHERE observation.policy_domain = name
      ORDER BY observed_at DESC LIMIT 200
    ) AS o
    CROSS JOIN LATERAL (
      SELECT f ->> 'code' AS code, f ->> 'where' AS place,
        f ->> 'severity' AS severity
      FROM jsonb_array_elements(findings) AS f
    ) AS finding
  ), placed AS (
    SELECT *, CASE WHEN code ~ '^(mx|tlsa)-|^sts-mx-not-covered$'
      THEN place_host(place) ELSE '' END AS host,
      number = 1 AND (severity IN ('warning', 'critical')
        OR severity = 'notice' AND code = 'sts-missing') AS counts
    FROM found
    WHERE number = rank
  )
  SELECT policy_domain, code, host, min(severity) FILTER (WHERE counts),
    min(observed_at), looked_at
  FROM placed
  GROUP BY policy_domain, code, host, looked_at
  HAVING bool_or(counts)
$$;

-- Of that what is a fault, and not what everybody sees who does it rightly.
-- What comes and goes, and a policy whose record follows, counts when it was
-- seen twice. A new certificate is often loaded at night. A record is gone only
-- where there was one, and not at the end of a policy that was taken back.
CREATE OR REPLACE FUNCTION found_now(domains text[])
RETURNS TABLE (
  policy_domain text, code text, host text, severity text, since date
)
LANGUAGE sql STABLE
AS $$
  WITH seen AS MATERIALIZED (
    SELECT * FROM seen_now(domains)
  )
  SELECT policy_domain, code, host, severity,
    (since AT TIME ZONE 'UTC')::date
  FROM seen
  WHERE CASE
    WHEN code IN ('sts-policy-unreachable', 'sts-policy-status',
        'sts-policy-differs', 'sts-policy-changed-same-id')
      THEN looked_at > since
    WHEN code = 'mx-certificate-not-loaded'
      THEN looked_at > since + interval '20 hours'
        OR (policy_domain, host) IN (SELECT policy_domain, host FROM seen
          WHERE code IN ('mx-certificate-soon', 'mx-certificate-expired'))
    WHEN code = 'mx-certificate-soon'
      THEN (policy_domain, host) NOT IN (SELECT policy_domain, host FROM seen
          WHERE code = 'mx-certificate-not-loaded')
    WHEN code IN ('sts-missing', 'sts-policy-without-record')
      THEN EXISTS (SELECT FROM observation AS before
          WHERE before.policy_domain = seen.policy_domain
            AND sts_id IS NOT NULL)
        AND (SELECT sts_mode FROM observation AS before
          WHERE before.policy_domain = seen.policy_domain
            AND sts_id IS NOT NULL AND sts_mode IS NOT NULL
          ORDER BY observed_at DESC LIMIT 1) IS DISTINCT FROM 'none'
    WHEN code = 'tlsrpt-missing'
      THEN EXISTS (SELECT FROM observation AS before
        WHERE before.policy_domain = seen.policy_domain
          AND tlsrpt_record IS NOT NULL)
    ELSE true
  END
$$;

-- Which findings, by their codes, are what a result type is about: the same as
-- probe/result-type.def.
CREATE OR REPLACE VIEW result_type_code AS
SELECT result_type, unnest(codes::text[]) AS code
FROM (VALUES
  ('starttls-not-supported', '{mx-no-starttls}'),
  ('certificate-expired', '{mx-certificate-expired}'),
  ('certificate-host-mismatch', '{mx-certificate-name,'
    'mx-certificate-needs-sni}'),
  ('certificate-not-trusted', '{mx-certificate-not-trusted}'),
  ('validation-failure', '{mx-no-starttls,mx-handshake,mx-certificate-expired,'
    'mx-certificate-not-yet,mx-certificate-name,mx-certificate-needs-sni,'
    'mx-certificate-not-trusted,tlsa-mismatch,tlsa-ca-not-in-chain}'),
  ('sts-policy-fetch-error', '{sts-policy-host-missing,sts-policy-unreachable,'
    'sts-policy-certificate,sts-policy-redirect,sts-policy-status,'
    'sts-policy-media-type,sts-policy-too-big}'),
  ('sts-policy-invalid', '{sts-policy-media-type,sts-policy-too-big,'
    'sts-policy-syntax}'),
  ('sts-webpki-invalid', '{sts-policy-certificate}'),
  ('tlsa-invalid', '{tlsa-unusable,tlsa-mismatch}'),
  ('dnssec-invalid', '{tlsa-bogus,dns-bogus}'),
  ('dane-required', '{tlsa-insecure,tlsa-bogus,tlsa-unusable}')
) AS about (result_type, codes);

-- What reporters would report of what is seen now at these domains: at a host,
-- or for those that name none. What is wrong with a policy they may report of
-- any host of the domain.
CREATE OR REPLACE FUNCTION failures_seen(domains text[])
RETURNS TABLE (policy_domain text, cause text, host text)
LANGUAGE sql STABLE
AS $$
  SELECT DISTINCT policy_domain, result_type, place.host
  FROM found_now(domains) AS found
  JOIN result_type_code USING (code)
  CROSS JOIN LATERAL (
    SELECT found.host
    UNION ALL
    SELECT ''
    UNION ALL
    SELECT unnest(mx[1:100])
    FROM (
      SELECT mx FROM observation
      WHERE found.host = '' AND observation.policy_domain = found.policy_domain
      ORDER BY observed_at DESC LIMIT 1
    ) AS last
  ) AS place (host)
$$;
