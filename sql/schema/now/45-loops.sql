-- SPDX-License-Identifier: BSD-2-Clause
-- Reports about report mail. A reporter should leave the sessions of its own
-- reports out (RFC 8460 section 3). One that does not has a session with the
-- domain of the mailbox for each report, and reports it the next day: a domain
-- without other mail has sessions for ever.

-- The most recent look at each domain that is watched: its TLSRPT record, with a
-- comma at the end of each address.
CREATE OR REPLACE VIEW watched_record AS
SELECT DISTINCT ON (policy_domain) policy_domain,
  translate(lower(tlsrpt_record), ' ;!?', ',,,,') || ',' AS record
FROM observation
JOIN watched USING (policy_domain)
WHERE looked_at > now() - interval '7 days'
ORDER BY policy_domain, observed_at DESC;

-- Whether a mailbox for reports is in this domain, as far as domains are watched;
-- NULL: nobody knows.
CREATE OR REPLACE FUNCTION has_mailbox(domain text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM watched_record
      WHERE position('@' || domain || ',' IN record) > 0) THEN true
    WHEN EXISTS (SELECT FROM watched_record WHERE policy_domain = domain)
      THEN false
  END
$$;

-- Who reports about its report mail at present, and on which days of the last 14
-- all sessions of a domain were as many as the reports that came from there.
-- That is so on five days at least, and of the others, from the first on, there
-- is one for five. Chance and real mail can look like it. A report without a
-- session of its own shows that, and that may be once: that one was lost, or
-- came after midnight. Each report goes to one mailbox, so that there is no
-- choosing between domains unless one is known to have it. Days on which
-- nothing happened do not count, nor those that are not reported yet.
CREATE OR REPLACE FUNCTION loops_now() RETURNS TABLE (
  policy_domain text, auth_domain text, organization_name text,
  loop_days date[]
)
LANGUAGE sql STABLE
AS $$
  WITH sent AS MATERIALIZED (
    SELECT day, auth_domain, organization_name, reports
    FROM daily_received
    WHERE day BETWEEN today() - 14 AND today() - 1
  ), candidate AS MATERIALIZED (
    SELECT policy_domain, auth_domain, organization_name
    FROM daily_domain
    JOIN sent USING (day, auth_domain, organization_name)
    WHERE day BETWEEN today() - 14 AND today() - 1
      AND successful_sessions + failed_sessions = sent.reports
    GROUP BY policy_domain, auth_domain, organization_name
    HAVING count(*) >= 5
  ), reported AS (
    SELECT auth_domain, organization_name, max(day) AS last_day
    FROM daily_reporter
    WHERE day BETWEEN today() - 14 AND today() - 1
    GROUP BY auth_domain, organization_name
  ), counted AS (
    SELECT policy_domain, auth_domain, organization_name, day,
      coalesce(successful_sessions + failed_sessions, 0) AS sessions,
      coalesce(sent.reports, 0) AS mails
    FROM candidate
    JOIN reported USING (auth_domain, organization_name)
    CROSS JOIN LATERAL generate_series(1, 14) AS age
    CROSS JOIN LATERAL (SELECT today() - age AS day) AS dated
    LEFT JOIN daily_domain USING (day, policy_domain, auth_domain,
      organization_name)
    LEFT JOIN sent USING (day, auth_domain, organization_name)
    WHERE day <= last_day
  ), judged AS (
    SELECT *, sessions = mails AS same,
      count(*) FILTER (WHERE sessions = mails) OVER since AS same_since,
      count(*) FILTER (WHERE sessions <> mails) OVER since AS other_since,
      count(*) FILTER (WHERE sessions < mails) OVER pair AS fewer
    FROM counted
    WHERE sessions > 0 OR mails > 0
    WINDOW pair AS (PARTITION BY policy_domain, auth_domain, organization_name),
      since AS (pair ORDER BY day DESC)
  ), begun AS (
    SELECT *, min(day) FILTER (WHERE same AND same_since >= 5
        AND 5 * other_since <= same_since) OVER pair AS first_day
    FROM judged
    WHERE fewer <= 1
    WINDOW pair AS (PARTITION BY policy_domain, auth_domain, organization_name)
  ), looping AS (
    SELECT policy_domain, auth_domain, organization_name,
      array_agg(day ORDER BY day) AS loop_days,
      has_mailbox(policy_domain) AS has_mailbox
    FROM begun
    WHERE same AND day >= first_day
    GROUP BY policy_domain, auth_domain, organization_name
  )
  SELECT policy_domain, auth_domain, organization_name, loop_days
  FROM (
    SELECT *, count(*) OVER (PARTITION BY auth_domain, organization_name) = 1
        AS is_only
    FROM looping
    WHERE has_mailbox IS NOT FALSE
  ) AS possible
  WHERE has_mailbox OR is_only
