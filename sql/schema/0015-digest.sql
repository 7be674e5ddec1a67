-- SPDX-License-Identifier: BSD-2-Clause
-- It gets another result, which cannot be replaced.
DROP FUNCTION IF EXISTS digest(integer);
DROP FUNCTION IF EXISTS tlsrpt_tenant.digest(integer);
