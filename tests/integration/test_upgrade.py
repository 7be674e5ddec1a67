# SPDX-License-Identifier: BSD-2-Clause
"""A database of any earlier version becomes what a new one is."""

import os
import re
import subprocess

import pytest

SQL = os.path.join(os.path.dirname(__file__), "..", "..", "sql")
FILES = sorted(name for name in os.listdir(SQL + "/schema")
               if name[0].isdigit())
# What a schema is made of, as far as anybody can tell.
CATALOG = """
    SELECT 'column', table_schema, table_name, column_name,
        ordinal_position || data_type || is_nullable
        || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'constraint', nspname, relname, conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint AS c JOIN pg_class ON pg_class.oid = conrelid
    JOIN pg_namespace AS n ON n.oid = connamespace
    WHERE nspname LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'index', schemaname, tablename, indexname, indexdef
    FROM pg_indexes WHERE schemaname LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'view', schemaname, viewname, viewowner, definition
    FROM pg_views WHERE schemaname LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'function', nspname, proname, proacl::text, pg_get_functiondef(p.oid)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace
    WHERE nspname LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'right', nspname, relname, relowner::regrole::text, relacl::text
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname LIKE 'tlsrpt%'
    UNION ALL
    SELECT 'rule', name, kind, severity, alert_rule::text
    FROM tlsrpt.alert_rule
    UNION ALL
    SELECT 'type', result_type, category, severity, title
    FROM tlsrpt.result_type_info
"""
SCHEMAS = ("CREATE SCHEMA tlsrpt AUTHORIZATION tlsrpt_owner;"
           "CREATE SCHEMA tlsrpt_tenant AUTHORIZATION tlsrpt_owner;")
# A day in the sums, stored by the first version.
FAILURE = """
    INSERT INTO daily_failure (day, policy_domain, auth_domain,
      organization_name, result_type, receiving_mx_hostname, failed_sessions)
    VALUES ('2026-10-01', 'example.com', '', 'Org', 'certificate-expired',
      'mx.example.com', 7);
"""

# A report of two modes that is kept, and what the version before made of it;
# of the day before only the sums are left.
MODES = """
    SET ROLE tlsrpt_owner; SET search_path = tlsrpt;
    CREATE TABLE report_default PARTITION OF report DEFAULT;
    CREATE TABLE policy_default PARTITION OF policy DEFAULT;
    CREATE TABLE failure_default PARTITION OF failure DEFAULT;
    INSERT INTO report (day, report_key, content_digest, received_by,
      auth_domain, organization_name, report_id, period_start, period_end)
    SELECT '2026-10-02', md5(id)::uuid, sha256(convert_to(id, 'UTF8')), 'mx',
      '', 'Org', id, '2026-10-02 00:00Z', '2026-10-02 23:59Z'
    FROM unnest(ARRAY['one', 'two']) AS id;
    INSERT INTO policy (day, report_key, policy_no, policy_type, policy_domain,
      sts_mode, policy_string, mx_host, successful_sessions, failed_sessions)
    SELECT '2026-10-02', md5(id)::uuid, no, type, 'example.com', mode, '{}',
      '{}', ok, bad
    FROM (VALUES ('one', 1, 'sts', 'testing', 1, 20), ('one', 2, 'sts', NULL,
        2, 0), ('one', 3, 'tlsa', NULL, 4, 0), ('two', 1, 'sts', 'testing', 8,
        0)) AS p (id, no, type, mode, ok, bad);
    INSERT INTO failure (day, report_key, policy_no, failure_no, result_type,
      receiving_mx_hostname, failed_sessions)
    SELECT '2026-10-02', md5('one')::uuid, 1, no, type, 'mx.example.com', bad
    FROM (VALUES (1, 'certificate-expired', 15), (2, 'sts-policy-invalid', 5))
      AS f (no, type, bad);
    INSERT INTO daily_policy (day, policy_domain, auth_domain,
      organization_name, policy_type, reports, successful_sessions,
      failed_sessions)
    VALUES ('2026-10-01', 'example.com', '', 'Org', 'sts', 3, 6, 9),
      ('2026-10-02', 'example.com', '', 'Org', 'sts', 2, 11, 20),
      ('2026-10-02', 'example.com', '', 'Org', 'tlsa', 1, 4, 0);
    INSERT INTO daily_failure (day, policy_domain, auth_domain,
      organization_name, result_type, receiving_mx_hostname, cause,
      failed_sessions)
    SELECT '2026-10-02', 'example.com', '', 'Org', type, 'mx.example.com',
      type, bad
    FROM (VALUES ('certificate-expired', 15), ('sts-policy-invalid', 5))
      AS f (type, bad);
"""

