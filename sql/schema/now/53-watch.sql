-- SPDX-License-Identifier: BSD-2-Clause
-- What domains look like from outside.

CREATE OR REPLACE VIEW v_observation AS
SELECT policy_domain, observed_at, sts_id, sts_mode, sts_max_age, sts_mx,
  tlsrpt_record, mx, tlsa, findings
FROM observation;

-- What part of the interval the next look comes earlier, up to a quarter: so
-- that domains that were first looked at together do not stay together.
CREATE OR REPLACE FUNCTION watch_lead(domain text, claimed_at timestamptz)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT (hashtextextended(domain, extract(epoch FROM claimed_at)::bigint)
    & 1023) / 4096.0
$$;

-- Domains to look at, at most so many, which nobody else gets for a while: of
-- the named ones, or else of those that trusted reports of the last 30 days are
-- about, the busiest. What has changed is looked at again soon, for it may be
-- over in a moment; and within an hour what reporters that are not believed say
-- is failing. Whoever has waited longest comes first, so that these keep none of
-- the others waiting.
CREATE OR REPLACE FUNCTION claim_domains_to_watch(
  chosen text[], every interval, busiest integer, most integer
) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
  WITH reported AS MATERIALIZED (
    SELECT policy_domain
    FROM believed_domain(false)
    WHERE cardinality(chosen) = 0 AND day > today() - 30
    GROUP BY policy_domain
    ORDER BY sum(sessions) DESC, policy_domain
    LIMIT busiest
  ), domain AS (
    SELECT DISTINCT unnest(chosen) AS policy_domain
    UNION ALL
    SELECT policy_domain FROM reported
    WHERE policy_domain NOT IN (SELECT name
      FROM mx_hosts(ARRAY(SELECT policy_domain FROM reported)))
  ), due AS (
    SELECT policy_domain
    FROM domain
    LEFT JOIN watched USING (policy_domain)
    WHERE policy_domain <> '' AND (claimed_at IS NULL OR claimed_at
      < clock_timestamp() - CASE WHEN EXISTS (
          SELECT FROM observation
          WHERE observation.policy_domain = domain.policy_domain
            AND observed_at >= looked_at)
        THEN least(every, interval '10 minutes')
        WHEN reported_at > coalesce(looked_at, '-infinity')
        THEN least(every, interval '1 hour')
        ELSE every * (1 - watch_lead(policy_domain, claimed_at)) END)
    ORDER BY claimed_at NULLS FIRST, policy_domain
    LIMIT most
  )
  INSERT INTO watched AS known (policy_domain, claimed_at)
  SELECT policy_domain, clock_timestamp() FROM due
  ON CONFLICT (policy_domain) DO UPDATE SET claimed_at = excluded.claimed_at
  WHERE known.claimed_at < clock_timestamp() - interval '1 minute'
  RETURNING policy_domain
$$;

-- What tells one look from another: not the words, in which times may stand.
CREATE OR REPLACE FUNCTION findings_without_words(findings jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT coalesce(jsonb_agg(finding - 'text' - 'remedy'
    ORDER BY finding ->> 'code', finding ->> 'where'), '[]')
  FROM jsonb_array_elements(findings) AS finding
$$;

-- What was found before at places that could not be looked at this time: it is
-- neither over nor new.
CREATE OR REPLACE FUNCTION unseen_findings(last observation, seen observation)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(jsonb_agg(old), '[]')
  FROM jsonb_array_elements(last.findings) AS old,
    LATERAL (SELECT old ->> 'code' AS code, old ->> 'where' AS place) AS f
  WHERE NOT seen.findings @> jsonb_build_array(
      jsonb_build_object('code', code, 'where', place))
    AND CASE
      WHEN code ~ '^(mx-certificate|mx-tls|tlsa)-' THEN EXISTS (
        SELECT FROM jsonb_to_recordset(seen.findings)
          AS hindrance (code text, "where" text)
        WHERE hindrance.code IN ('mx-unreachable', 'mx-greeting',
            'mx-no-starttls', 'mx-handshake')
          AND CASE WHEN place LIKE '% %' THEN hindrance."where" = place
            ELSE place_host(hindrance."where") = place_host(place) END)
      WHEN code = 'sts-mx-not-covered' AND place <> ALL (seen.mx) THEN false
      WHEN code = 'sts-mx-not-covered' OR code LIKE 'sts-policy-%'
      THEN seen.sts_mode IS NULL
        AND seen.sts_id IS NOT DISTINCT FROM last.sts_id
        AND code NOT IN ('sts-policy-unreachable', 'sts-policy-status',
          'sts-policy-without-record')
        AND seen.findings @? '$[*] ? (@.code == "sts-policy-unreachable"
          || @.code == "sts-policy-status")'
      ELSE false
    END
$$;

-- Keeps what a look has shown, if it is another than the last, and has the
-- rules go by it.
CREATE OR REPLACE FUNCTION note_observation(seen observation) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  last observation;
  this timestamptz := clock_timestamp();
  is_new boolean;
BEGIN
  SELECT * INTO last FROM observation
  WHERE policy_domain = seen.policy_domain
  ORDER BY observed_at DESC LIMIT 1;
  -- A policy is another one than before, and its record still says the same:
  -- until the id is another, too.
  IF seen.sts_id = (SELECT sts_id FROM observation
      WHERE policy_domain = seen.policy_domain AND sts_mode IS NOT NULL
        AND seen.sts_mode IS NOT NULL
        AND (sts_mode, sts_max_age, sts_mx)
          IS DISTINCT FROM (seen.sts_mode, seen.sts_max_age, seen.sts_mx)
      ORDER BY observed_at DESC LIMIT 1)
  THEN
    seen.findings := seen.findings || jsonb_build_object(
      'code', 'sts-policy-changed-same-id', 'severity', 'warning',
      'where', '_mta-sts.' || seen.policy_domain);
  END IF;
  IF last.policy_domain IS NOT NULL THEN
    seen.findings := seen.findings || unseen_findings(last, seen);
  END IF;
  is_new := last.policy_domain IS NULL
    OR (last.sts_id, last.sts_mode, last.sts_max_age, last.sts_mx,
        last.tlsrpt_record, last.mx, last.tlsa)
      IS DISTINCT FROM (seen.sts_id, seen.sts_mode, seen.sts_max_age,
        seen.sts_mx, seen.tlsrpt_record, seen.mx, seen.tlsa)
    OR findings_without_words(last.findings)
      <> findings_without_words(seen.findings);
  IF is_new THEN
    seen.observed_at := this;
    INSERT INTO observation SELECT seen.*;
    DELETE FROM observation
    WHERE policy_domain = seen.policy_domain AND observed_at < (
      SELECT observed_at FROM observation
      WHERE policy_domain = seen.policy_domain
      ORDER BY observed_at DESC OFFSET 999 LIMIT 1);
  END IF;
  INSERT INTO watched (policy_domain, claimed_at, looked_at)
  VALUES (seen.policy_domain, this, this)
  ON CONFLICT (policy_domain) DO UPDATE SET looked_at = this;
  INSERT INTO alert_pending (policy_domain) VALUES (seen.policy_domain);
  RETURN is_new;
END
$$;
