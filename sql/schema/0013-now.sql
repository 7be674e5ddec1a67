-- SPDX-License-Identifier: BSD-2-Clause
-- What a look at a domain says of an incident: whether it is still so, NULL
-- where that cannot be seen, and in words.
CREATE TABLE incident_now (
  incident_id integer PRIMARY KEY,
  looked_at timestamptz NOT NULL,
  still boolean,
  now text NOT NULL CHECK (octet_length(now) <= 1000)
);

-- They get other results, which cannot be replaced.
DROP FUNCTION IF EXISTS incident_texts(text[]);
DROP FUNCTION IF EXISTS tlsrpt_tenant.incident_texts(text[]);
