-- SPDX-License-Identifier: BSD-2-Clause
-- For the sums of all domains in a period. Rows come in the order of days but
-- for a few, so that ranges of pages tell them apart: next to no space, and next
-- to nothing to do for an insert.

CREATE INDEX daily_domain_day ON daily_domain USING brin (day);
CREATE INDEX daily_policy_day ON daily_policy USING brin (day);
CREATE INDEX daily_failure_day ON daily_failure USING brin (day);
