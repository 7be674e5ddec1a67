-- SPDX-License-Identifier: BSD-2-Clause
-- The entry whose id begins with $1, in lower case. Two are enough to see that
-- it is not the only one.
SELECT id, reason, message, part_name,
  extract(epoch FROM received_at)::bigint AS received, size, raw,
  array_to_string(signed_by, ' ') AS signed_by, submitter
FROM tlsrpt.quarantine
WHERE id::text LIKE $1 || '%'
LIMIT 2;
