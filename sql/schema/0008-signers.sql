-- SPDX-License-Identifier: BSD-2-Clause
-- Whose word opens and ends alerts.

-- Domains that sign reports, as auth_domain has them; * is all others that
-- sign. None at which anybody may have a mailbox: its signature says nothing
-- about who has written.
CREATE TABLE trusted_signer (
  domain text PRIMARY KEY CHECK (octet_length(domain) <= 255
    AND domain ~ '^([*]|[a-z0-9_-]+([.][a-z0-9_-]+)+)$')
);

INSERT INTO trusted_signer (domain) VALUES
  ('corp.mail.ru'), ('google.com'), ('microsoft.com'), ('mimecast.com'),
  ('yahooinc.com');

-- Of each reporter the domain that has signed. NULL: opened before this was
-- written down.
ALTER TABLE alert ADD COLUMN signers text[];

-- They get other arguments or other results, which cannot be replaced.
DROP FUNCTION IF EXISTS alert_failures, alert_sessions, health;