# Reports of a week that came on the next day, and one that an archive had; what the version before made of them.
DAILY = """
    SET ROLE tlsrpt_owner; SET search_path = tlsrpt;
    CREATE TABLE report_default PARTITION OF report DEFAULT;
    INSERT INTO report (day, report_key, content_digest, received_at,
      received_by, auth_domain, organization_name, report_id, period_start,
      period_end)
    SELECT start::date, md5(id)::uuid, sha256(convert_to(id, 'UTF8')), received,
      'mx', '', 'Org', id, start, start + interval '1 day'
    FROM (
      SELECT number::text AS id, today - number * interval '1 day' AS start,
        today - (number - 1) * interval '1 day' + interval '9 hours' AS received
      FROM generate_series(1, 7) AS number,
        date_trunc('day', now(), 'UTC') AS today
      UNION ALL
      SELECT 'old', now() - interval '30 days', now()
    ) AS came;
    INSERT INTO daily_domain (day, policy_domain, auth_domain,
      organization_name, reports, successful_sessions, failed_sessions)
    SELECT day, 'example.com', '', 'Org', 1, 1, 0 FROM report;
    INSERT INTO daily_reporter
    SELECT day, '', 'Org', 1, 0, received_at FROM report;
"""


def run_files(cluster, database, version):
    """As the program of that version left it, without its functions."""
    names = ["schema/" + name for name in ("roles.sql", *FILES[:version])]
    roles, first, *later = (
        open(os.path.join(SQL, name)).read() for name in names)
    text = [roles, SCHEMAS, "SET ROLE tlsrpt_owner; SET search_path = tlsrpt;", first,
            FAILURE, *later,
            "INSERT INTO schema_version SELECT generate_series(1, %d);"
            % version]
    subprocess.run(
        ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", cluster.conninfo(database)],
        input="\n".join(text), text=True, check=True, timeout=60)


@pytest.fixture(params=range(1, len(FILES)))
def old(request, cluster, template):
    name = "version_%d" % request.param
    cluster.psql("CREATE DATABASE " + name)
    run_files(cluster, name, request.param)
    yield name, request.param
    cluster.psql("DROP DATABASE " + name)


def upgrade(ctl_program, cluster, database):
    return subprocess.run(
        [ctl_program, "-d", cluster.conninfo(database), "db", "upgrade"],
        check=True, capture_output=True, text=True, timeout=60).stdout


def test_an_old_database(old, cluster, ctl_program, template):
    name, version = old
    assert "from version %d to %d" % (version, len(FILES)) in upgrade(
        ctl_program, cluster, name)
    assert "has version" in upgrade(ctl_program, cluster, name)
    catalogs = [set(cluster.psql(CATALOG, database).split("\n"))
                for database in (name, template)]
    assert catalogs[0] ^ catalogs[1] == set()
    assert cluster.psql(
        "SELECT result_type, failed_sessions FROM tlsrpt.v_daily_failure",
        name) == "certificate-expired|7"
    assert cluster.psql(
        "SELECT cause, withheld_sessions FROM tlsrpt.daily_failure",
        name) == "certificate-expired|0"


def test_sums_are_divided_by_mode(cluster, ctl_program):
    """Where the reports are still there."""
    name = "without_modes"
    before = next(number for number, name in enumerate(FILES)
                  if name.endswith("-mode.sql"))
    cluster.psql("CREATE DATABASE " + name)
    run_files(cluster, name, before)
    cluster.psql(MODES, name)
    upgrade(ctl_program, cluster, name)
    assert cluster.psql(
        "SELECT day, policy_type, sts_mode, reports, successful_sessions,"
        " failed_sessions FROM tlsrpt.v_daily_policy ORDER BY 1, 2, 3",
        name).split("\n") == [
        "2026-10-01|sts||3|6|9", "2026-10-02|sts|testing|2|9|20",
        "2026-10-02|sts||1|2|0", "2026-10-02|tlsa||1|4|0"]
    assert cluster.psql(
        "SELECT result_type, would_withhold_sessions"
        " FROM tlsrpt.v_daily_failure WHERE day > '2026-10-01' ORDER BY 1",
        name).split("\n") == [
        "certificate-expired|15", "sts-policy-invalid|0"]
    cluster.psql("DROP DATABASE " + name)


def test_reports_about_report_mail_are_found(cluster, ctl_program):
    """Also those that came before anybody looked for them."""
    name = "without_loops"
    before = next(number for number, name in enumerate(FILES)
                  if name.endswith("-loops.sql"))
    cluster.psql("CREATE DATABASE " + name)
    run_files(cluster, name, before)
    cluster.psql(DAILY, name)
    upgrade(ctl_program, cluster, name)
    assert cluster.psql("SELECT count(*), sum(reports)"
                        " FROM tlsrpt.daily_received", name) == "7|7"
    assert cluster.psql("SELECT tlsrpt.find_loops()", name) == "1"
    assert cluster.psql("SELECT last_day - first_day, days"
                        " FROM tlsrpt.v_report_loop", name) == "5|6"
    cluster.psql("DROP DATABASE " + name)


