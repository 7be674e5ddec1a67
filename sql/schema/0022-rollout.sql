-- SPDX-License-Identifier: BSD-2-Clause
-- How far each name may go that reporters have spoken of, as it was judged:
-- where there are thousands, to judge them all takes seconds.

-- `judged_by` is what it was judged by beside the reports, NULL: there is news
-- since `news_at`, or it was never judged. Without a verdict nothing is to be
-- said of it, as of an MX host. There is no index but the key, and room beside
-- each row: to note news, and to judge again, writes within a page then, and
-- no index. Whoever looks for those to judge reads the table.
CREATE TABLE domain_rollout (
  policy_domain text PRIMARY KEY,
  judged_by bytea,
  news_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sts_mode text,
  max_age bigint,
  since date,
  dane boolean,
  authenticated boolean,
  days integer,
  clean_days integer,
  reporters integer,
  clean_reporters integer,
  sessions numeric,
  failed_sessions numeric,
  would_withhold_sessions numeric,
  withheld_sessions numeric,
  result_types text[],
  receiving_mx_hostnames text[],
  last_failure_day date,
  last_day date,
  verdict text,
  reasons text[],
  next_max_age bigint
) WITH (fillfactor = 50);

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

INSERT INTO domain_rollout (policy_domain)
SELECT DISTINCT policy_domain FROM domain_policy;

ANALYZE domain_rollout;

-- `done_at` is when something was removed that a verdict may have gone by.
INSERT INTO job (name) VALUES ('rollout');
