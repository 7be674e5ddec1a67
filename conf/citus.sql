-- SPDX-License-Identifier: BSD-2-Clause
-- Spreads reports over the workers of Citus. This is not part of the schema: run
-- it once, with no daemon running, as a superuser, on the coordinator of a
-- database with the extension that "tlsreport db init" has created, empty or
-- not:
--
--	psql -X -v ON_ERROR_STOP=1 -d dbname=tlsrpt -f citus.sql
--
-- The report, its policies and its failures have one key, report_key, and go to
-- one shard, so storing a report is one call on one worker. Each unique
-- constraint of these tables has the key in it, and there is no foreign key or
-- trigger. Roll-ups, alerts, quarantine and tenants stay on the
-- coordinator. Daemons and dashboards connect to the coordinator as before.
--
-- What was tried: a forerunner of this schema, with the same tables, key and
-- partitions, on Citus 13.2.2 and PostgreSQL 15.20, one coordinator and workers
-- on one host. Storing single reports, finding duplicates, adding to the
-- roll-ups and the views worked without a change and gave the same sums. Batches
-- worked but gained much less than on one server: 1228 reports a second in calls
-- of 64 on one connection, and 697 one by one.
-- What was not tried: this file with this schema. The tests run it with
-- functions that stand for those of Citus and check names and columns. Nobody
-- has run ingest_batch() in its present form, partitions that are attached
-- later, purge(), alerts and tenants on Citus, nor lost a worker. The views look
-- up the reports in the outbox by LATERAL queries with LIMIT and OFFSET. Citus
-- sends such queries to the workers from version 10.1 on if they use the key by
-- which it distributes, as these do; this was only read, not tried.

SELECT create_distributed_table('tlsrpt.report', 'report_key',
  colocate_with => 'none');
SELECT create_distributed_table('tlsrpt.policy', 'report_key',
  colocate_with => 'tlsrpt.report');
SELECT create_distributed_table('tlsrpt.failure', 'report_key',
  colocate_with => 'tlsrpt.report');
SELECT create_distributed_table('tlsrpt.outbox', 'report_key',
  colocate_with => 'tlsrpt.report');
SELECT create_distributed_table('tlsrpt.folding', 'report_key',
  colocate_with => 'tlsrpt.report');
SELECT create_distributed_table('tlsrpt.folding_policy', 'report_key',
  colocate_with => 'tlsrpt.report');
SELECT create_distributed_table('tlsrpt.folding_failure', 'report_key',
  colocate_with => 'tlsrpt.report');

-- Joined with failures on the workers.
SELECT create_reference_table('tlsrpt.result_type_info');

-- What ingest() reads and calls goes to the workers with it.
SELECT create_reference_table('tlsrpt.trusted_signer');
SELECT create_distributed_function(
  'tlsrpt.believed_signer'::regproc::oid::regprocedure);
SELECT create_distributed_function(
  'tlsrpt.sts_mode'::regproc::oid::regprocedure);
SELECT create_distributed_function(
  'tlsrpt.add_remarks'::regproc::oid::regprocedure);
SELECT create_distributed_function(
  'tlsrpt.ingest'::regproc::oid::regprocedure, 'r_report_key',
  colocate_with => 'tlsrpt.report');