def test_sums_are_those_of_each(cluster, ctl_program):
    name = "without_sums"
    before = next(number for number, name in enumerate(FILES)
                  if name.endswith("-sums.sql"))
    cluster.psql("CREATE DATABASE " + name)
    run_files(cluster, name, before)
    cluster.psql(DAILY, name)
    upgrade(ctl_program, cluster, name)
    assert cluster.psql("SELECT count(*), sum(reports)"
                        " FROM tlsrpt.daily_reporter_sum", name) == "8|8"
    assert cluster.psql("SELECT count(*), sum(successful_sessions)"
                        " FROM tlsrpt.daily_domain_sum", name) == "8|8"
    assert cluster.psql("SELECT policy_domain, current_date - last_day"
                        " FROM tlsrpt.domain_reporter",
                        name) == "example.com|1"
    assert cluster.psql("SELECT result_type, failed_sessions"
                        " FROM tlsrpt.daily_type_sum",
                        name) == "certificate-expired|7"
    assert cluster.psql("SELECT sum(reports), sum(last_day - first_day + 1)"
                        " FROM tlsrpt.weekly_domain_sum", name) == "8|8"
    assert cluster.psql("SELECT sum(failed_sessions)"
                        " FROM tlsrpt.weekly_failure_sum", name) == "7"
    cluster.psql("DROP DATABASE " + name)


# Days of this month and of the last two years, before roll-ups had months.
PERIOD = """
    SET ROLE tlsrpt_owner; SET search_path = tlsrpt;
    INSERT INTO daily_domain (day, policy_domain, auth_domain,
      organization_name, reports, successful_sessions, failed_sessions)
    SELECT current_date - number, 'example.com', '', 'Org', number, 1, 2
    FROM generate_series(0, 730) AS number;
    INSERT INTO daily_policy (day, policy_domain, auth_domain,
      organization_name, policy_type, sts_mode, reports, successful_sessions,
      failed_sessions)
    SELECT day, policy_domain, auth_domain, organization_name, 'sts', '',
      reports, successful_sessions, failed_sessions FROM daily_domain;
    INSERT INTO daily_domain_sum
    SELECT day, policy_domain, false, reports, successful_sessions,
      failed_sessions FROM daily_domain;
    -- Reports may be ahead, and a week end in the next month.
    INSERT INTO daily_domain_sum
    SELECT (date_trunc('month', now()) + interval '1 month')::date,
      'ahead.example', false, 1, 1, 0;
    INSERT INTO daily_failure (day, policy_domain, auth_domain,
      organization_name, result_type, receiving_mx_hostname, cause,
      failed_sessions, withheld_sessions, would_withhold_sessions)
    SELECT day, policy_domain, auth_domain, organization_name, 'type', '',
      'type', failed_sessions, 1, reports FROM daily_domain;
"""
ROLLUPS = ("daily_domain", "daily_policy", "daily_failure", "daily_domain_sum")
WEEKS = ("weekly_domain_sum", "weekly_policy_sum", "weekly_failure_sum")


def read_table(cluster, database, table):
    return cluster.psql("SELECT * FROM tlsrpt.%s AS t ORDER BY t" % table,
                        database).splitlines()


def test_roll_ups_go_to_their_months(cluster, ctl_program):
    name = "without_months"
    before = next(number for number, name in enumerate(FILES)
                  if name.endswith("-months.sql"))
    cluster.psql("CREATE DATABASE " + name)
    run_files(cluster, name, before)
    cluster.psql(PERIOD, name)
    rows = [read_table(cluster, name, table) for table in ROLLUPS]
    upgrade(ctl_program, cluster, name)
    for table, all_rows in zip(ROLLUPS, rows):
        now = read_table(cluster, name, table)
        assert len(now) == len(all_rows)
        # Later versions add columns.
        assert all(row.startswith(old) for row, old in zip(now, all_rows))
        assert cluster.psql(
            "SELECT count(*) FROM tlsrpt.%s_default"
            " WHERE day >= date_trunc('month', now() - interval '14 months')"
            % table, name) == "0"
        assert cluster.psql(
            "SELECT count(*) > 0 FROM tlsrpt.%s_default" % table, name) == "t"
    for table in WEEKS:
        assert cluster.psql(
            "SELECT count(*) > 0, max(last_day)"
            "   < date_trunc('month', now() - interval '14 months')"
            " FROM tlsrpt.%s_default" % table, name) == "t|t"
    assert cluster.psql("SELECT sum(last_day - first_day + 1)"
                        " FROM tlsrpt.weekly_policy_sum", name) == "731"
    assert cluster.psql("SELECT count(*) FROM tlsrpt.v_daily_domain",
                        name) == "731"
    assert cluster.psql("SELECT tlsrpt.purge_rollup_month(300)", name) == "t"
    assert cluster.psql(
        "SELECT policy_domain, judged_by IS NULL FROM tlsrpt.domain_rollout",
        name) == "example.com|t"
    assert cluster.psql("SELECT tlsrpt.judge_domains(at_once => true)",
                        name) == "(1,f)"
    assert cluster.psql("SELECT policy_domain, verdict FROM tlsrpt.v_rollout",
                        name) == "example.com|hold-back"
    cluster.psql("DROP DATABASE " + name)


def test_files_are_numbered():
    assert [int(re.match(r"(\d{4})-", name)[1]) for name in FILES] == list(
        range(1, len(FILES) + 1))
