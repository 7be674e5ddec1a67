-- SPDX-License-Identifier: BSD-2-Clause
-- Of the two schemas a role can use the one whose views it may read. To compile
-- a plan over so many partitions takes a hundred times as long as to run it.
-- Groups that do not fit into memory are sorted on disk. Of what a statement has
-- put together itself nothing is sorted to be joined: names take longer to sort
-- than to hash.
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = tlsrpt, tlsrpt_tenant, pg_temp;
SET LOCAL jit = off;
SET LOCAL work_mem = '32MB';
SET LOCAL enable_partitionwise_join = on;
SET LOCAL enable_mergejoin = off;
