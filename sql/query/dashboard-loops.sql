-- SPDX-License-Identifier: BSD-2-Clause
-- Reporters whose sessions are their own report mail, the newest first. The
-- parameters are those of sql/store-dashboard.c: a row is a page.
SELECT page, json_agg(json_build_object(
    'reporter', organization_name, 'signed', authenticated,
    'signer', CASE WHEN authenticated AND one_line(organization_name)
        <> reporter_text(organization_name, auth_domain)
      THEN auth_domain END,
    'domain', policy_domain, 'first', first_day, 'last', last_day,
    'ongoing', ongoing, 'remedy', remedy) ORDER BY number) AS loops
FROM (
  SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page, *,
    auth_domain <> '' AS authenticated,
    row_number() OVER (
      PARTITION BY CASE WHEN $6::boolean THEN policy_domain END
      ORDER BY last_day DESC, days DESC, organization_name, auth_domain,
        policy_domain) AS number
  FROM v_report_loop
  WHERE last_day >= $2::date
    AND ($3::date IS NULL OR first_day <= $3)
    AND ($5::boolean IS NULL OR (auth_domain <> '') = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
) AS loop
WHERE number <= 100
GROUP BY page;
