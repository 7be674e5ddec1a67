-- SPDX-License-Identifier: BSD-2-Clause
-- How far a domain may go with its policy. A wrong "enforce-now" loses mail, so
-- that whatever is in doubt is "keep-testing".

-- The line max_age of an MTA-STS policy (RFC 8461 section 3.2), in seconds.
CREATE OR REPLACE FUNCTION sts_max_age(policy_string text[]) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT substring(array_to_string(policy_string, E'\n')
    FROM '(?n)^[[:space:]]*max_age:[[:space:]]*([0-9]{1,10})[[:space:]]*$'
  )::bigint
$$;

-- Days as the bits of a number, which are quick to put together: bit N is N
-- days before today. How many there are, and the first and the last, NULL for
-- none.
CREATE OR REPLACE FUNCTION count_days(bits bigint) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT length(replace(coalesce(bits, 0)::bit(64)::text, '0', ''))
$$;

CREATE OR REPLACE FUNCTION first_of_days(bits bigint, today date) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT today + 1 - nullif(length(ltrim(bits::bit(64)::text, '0')), 0)
$$;

CREATE OR REPLACE FUNCTION last_of_days(bits bigint, today date) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT today - 64 + nullif(length(rtrim(bits::bit(64)::text, '0')), 0)
$$;

-- The names of a few reporters, and how many more.
CREATE OR REPLACE FUNCTION some_reporters(names text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT array_to_string(names[1:3], ', ') || CASE
    WHEN cardinality(names) > 3
      THEN ' and ' || cardinality(names) - 3 || ' more' ELSE '' END
$$;

-- What reporters say of each name, one row for each of them: sums of the last
-- 30 days, and of 15 more since when a mode is seen and what failed last: one
-- that has little mail may be silent for long. `testing_days` are those of
-- testing with sessions that went well. Many rows become few groups,
-- for which the planner, who does not know the domains, would sort them all:
-- also below.
CREATE OR REPLACE FUNCTION rollout_reporters(of_domains text[])
RETURNS TABLE (
  name text, auth_domain text, organization_name text, last_day date,
  days bigint, sessions numeric, failed_sessions numeric, failed_day date,
  dane_day date, dane_failed_day date, sts_day date, bare_day date,
  testing_day date, enforce_day date, none_day date, testing_first date,
  enforce_first date, none_first date, testing_days bigint,
  enforce_begin date
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH now AS MATERIALIZED (
    SELECT today() AS today
  ), daily AS (
    SELECT policy_domain, auth_domain, organization_name, policy_type,
      sts_mode, day, successful_sessions, failed_sessions
    FROM daily_policy
    WHERE day BETWEEN today() - 45 AND today()
      AND (of_domains IS NULL OR policy_domain = ANY (of_domains))
    UNION ALL
    SELECT policy_domain, auth_domain, organization_name, policy_type,
      sts_mode, day, successful_sessions, failed_sessions
    FROM outbox_policy
    WHERE day BETWEEN today() - 45 AND today()
      AND (of_domains IS NULL OR policy_domain = ANY (of_domains))
  ), counted AS (
    SELECT policy_domain, auth_domain, organization_name, policy_type,
      sts_mode, bit_or(1::bigint << (today - day)) AS days,
      bit_or(CASE WHEN failed_sessions > 0 THEN 1::bigint << (today - day)
        ELSE 0 END) AS failed_days,
      bit_or(CASE WHEN successful_sessions > 0 THEN 1::bigint << (today - day)
        ELSE 0 END) AS good_days,
      sum(successful_sessions) FILTER (WHERE day >= today - 30) AS successful,
      sum(failed_sessions) FILTER (WHERE day >= today - 30) AS failed
    FROM now, daily
    GROUP BY policy_domain, auth_domain, organization_name, policy_type,
      sts_mode
  ), summed AS MATERIALIZED (
    SELECT policy_domain, auth_domain, organization_name,
      bit_or(days) AS days, coalesce(sum(successful), 0) AS successful,
      coalesce(sum(failed), 0) AS failed,
      bit_or(failed_days) AS failed_days,
      bit_or(days & recent) FILTER (WHERE policy_type = 'tlsa') AS dane,
      bit_or(failed_days & recent) FILTER (WHERE policy_type = 'tlsa')
        AS dane_failed,
      bit_or(days) FILTER (WHERE policy_type = 'sts') AS sts,
      bit_or(days & recent) FILTER (WHERE policy_type NOT IN ('tlsa', 'sts'))
        AS bare,
      bit_or(days) FILTER (WHERE sts_mode = 'testing') AS testing,
      bit_or(days) FILTER (WHERE sts_mode = 'enforce') AS enforce,
      bit_or(days) FILTER (WHERE sts_mode = 'none') AS none,
      bit_or(good_days) FILTER (WHERE sts_mode = 'testing') AS testing_good
    FROM counted, (SELECT (1::bigint << 31) - 1) AS mask (recent)
    GROUP BY policy_domain, auth_domain, organization_name
  )
  SELECT policy_domain, auth_domain, organization_name,
    last_of_days(days, today), days & before_today,
    successful + failed, failed, last_of_days(failed_days, today),
    last_of_days(dane, today), last_of_days(dane_failed, today),
    last_of_days(sts, today), last_of_days(bare, today),
    last_of_days(testing, today), last_of_days(enforce, today),
    last_of_days(none, today), first_of_days(testing, today),
    first_of_days(enforce, today), first_of_days(none, today),
    testing_good & before_today, first_of_days(enforce & (before_today + 1),
      today)
  FROM now, summed, (SELECT (1::bigint << 31) - 2) AS mask (before_today);
END
$$;

-- What failed in the last 30 days, by reporter.
CREATE OR REPLACE FUNCTION rollout_failures(of_domains text[])
RETURNS TABLE (
  name text, auth_domain text, organization_name text, result_type text,
  receiving_mx_hostname text, is_lost boolean, would_withhold_sessions numeric,
  withheld_sessions numeric, would_day date, withheld_day date,
  policy_day date, failed_day date
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname,
    sum(would_withhold_sessions) + sum(f.withheld_sessions) > 0,
    sum(would_withhold_sessions), sum(f.withheld_sessions),
    max(day) FILTER (WHERE would_withhold_sessions > 0),
    max(day) FILTER (WHERE f.withheld_sessions > 0),
    max(day) FILTER (WHERE starts_with(cause, 'sts-')), max(day)
  FROM (
    SELECT day, policy_domain, auth_domain, organization_name, result_type,
      receiving_mx_hostname, cause, failed_sessions, withheld_sessions,
      would_withhold_sessions
    FROM daily_failure
    UNION ALL
    SELECT day, policy_domain, auth_domain, organization_name, result_type,
      receiving_mx_hostname, cause, failed_sessions, withheld_sessions,
      would_withhold_sessions
    FROM outbox_failure
  ) AS f
  WHERE day BETWEEN today() - 30 AND today()
    AND (of_domains IS NULL OR policy_domain = ANY (of_domains))
    AND failed_sessions > 0
  GROUP BY policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname;
END
$$;

-- One row for each of the domains, NULL: all, by what is said of the names that
-- are visible, NULL: all. What reporters say of an MX host counts for its
-- domain. That something fails is believed of whoever has signed; that all is
-- well only of trusted signers, for anybody can sign with a domain of their own.
-- What else it goes by is in verdict_basis(). A reason has days in it.
CREATE OR REPLACE FUNCTION judge_rollout(
  of_domains text[], visible text[] DEFAULT NULL
) RETURNS TABLE (
  policy_domain text, sts_mode text, max_age bigint, since date, dane boolean,
  authenticated boolean, days integer, clean_days integer, reporters integer,
  clean_reporters integer, sessions numeric, failed_sessions numeric,
  would_withhold_sessions numeric, withheld_sessions numeric,
  result_types text[], receiving_mx_hostnames text[], last_failure_day date,
  last_day date, verdict text, reasons text[], next_max_age bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
SET datestyle = 'ISO, YMD'
AS $$
  WITH now AS MATERIALIZED (
    SELECT today() AS today
  ), named AS MATERIALIZED (
    SELECT CASE WHEN of_domains IS NOT NULL THEN of_domains
      || ARRAY(SELECT * FROM hosts_of(of_domains, visible)) END AS names
  ), spoken AS MATERIALIZED (
    SELECT spoken.* FROM named, rollout_reporters(names) AS spoken
  ), host AS MATERIALIZED (
    SELECT * FROM mx_hosts(ARRAY(SELECT DISTINCT name FROM spoken), visible)
  ), trusted AS MATERIALIZED (
    SELECT auth_domain
    FROM (SELECT DISTINCT auth_domain FROM spoken) AS said,
      believed_signer(auth_domain, false)
  ), everybody AS (
    SELECT coalesce(host.domain, name) AS domain, spoken.*,
      bool_or(auth_domain <> '')
        OVER (PARTITION BY coalesce(host.domain, name)) AS authenticated
    FROM spoken
    LEFT JOIN host USING (name)
  ), failure AS MATERIALIZED (
    SELECT failed.* FROM named, rollout_failures(names) AS failed
  ), failing AS (
    SELECT name, auth_domain, organization_name, max(would_day) AS would_day,
      sum(would_withhold_sessions) AS would_withhold,
      sum(withheld_sessions) AS withheld, max(withheld_day) AS withheld_day,
      max(policy_day) AS policy_day, max(failed_day) AS failure_day
    FROM failure
    GROUP BY name, auth_domain, organization_name
  ), member AS MATERIALIZED (
    -- `lost`: it saw a policy, and sees none any more.
    SELECT e.*, would_day, would_withhold, withheld, withheld_day, policy_day,
      greatest(failed_day, failure_day) AS bad_day,
      coalesce(nullif(auth_domain, ''), organization_name) AS signer,
      reporter_text(organization_name, auth_domain) AS reporter,
      bare_day > sts_day + 2 AS lost,
      NOT authenticated OR auth_domain IN (SELECT auth_domain FROM trusted)
        AS trusted
    FROM everybody AS e
    LEFT JOIN failing USING (name, auth_domain, organization_name)
    WHERE auth_domain <> '' OR NOT authenticated
  ), seen AS (
    SELECT domain, candidate.mode, max(last) AS last, min(first) AS first
    FROM member
    CROSS JOIN LATERAL (VALUES ('testing', testing_day, testing_first),
      ('enforce', enforce_day, enforce_first), ('none', none_day, none_first)
    ) AS candidate (mode, last, first)
    WHERE last IS NOT NULL AND lost IS NOT TRUE
    GROUP BY domain, candidate.mode
  ), current AS MATERIALIZED (
    -- The newest mode, and the day after any other was seen.
    SELECT DISTINCT ON (domain) domain, mode, last AS mode_day,
      greatest(first, 1 + lead(last) OVER newest) AS since
    FROM seen
    WINDOW newest AS (PARTITION BY domain
      ORDER BY last DESC, first DESC, mode)
    ORDER BY domain, last DESC, first DESC, mode
  ), doubt AS (
    -- Who has not seen the newest mode after another one.
    SELECT domain, name, reporter, authenticated, other.mode, other.last
    FROM member
    JOIN current USING (domain)
    CROSS JOIN LATERAL (VALUES ('testing', testing_day),
      ('enforce', enforce_day), ('none', none_day)) AS other (mode, last)
    WHERE other.mode <> current.mode AND other.last >= coalesce(
        CASE current.mode WHEN 'testing' THEN testing_day
          WHEN 'enforce' THEN enforce_day ELSE none_day END, '-infinity')
  ), asked AS (
    SELECT name, last AS day, mode, authenticated FROM doubt
    UNION
    SELECT domain, mode_day, mode, authenticated
    FROM current
    JOIN (SELECT DISTINCT domain, authenticated FROM member) AS m
      USING (domain)
    UNION
    SELECT domain, min(enforce_begin), 'enforce', authenticated
    FROM member
    WHERE enforce_begin IS NOT NULL
    GROUP BY domain, authenticated
  ), aged AS MATERIALIZED (
    -- The longest max_age of that day; NULL where the reports are gone.
    SELECT name, day, mode, max_age
    FROM asked
    CROSS JOIN LATERAL (
      SELECT max(sts_max_age(policy_string)) AS max_age
      FROM policy
      JOIN report USING (day, report_key)
      WHERE policy.day = asked.day AND policy.policy_domain = asked.name
        AND policy.sts_mode = asked.mode
        AND (auth_domain <> '' OR NOT authenticated)
    ) AS found
  ), stale AS (
    -- Of these, who may still use the other one.
    SELECT domain, array_agg(DISTINCT reporter) AS reporters
    FROM now, doubt
    JOIN aged ON (aged.name, day, aged.mode) = (doubt.name, last, doubt.mode)
    WHERE last + coalesce(ceil(max_age / 86400.0), 366)::integer >= today
    GROUP BY domain
  ), summed AS MATERIALIZED (
    SELECT domain, authenticated,
      count_days(bit_or(m.days)) AS days,
      count(DISTINCT signer) FILTER (WHERE last_day >= today - 30)::integer
        AS reporters,
      coalesce(sum(sessions), 0) AS sessions,
      coalesce(sum(failed_sessions), 0) AS failed,
      coalesce(sum(would_withhold), 0) AS would_withhold,
      coalesce(sum(withheld), 0) AS withheld, max(would_day) AS would_day,
      max(withheld_day) AS withheld_day, max(policy_day) AS policy_day,
      max(bad_day) AS bad_day, max(last_day) AS last_day,
      max(last_day) FILTER (WHERE trusted) AS trusted_day,
      min(enforce_first) FILTER (WHERE trusted) AS trusted_enforce_day,
      array_agg(DISTINCT reporter) FILTER (WHERE NOT trusted) AS untrusted,
      max(dane_day) IS NOT NULL AS dane,
      bool_or(sts_day IS NOT NULL AND lost IS NOT TRUE) AS has_sts,
      max(sts_day) AS sts_day, min(enforce_begin) AS enforce_begin,
      bool_or(withheld_day >= today - 3
        OR withheld_day >= today - 14 AND withheld_day >= last_day)
        AS withholds,
      bool_or(dane_failed_day >= today - 14) AS dane_fails,
      array_agg(DISTINCT reporter) FILTER (WHERE lost) AS losers,
      array_agg(DISTINCT reporter) FILTER (WHERE bad_day >= last_day)
        AS failing,
      array_agg(DISTINCT reporter) FILTER (WHERE last_day < today - 7
        AND count_days(m.days) >= 7 AND bad_day IS DISTINCT FROM last_day
        AND 2 * count_days(m.days) > last_day - first_of_days(m.days, today))
        AS silent
    FROM now, member AS m
    GROUP BY domain, authenticated
  ), judged AS (
    SELECT s.*, current.mode, mode_day, since, stale.reporters AS stale, today,
      (1::bigint << greatest(0, today - greatest(bad_day, since - 1))) - 1
        AS clean,
      aged.max_age, before.max_age AS max_age_before
    FROM now, summed AS s
    LEFT JOIN current USING (domain)
    LEFT JOIN stale USING (domain)
    LEFT JOIN aged
      ON (aged.name, aged.day, aged.mode) = (domain, mode_day, current.mode)
    LEFT JOIN aged AS before ON (before.name, before.day, before.mode)
      = (domain, enforce_begin, 'enforce')
  ), clean AS (
    SELECT domain, count_days(bit_or(testing_days & clean)) AS days,
      count(DISTINCT signer) FILTER (WHERE testing_days & clean <> 0)::integer
        AS reporters
    FROM judged
    JOIN member USING (domain)
    WHERE mode = 'testing' AND trusted
    GROUP BY domain
  ), lost_mail AS (
    SELECT domain, array_agg(DISTINCT result_type) AS types,
      array_agg(DISTINCT failure.receiving_mx_hostname)
        FILTER (WHERE failure.receiving_mx_hostname <> '') AS hosts
    FROM failure
    JOIN member USING (name, auth_domain, organization_name)
    WHERE is_lost
    GROUP BY domain
  ), worded AS (
    SELECT j.*, untrusted_text, coalesce(c.days, 0) AS clean_days,
      coalesce(c.reporters, 0) AS clean_reporters,
      types[1:20] AS types, hosts[1:20] AS hosts,
      array_remove(ARRAY[
        'reporters still use a policy in another mode: '
          || some_reporters(stale),
        CASE WHEN mode = 'testing' THEN 'reporters no longer see a policy: '
          || some_reporters(losers) END,
        CASE WHEN has_sts AND mode IS NULL
          THEN 'no report says the mode of the policy' END
      ], NULL) AS doubts,
      array_remove(ARRAY[
        CASE WHEN would_withhold > 0 THEN format(
          'mail of %s sessions would have been withheld, the last on %s',
          would_withhold, would_day) END,
        CASE WHEN withheld > 0 THEN format(
          'mail of %s sessions was withheld, the last on %s', withheld,
          withheld_day) END,
        CASE WHEN policy_day IS NOT NULL THEN format(
          'senders could not get the policy, the last on %s', policy_day) END,
        CASE WHEN bad_day > greatest(would_day, withheld_day, policy_day)
            OR bad_day IS NOT NULL
              AND greatest(would_day, withheld_day, policy_day) IS NULL
          THEN format('sessions failed, the last on %s', bad_day) END
      ], NULL) AS failures,
      array_remove(ARRAY[
        CASE WHEN coalesce(c.days, 0) < 14 THEN format(
          '%s days with reports are clean up to now, 14 are needed',
          coalesce(c.days, 0)) END,
        CASE WHEN coalesce(c.reporters, 0) < 2 THEN format(
          'clean days are reported by %s, 2 reporters are needed',
          coalesce(c.reporters, 0)) END,
        CASE WHEN j.last_day < today - 7
          THEN format('no report is about a day after %s', j.last_day)
          WHEN (trusted_day < today - 7) IS NOT FALSE THEN
            'no trusted signer has reported a day of the last 7' END,
        CASE WHEN coalesce(c.days, 0) < 14 OR coalesce(c.reporters, 0) < 2
            OR (trusted_day < today - 7) IS NOT FALSE
          THEN untrusted_text END,
        'nothing was heard after a failure from '
          || some_reporters(failing),
        'reporters fell silent: ' || some_reporters(silent)
      ], NULL) AS missing,
      CASE WHEN NOT authenticated
        THEN ARRAY['no report is authenticated: anybody may have sent them']
        ELSE '{}' END AS notes,
      (SELECT min(step) FROM unnest('{604800,2592000,31557600}'::bigint[])
        AS step WHERE step > max_age) AS step
    FROM judged AS j
    CROSS JOIN LATERAL (
      SELECT 'signers that are not trusted do not count: '
        || some_reporters(untrusted)
    ) AS worded (untrusted_text)
    LEFT JOIN clean AS c USING (domain)
    LEFT JOIN lost_mail USING (domain)
  ), verdict AS (
    SELECT *, CASE
      WHEN withholds AND (mode IS DISTINCT FROM 'testing' OR dane_fails)
        THEN 'hold-back'
      WHEN mode = 'testing' THEN CASE
        WHEN cardinality(doubts || missing) = 0 THEN 'enforce-now'
        ELSE 'keep-testing' END
      WHEN mode = 'enforce' THEN CASE
        WHEN cardinality(doubts) > 0 THEN 'keep-testing'
        WHEN is_ripe AND is_trusted THEN 'raise-max-age'
        ELSE 'fine' END
      WHEN has_sts AND mode IS NULL THEN 'keep-testing'
      WHEN dane THEN 'fine'
      ELSE 'publish' END AS verdict
    FROM worded AS j
    CROSS JOIN LATERAL (
      SELECT (bad_day < today - 30) IS NOT FALSE AND since <= today - 30
          AND step IS NOT NULL AND last_day >= today - 7
          AND max_age_before = max_age AS is_ripe,
        trusted_day >= today - 7 AND trusted_enforce_day <= today - 30
          AS is_trusted
    ) AS asked
  )
  SELECT domain, mode, max_age, CASE WHEN mode IS NOT NULL
      THEN least(since, today) END, dane, authenticated, days, clean_days,
    reporters, clean_reporters, sessions, failed, would_withhold, withheld,
    coalesce(types, '{}'), coalesce(hosts, '{}'),
    greatest(would_day, withheld_day), last_day, verdict,
    CASE verdict
      WHEN 'keep-testing' THEN doubts
        || CASE WHEN mode IS DISTINCT FROM 'testing' OR clean_days < 14
          OR cardinality(failing) > 0 THEN failures ELSE '{}' END
        || CASE WHEN mode = 'testing' THEN missing ELSE '{}' END
      WHEN 'publish' THEN CASE WHEN sts_day IS NOT NULL
        THEN ARRAY[CASE WHEN mode = 'none' THEN 'the policy is in mode none'
          ELSE format('a policy was last seen on %s', sts_day) END]
        ELSE '{}' END
      WHEN 'enforce-now' THEN '{}'
      ELSE failures || CASE WHEN mode = 'enforce' AND is_ripe
          AND is_trusted IS NOT TRUE AND untrusted_text IS NOT NULL
        THEN ARRAY[untrusted_text] ELSE '{}' END
      END || notes,
    CASE WHEN verdict = 'raise-max-age' THEN step END
  FROM verdict
  WHERE last_day >= today - 30
    AND (of_domains IS NULL OR domain = ANY (of_domains))
$$;
