-- SPDX-License-Identifier: BSD-2-Clause
-- Whether there is any report about the domain $1.
SELECT EXISTS (SELECT 1 FROM v_daily_domain WHERE policy_domain = $1) AS any;
