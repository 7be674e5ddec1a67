-- SPDX-License-Identifier: BSD-2-Clause
-- What a table takes with its indexes and partitions.
CREATE OR REPLACE FUNCTION relation_size(relation regclass) RETURNS bigint
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(
    (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(relation)),
    pg_total_relation_size(relation))::bigint
$$;

-- What there is in the database, as items in the order of their numbers: for
-- readers, who may not look into the tables.
CREATE OR REPLACE FUNCTION status() RETURNS TABLE (item text, value text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
  SELECT item, value
  FROM (
    VALUES
      (1, 'schema version', schema_version()::text),
      (2, 'server version', current_setting('server_version')),
      (3, 'database', current_database()::text),
      (4, 'size of the schema',
        (SELECT pg_size_pretty(coalesce(sum(relation_size(oid)), 0))
          FROM pg_class
          WHERE relnamespace = 'tlsrpt'::regnamespace
            AND relkind IN ('r', 'm', 'p') AND NOT relispartition)),
      (6, 'monthly partitions',
        (SELECT count(*)::text FROM pg_inherits JOIN pg_class ON oid = inhrelid
          WHERE inhparent = 'report'::regclass
            AND relname ~ '_[0-9]{6}$')),
      (7, 'last partition',
        (SELECT max('tlsrpt.' || relname)
          FROM pg_inherits JOIN pg_class ON oid = inhrelid
          WHERE inhparent = 'report'::regclass
            AND inhrelid <> 'report_default'::regclass)),
      (8, 'reports outside of them',
        (SELECT count(*)::text FROM report_default)),
      (9, 'reports',
        (SELECT coalesce(sum(reports), 0)::text FROM v_reporter)),
      (10, 'not yet rolled up', (SELECT count(*)::text FROM outbox)),
      (11, 'oldest of these',
        (SELECT utc_text(min(received_at)) FROM outbox_report)),
      (12, 'in quarantine', (SELECT count(*)::text FROM quarantine)),
      (13, 'last report received',
        (SELECT utc_text(greatest(
            (SELECT max(received_at) FROM daily_reporter),
            (SELECT max(received_at) FROM outbox_report))))),
      (14, 'alerts not resolved',
        (SELECT count(*)::text FROM alert WHERE state <> 'resolved'))
    UNION ALL
    SELECT 7, 'daily partitions', count(*)::text
    FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = 'report'::regclass AND relname ~ '_[0-9]{8}$'
    HAVING count(*) > 0
    UNION ALL
    SELECT 5, 'size of ' || name, pg_size_pretty(relation_size(name::regclass))
    FROM unnest(ARRAY['daily_domain', 'daily_failure', 'daily_policy',
        'failure', 'policy', 'quarantine', 'report']) AS name
    UNION ALL
    -- A way that was never used has no row.
    SELECT 15 + item.number, item.name || ' ' || channel, item.value
    FROM v_alert_channel,
      LATERAL (
        VALUES (0, 'alerts waiting for', waiting::text),
          (1, 'waiting since, for', utc_text(waiting_since)),
          (2, 'last alert delivered by', utc_text(delivered_at)),
          (3, 'problem of', problem)
      ) AS item (number, name, value)
    UNION ALL
    -- Anybody can invent a reporter: of these the busiest.
    (SELECT 19, 'last day of ' || organization_name
        || CASE WHEN bool_or(auth_domain <> '') THEN ''
          ELSE ', unauthenticated' END,
      to_char(max(last_day), 'YYYY-MM-DD')
    FROM v_reporter
    GROUP BY organization_name, auth_domain <> ''
    ORDER BY sum(reports) DESC, organization_name COLLATE "C"
    LIMIT 50)
  ) AS status (number, item, value)
  ORDER BY number, item COLLATE "C"
$$;
