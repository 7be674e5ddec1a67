-- SPDX-License-Identifier: BSD-2-Clause
-- How far domains may go, as it was judged before, as long as that is what
-- judge_rollout() would say now. It goes by reports, of which the names have
-- news as soon as they are in the roll-ups, and by all in verdict_basis().

-- What is the same for all verdicts: the day, whose word is believed, the
-- functions, and what was removed. A verdict is written together with what this
-- was in the very state of the database that it was judged in, so that no
-- change can come between.
CREATE OR REPLACE FUNCTION verdict_basis() RETURNS bytea
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  SELECT sha256(convert_to(concat_ws(',', to_char(today(), 'YYYYMMDD'),
    (SELECT concat_ws(' ', version, digest) FROM schema_version
      ORDER BY version DESC LIMIT 1),
    (SELECT to_char(done_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')
      FROM job WHERE name = 'rollout'),
    (SELECT string_agg(domain, ' ' ORDER BY domain COLLATE "C")
      FROM trusted_signer)), 'UTF8'))
$$;

-- What is said of days before this one is removed: verdicts go by the last 45.
CREATE OR REPLACE FUNCTION drop_verdicts(before date) RETURNS void
LANGUAGE sql SET search_path = tlsrpt, pg_temp
AS $$
  UPDATE job SET done_at = clock_timestamp()
  WHERE name = 'rollout' AND before > today() - 45
$$;

-- The names whose verdict may change with a report on these, of which reporters
-- say something else than DANE of `domains`. A host counts for a domain above
-- it, and a domain that is new takes hosts over: from one above, or, where
-- there is none, such as were rows of their own.
CREATE OR REPLACE FUNCTION names_with_news(names text[], domains text[])
RETURNS text[]
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  WITH RECURSIVE touched AS (
    SELECT name FROM unnest(names) AS name
    UNION
    SELECT substr(name, strpos(name, '.') + 1)
    FROM touched
    WHERE strpos(name, '.') > 0
  )
  SELECT ARRAY(
    SELECT name FROM touched
    UNION
    SELECT below
    FROM (
      SELECT domain
      FROM unnest(domains) AS domain
      WHERE NOT EXISTS (SELECT FROM domain_policy
        WHERE policy_domain = domain AND policy_type <> 'tlsa' OFFSET 0)
    ) AS new
    CROSS JOIN LATERAL (
      SELECT policy_domain AS below
      FROM domain_policy
      WHERE policy_type = 'tlsa' AND is_below(policy_domain, domain)
      OFFSET 0
    ) AS found)
$$;

-- Reports on these names are about to come into the roll-ups, see above.
CREATE OR REPLACE FUNCTION note_news(names text[], domains text[])
RETURNS void
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  touched text[] := names_with_news(names, domains);
BEGIN
  UPDATE domain_rollout
  SET judged_by = NULL, news_at = clock_timestamp()
  WHERE policy_domain = ANY (touched) AND judged_by IS NOT NULL;
  INSERT INTO domain_rollout (policy_domain)
  SELECT name
  FROM unnest(names) AS name
  WHERE NOT EXISTS (
    SELECT FROM domain_rollout WHERE policy_domain = name OFFSET 0);
END
$$;

-- Of these domains, NULL: all, the ones that have to be judged now; NULL: all.
-- Where these are more than a third, it takes less time not to pick them out,
-- and where as many reports wait, not to ask of which names they are.
CREATE OR REPLACE FUNCTION names_to_judge(of_domains text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  names text[];
  waiting text[];
  others text[];
  most bigint;
  basis bytea := verdict_basis();
BEGIN
  SELECT array_agg(policy_domain) FILTER (
      WHERE judged_by IS DISTINCT FROM basis), count(*) / 3
  INTO names, most
  FROM domain_rollout
  WHERE of_domains IS NULL OR policy_domain = ANY (of_domains);
  IF of_domains IS NULL AND (cardinality(names) > most OR most <
    (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT most + 1) AS found))
  THEN
    RETURN NULL;
  END IF;
  IF anything_waits() THEN
    SELECT array_agg(DISTINCT policy_domain),
      array_agg(DISTINCT policy_domain) FILTER (WHERE policy_type <> 'tlsa')
    INTO waiting, others
    FROM outbox_policy;
    SELECT array_agg(DISTINCT name) INTO names
    FROM unnest(names || names_with_news(waiting, others)) AS name
    WHERE of_domains IS NULL OR name = ANY (of_domains);
    IF of_domains IS NULL AND cardinality(names) > most THEN
      RETURN NULL;
    END IF;
  END IF;
  RETURN coalesce(names, '{}');
END
$$;

-- One row for each of the domains, NULL: all, as judge_rollout() has it.
CREATE OR REPLACE FUNCTION rollout(
  of_domains text[], visible text[] DEFAULT NULL
) RETURNS TABLE (
  policy_domain text, sts_mode text, max_age bigint, since date, dane boolean,
  authenticated boolean, days integer, clean_days integer, reporters integer,
  clean_reporters integer, sessions numeric, failed_sessions numeric,
  would_withhold_sessions numeric, withheld_sessions numeric,
  result_types text[], receiving_mx_hostnames text[], last_failure_day date,
  last_day date, verdict text, reasons text[], next_max_age bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  names text[] := of_domains;
BEGIN
  IF visible IS NULL THEN
    names := names_to_judge(of_domains);
    RETURN QUERY
    SELECT policy_domain, sts_mode, max_age, since, dane, authenticated, days,
      clean_days, reporters, clean_reporters, sessions, failed_sessions,
      would_withhold_sessions, withheld_sessions, result_types,
      receiving_mx_hostnames, last_failure_day, last_day, verdict, reasons,
      next_max_age
    FROM domain_rollout
    WHERE verdict IS NOT NULL AND names IS NOT NULL
      AND (of_domains IS NULL OR policy_domain = ANY (of_domains))
      AND NOT EXISTS (SELECT FROM unnest(names) AS name
        WHERE name = policy_domain);
  END IF;
  IF names IS NULL OR cardinality(names) > 0 THEN
    RETURN QUERY SELECT * FROM judge_rollout(names, visible);
  END IF;
END
$$;

CREATE OR REPLACE VIEW v_rollout AS
SELECT * FROM rollout(NULL);

-- The domains to judge: the oldest news first, unless it was put off, and then
-- those that it is only another day for.
CREATE OR REPLACE FUNCTION domains_to_judge(most integer) RETURNS text[]
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  SELECT ARRAY(
    SELECT policy_domain
    FROM domain_rollout, (SELECT verdict_basis() OFFSET 0) AS now (basis)
    WHERE judged_by IS DISTINCT FROM basis
      AND news_at <= (SELECT clock_timestamp())
    ORDER BY judged_by IS NOT NULL, news_at, policy_domain
    LIMIT most)
$$;

-- Whether there are any whose time has come: news may be followed by more, and
-- is left alone for a minute.
CREATE OR REPLACE FUNCTION verdicts_are_due(at_once boolean) RETURNS boolean
LANGUAGE sql STABLE SET search_path = tlsrpt, pg_temp
AS $$
  SELECT EXISTS (
    SELECT
    FROM domain_rollout, (SELECT verdict_basis() OFFSET 0) AS now (basis)
    WHERE judged_by <> basis OR judged_by IS NULL
      AND news_at <= (SELECT clock_timestamp()
        - CASE WHEN at_once THEN interval '0' ELSE interval '1 minute' END))
$$;

-- Judges up to so many domains, once it is time, and says how many, and whether
-- there may be others. Nothing can get into the roll-ups between the look into
-- them and what is written.
CREATE OR REPLACE FUNCTION judge_domains(
  most integer DEFAULT 200, at_once boolean DEFAULT false,
  OUT domains integer, OUT more boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  names text[] := '{}';
BEGIN
  IF verdicts_are_due(at_once) AND take_job('fold') THEN
    names := domains_to_judge(most);
    WITH now AS MATERIALIZED (
      SELECT verdict_basis() AS basis
    )
    UPDATE domain_rollout AS d
    SET judged_by = basis, sts_mode = j.sts_mode, max_age = j.max_age,
      since = j.since, dane = j.dane, authenticated = j.authenticated,
      days = j.days, clean_days = j.clean_days, reporters = j.reporters,
      clean_reporters = j.clean_reporters, sessions = j.sessions,
      failed_sessions = j.failed_sessions,
      would_withhold_sessions = j.would_withhold_sessions,
      withheld_sessions = j.withheld_sessions, result_types = j.result_types,
      receiving_mx_hostnames = j.receiving_mx_hostnames,
      last_failure_day = j.last_failure_day, last_day = j.last_day,
      verdict = j.verdict, reasons = j.reasons, next_max_age = j.next_max_age
    FROM now, unnest(names) AS name
    LEFT JOIN judge_rollout(names) AS j ON j.policy_domain = name
    WHERE d.policy_domain = name;
  END IF;
  domains := cardinality(names);
  more := domains = most;
END
$$;

-- Has judge_domains() go on with the others for an hour when it cannot judge
-- the first domain in the time there is. Returns which one that is; NULL when
-- there is none or somebody else is at it.
CREATE OR REPLACE FUNCTION put_off_domain() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  name text;
BEGIN
  IF take_job('fold') THEN
    name := (domains_to_judge(1))[1];
    UPDATE domain_rollout
    SET judged_by = NULL, news_at = now() + interval '1 hour'
    WHERE policy_domain = name;
  END IF;
  RETURN name;
END
$$;
