-- SPDX-License-Identifier: BSD-2-Clause
-- The quarantine, the newest first. $1: how many, NULL for all.
SELECT id, tlsrpt.utc_text(received_at) AS received_at, reason,
  envelope_sender, part_name, size, message
FROM tlsrpt.quarantine
ORDER BY quarantine.received_at DESC, id
LIMIT $1::bigint;