$$;

-- Writes these down, hourly at most and if reports have come: returns how many
-- have begun. A stranger may invent reporters: of a month no more than a thousand
-- are kept, and those that are authenticated first.
CREATE OR REPLACE FUNCTION find_loops() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  begun integer;
BEGIN
  IF NOT EXISTS (
      SELECT FROM job AS loops, job AS fold
      WHERE loops.name = 'loops' AND fold.name = 'fold'
        AND loops.done_at < least(fold.done_at, now() - interval '1 hour'))
    OR NOT take_job('loops')
  THEN
    RETURN 0;
  END IF;
  WITH looping AS MATERIALIZED (
    SELECT *, loop_days[1] AS first_day,
      loop_days[cardinality(loop_days)] AS last_day
    FROM loops_now()
  ), longer AS (
    UPDATE report_loop AS l
    SET last_day = greatest(l.last_day, n.last_day),
      days = days + (SELECT count(*) FROM unnest(loop_days) AS day
        WHERE day > l.last_day)
    FROM looping AS n
    WHERE l.policy_domain = n.policy_domain AND l.auth_domain = n.auth_domain
      AND l.organization_name = n.organization_name
      AND l.last_day >= n.first_day
      AND l.first_day = (SELECT max(first_day) FROM report_loop AS same
        WHERE same.policy_domain = n.policy_domain
          AND same.auth_domain = n.auth_domain
          AND same.organization_name = n.organization_name)
    RETURNING l.policy_domain, l.auth_domain, l.organization_name
  )
  INSERT INTO report_loop (policy_domain, auth_domain, organization_name,
    first_day, last_day, days, contact_info, software)
  SELECT policy_domain, auth_domain, organization_name, first_day, last_day,
    cardinality(loop_days), contact_info, software
  FROM looping AS n
  LEFT JOIN LATERAL (
    SELECT r.contact_info, CASE WHEN r.report_id ~ 'Z_idx[0-9]+_'
      THEN 'tlsrpt-reporter' END AS software
    FROM policy AS p
    CROSS JOIN LATERAL (
      SELECT contact_info, report_id, auth_domain, organization_name
      FROM report
      WHERE report.day = p.day AND report.report_key = p.report_key
      OFFSET 0
    ) AS r
    WHERE p.day = n.last_day AND p.policy_domain = n.policy_domain
      AND r.auth_domain = n.auth_domain
      AND r.organization_name = n.organization_name
    LIMIT 1
  ) AS latest ON true
  WHERE (policy_domain, auth_domain, organization_name)
    NOT IN (SELECT * FROM longer)
  ORDER BY auth_domain = '', policy_domain, auth_domain, organization_name
  LIMIT greatest(0, 1000 - (SELECT count(*) FROM report_loop
    WHERE last_day > today() - 30));
  GET DIAGNOSTICS begun = ROW_COUNT;
  UPDATE job SET done_at = clock_timestamp() WHERE name = 'loops';
  RETURN begun;
END
$$;
