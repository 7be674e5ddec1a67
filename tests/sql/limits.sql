-- SPDX-License-Identifier: BSD-2-Clause
-- What the functions that store reports refuse, since the tables do not.
\ir begin.psql
SELECT plan(53);

-- Each limit at its edge, by both functions: arguments that differ from those of
-- a report that is stored, and the column that the error names.
CREATE TABLE test.edge (
  number integer GENERATED ALWAYS AS IDENTITY, kind text, column_name text,
  changes jsonb
);
INSERT INTO test.edge (kind, column_name, changes)
VALUES
  ('report', 'content_digest', '{"content_digest": "\\x00"}'),
  ('report', 'received_by',
    jsonb_build_object('received_by', repeat('x', 256))),
  ('report', 'auth_domain',
    jsonb_build_object('auth_domain', repeat('x', 256))),
  ('report', 'organization_name',
    jsonb_build_object('organization_name', repeat('x', 1025))),
  ('report', 'contact_info',
    jsonb_build_object('contact_info', repeat('x', 1025))),
  ('report', 'report_id', jsonb_build_object('report_id', repeat('x', 1025))),
  ('report', 'report_id', '{"report_id": ""}'),
  ('report', 'period_end', '{"period_end": 1790812799}'),
  ('report', 'extra', '{"r_extra": " []"}'),
  ('report', 'extra', '{"r_extra": "1"}'),
  ('report', 'extra', '{"r_extra": "null"}'),
  ('report', NULL, jsonb_build_object('received_by', repeat('x', 255),
    'auth_domain', repeat('x', 255), 'organization_name', repeat('x', 1024),
    'contact_info', repeat('x', 1024), 'report_id', repeat('x', 1024),
    'period_end', 1790812800, 'r_extra', E' \t\n\r{"x": 1}')),
  ('policy', 'policy_type',
    jsonb_build_object('policy_type', repeat('x', 129))),
  ('policy', 'policy_domain',
    jsonb_build_object('policy_domain', repeat('x', 256))),
  ('policy', 'successful_sessions', '{"successful": -1}'),
  ('policy', 'failed_sessions', '{"failed": -1}'),
  ('policy', 'extra', '{"p_extra": "[{}]"}'),
  ('policy', NULL, jsonb_build_object('policy_type', repeat('x', 128),
    'policy_domain', repeat('x', 255), 'successful', 0, 'failed', 0,
    'p_extra', E'\n{}')),
  ('failure', 'result_type',
    jsonb_build_object('result_type', repeat('x', 129))),
  ('failure', 'result_type', '{"result_type": ""}'),
  ('failure', 'receiving_mx_hostname',
    jsonb_build_object('hostname', repeat('x', 256))),
  ('failure', 'receiving_mx_helo',
    jsonb_build_object('helo', repeat('x', 1025))),
  ('failure', 'failed_sessions', '{"f_failed": -1}'),
  ('failure', 'extra', '{"f_extra": "true"}'),
  ('failure', NULL, jsonb_build_object('result_type', repeat('x', 128),
    'hostname', repeat('x', 255), 'helo', repeat('x', 1024), 'f_failed', 0,
    'f_extra', '{}'));

CREATE FUNCTION test.store_edge(name text, changes jsonb, batch boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  start bigint := test.epoch('2026-10-01');
  v jsonb := jsonb_build_object('content_digest', test.digest(name),
    'received_by', 'here', 'auth_domain', '', 'organization_name', 'Org',
    'report_id', name, 'period_end', start, 'policy_type', 'sts',
    'policy_domain', 'x.example', 'successful', 1, 'failed', 1,
    'result_type', 'odd', 'f_failed', 1) || changes;
BEGIN
  IF batch THEN
    PERFORM ingest_batch(ARRAY[test.key(name)],
      ARRAY[(v ->> 'content_digest')::bytea], ARRAY[v ->> 'received_by'],
      ARRAY[v ->> 'auth_domain'], ARRAY[v ->> 'organization_name'],
      ARRAY[v ->> 'contact_info'], ARRAY[v ->> 'report_id'], ARRAY[start],
      ARRAY[(v ->> 'period_end')::bigint], ARRAY[v ->> 'r_extra'], '{NULL}',
      ARRAY[v ->> 'policy_type'], ARRAY[v ->> 'policy_domain'], '{"{}"}',
      '{"{}"}', ARRAY[(v ->> 'successful')::bigint],
      ARRAY[(v ->> 'failed')::bigint], ARRAY[v ->> 'p_extra'], '{1}',
      ARRAY[v ->> 'result_type'], '{NULL}', ARRAY[v ->> 'hostname'],
      ARRAY[v ->> 'helo'], '{NULL}', ARRAY[(v ->> 'f_failed')::bigint],
      '{NULL}', '{NULL}', ARRAY[v ->> 'f_extra'], '{1}', '{1}', '{1}', '{1}');
  ELSE
    PERFORM ingest(test.key(name), (v ->> 'content_digest')::bytea,
      v ->> 'received_by', v ->> 'auth_domain', v ->> 'organization_name',
      v ->> 'contact_info', v ->> 'report_id', start,
      (v ->> 'period_end')::bigint, v ->> 'r_extra', NULL,
      ARRAY[v ->> 'policy_type'], ARRAY[v ->> 'policy_domain'], '{"{}"}',
      '{"{}"}', ARRAY[(v ->> 'successful')::bigint],
      ARRAY[(v ->> 'failed')::bigint], ARRAY[v ->> 'p_extra'], '{1}',
      ARRAY[v ->> 'result_type'], '{NULL}', ARRAY[v ->> 'hostname'],
      ARRAY[v ->> 'helo'], '{NULL}', ARRAY[(v ->> 'f_failed')::bigint],
      '{NULL}', '{NULL}', ARRAY[v ->> 'f_extra']);
  END IF;
END
$$;

SELECT CASE
  WHEN column_name IS NULL THEN lives_ok(call, name)
  ELSE throws_ok(call, '23514',
    format('tlsrpt: %s is outside of its limits', column_name), name)
  END
FROM test.edge, unnest('{false,true}'::boolean[]) AS batch,
  format('%s %s%s', kind, number, CASE WHEN batch THEN ' in a batch' END)
    AS name,
  format('SELECT test.store_edge(%L, %L, %L)', name, changes, batch) AS call
ORDER BY number, batch;
SELECT is((SELECT count(*)::integer FROM report), 6,
  'only what keeps to limits is there');
SELECT is_empty($$SELECT conname FROM pg_constraint
    WHERE contype = 'c' AND conrelid IN (SELECT relid
      FROM unnest('{report,policy,failure}'::regclass[]) AS parent
      CROSS JOIN pg_partition_tree(parent))$$,
  'no constraint is looked at for each row');
SELECT throws_ok($$SELECT test.put_batch('{z}', '{2026-10-01}', '{x.example}',
  '{1}', '{0}')$$, '23514', 'tlsrpt: policy_no is outside of its limits',
  'policies are numbered from 1');

SELECT * FROM finish();
ROLLBACK;
