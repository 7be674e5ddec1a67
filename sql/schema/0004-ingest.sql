-- SPDX-License-Identifier: BSD-2-Clause
-- ingest() and ingest_batch() get other arguments: a function cannot be replaced
-- by one with others.

DROP FUNCTION IF EXISTS ingest, ingest_batch;
