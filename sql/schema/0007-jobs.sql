-- SPDX-License-Identifier: BSD-2-Clause
-- Who does what, one at a time, and how much of it at once.

-- Whoever does one of these holds its row. Nobody but the owner reaches it, as
-- an advisory lock is open to everybody who may connect. `done_at` is when it
-- was last done.
CREATE TABLE job (
  name text PRIMARY KEY,
  done_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO job (name) VALUES ('fold'), ('alerts'), ('partitions');

-- `size` is how many rows a report has, itself included. Those that took too
-- long are left out until `not_before`.
ALTER TABLE outbox
  ADD COLUMN size integer NOT NULL DEFAULT 1,
  ADD COLUMN not_before timestamptz;

-- What fold() has in hand: empty for everybody else.
CREATE TABLE folding (
  day date NOT NULL,
  report_key uuid NOT NULL,
  has_failures boolean NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

-- The signer that an open alert counts against. NULL: opened before there was
-- a count.
ALTER TABLE alert ADD COLUMN signer text;
CREATE INDEX alert_signer ON alert (signer) WHERE state <> 'resolved';
ALTER TYPE alert_finding ADD ATTRIBUTE signers text[];

-- What the functions and views were made of: nothing need be done when it is
-- the same again.
ALTER TABLE schema_version ADD COLUMN digest text;

-- They get other arguments or other results, which cannot be replaced.
DROP FUNCTION IF EXISTS fold, ensure_partitions, health, alert_failures,
  evaluate_alerts, purge;
