# SPDX-License-Identifier: BSD-2-Clause
"""The writer may do nothing but hand in reports, the reader nothing but
look, a tenant nothing but look at what is about his domains."""

import io
import json
import subprocess

import psycopg2
import psycopg2.errors
import pytest

import reportmail
from daemon import READER, RUA, WRITER
from demo import read_sample

RELATIONS = ("SELECT relname FROM pg_class"
             " WHERE relnamespace = 'tlsrpt'::regnamespace"
             " AND relkind = ANY (%s)")
PRIVILEGES = ("SELECT relname, privilege FROM pg_class, unnest(ARRAY["
              "'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])"
              " AS privilege WHERE relnamespace = 'tlsrpt'::regnamespace"
              " AND relkind IN ('r', 'p', 'v', 'm')"
              " AND has_table_privilege(%s, oid, privilege)")
FUNCTIONS = ("SELECT proname FROM pg_proc"
             " WHERE pronamespace = 'tlsrpt'::regnamespace"
             " AND has_function_privilege(%s, oid, 'EXECUTE')")
VIEWS = {"v_report", "v_policy", "v_failure", "v_daily_domain",
         "v_daily_policy", "v_daily_failure", "v_daily_reporter_sum",
         "v_daily_type_sum", "v_daily_domain_sum", "v_domain_reporter",
         "v_daily_policy_sum", "v_domain_policy", "v_reporter", "v_report_loop",
         "v_alert",
         "v_incident", "v_rollout", "v_alert_rule", "v_alert_channel",
         "v_trusted_signer", "v_observation", "result_type_info"}
TENANTS = {"tenant_one": {"one.test", "three.test"},
           "tenant_two": {"two.test"}}
DOMAIN_VIEWS = ("v_policy", "v_failure", "v_daily_domain", "v_daily_policy",
                "v_daily_failure", "v_daily_domain_sum", "v_domain_reporter",
                "v_domain_policy", "v_report_loop")
REPORTING = {"ingest", "ingest_batch", "quarantine"}


@pytest.fixture
def tables(query):
    return [name for name, in query(RELATIONS, ["r", "p"])]


@pytest.fixture
def views(query):
    return [name for name, in query(RELATIONS, ["v", "m"])]


def is_denied(query, statement, user):
    try:
        query(statement, user=user)
    except psycopg2.errors.InsufficientPrivilege:
        return True
    return False


def test_who_failed_because_of_an_expired_certificate(postfix, query):
    text = read_sample("certificate-expired", 1)
    mail = reportmail.make_mail_of_text("google", text, RUA)
    assert postfix.send(mail, RUA)[0] == 250
    rows = query(
        "SELECT policy_domain, receiving_mx_hostname, organization_name,"
        " failed_sessions, day FROM tlsrpt.v_failure"
        " WHERE result_type = 'certificate-expired'"
        " ORDER BY failed_sessions", user=READER)
    day = reportmail.yesterday()
    assert rows == [
        ("kiosk.test", "mx2.kiosk.test", "Google Inc.", 12, day),
        ("kiosk.test", "mx2.kiosk.test", "Google Inc.", 33, day),
    ]


def test_the_writer_reads_and_writes_nothing(query, tables, views):
    for name in tables + views:
        assert is_denied(query, "SELECT FROM tlsrpt." + name, WRITER), name
    for name in tables:
        insert = "INSERT INTO tlsrpt.%s DEFAULT VALUES" % name
        assert is_denied(query, insert, WRITER), name
    assert query(PRIVILEGES, WRITER) == []


def test_the_reader_sees_views_only(query, tables, views):
    seen = {name for name in tables + views
            if not is_denied(query, "SELECT FROM tlsrpt." + name, READER)}
    assert seen == VIEWS


def test_the_reader_writes_nothing(query, tables):
    for name in tables:
        insert = "INSERT INTO tlsrpt.%s DEFAULT VALUES" % name
        assert is_denied(query, insert, READER), name
    assert {privilege for _, privilege in query(PRIVILEGES, READER)} == {
        "SELECT"}


def test_who_may_hand_in_reports(query):
    writer = {name for name, in query(FUNCTIONS, WRITER)}
    reader = {name for name, in query(FUNCTIONS, READER)}
    assert REPORTING <= writer
    assert not REPORTING & reader
    assert reader <= {"schema_version", "health", "status",
                      "alert_channels", "collation_change", "utc_text",
                      "one_line", "reporter_text", "withholds_mail",
                      "failure_severity", "count_sessions",
                      "trusted_signers", "incidents", "incident_changes",
                      "incident_texts", "digest", "mx_hosts", "rollout",
                      "incident_weight", "domain_sums", "policy_sums",
                      "failure_sums"}


def make_report(number, domains):
    """A report that names each domain once, with failures."""
    day = reportmail.yesterday()
    return {
        "organization-name": "Org %d" % number,
        "contact-info": "tls@org.test",
        "report-id": "report-%d" % number,
        "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                       "end-datetime": "%sT23:59:59Z" % day},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": domain},
            "summary": {"total-successful-session-count": 10 ** position,
                        "total-failure-session-count": 2 + position},
            "failure-details": [{"result-type": "certificate-expired",
                                 "failed-session-count": 2 + position}],
        } for position, domain in enumerate(domains)],
    }


@pytest.fixture
def ctl(cluster, database, ctl_program):
    """Runs tlsreport as the superuser, or as `user`; what it says."""
    def run(*arguments, user="postgres"):
        done = subprocess.run(
            [ctl_program, *arguments, "-d", cluster.conninfo(database, user)],
            capture_output=True, text=True, check=False, timeout=60)
        assert "Sanitizer" not in done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def tenants(ctl, query, tmp_path):
    """Two tenants, and reports about domains of one, the other and both."""
    cases = (["one.test"], ["two.test"], ["one.test", "two.test"],
             ["three.test", "sub.one.test"])
    paths = [tmp_path / ("%d.json" % number) for number in range(len(cases))]
    for number, path in enumerate(paths):
        path.write_text(json.dumps(make_report(number, cases[number])))
    ctl("import", *map(str, paths))
    query("INSERT INTO tlsrpt.report_loop SELECT DISTINCT policy_domain, '',"
          " 'Org', current_date - 9, current_date - 1, 9 FROM tlsrpt.policy")
    for name, domains in TENANTS.items():
        ctl("db", "grant", "tenant", name, *domains)
    yield TENANTS
    for name in TENANTS:
        query("DROP OWNED BY " + name)
        query("DROP ROLE " + name)


def try_all(cursor, statements):
    """Those of the statements that are not denied."""
    allowed = []
    for statement in statements:
        try:
            cursor.copy_expert(statement, io.StringIO())
            allowed.append(statement)
        except psycopg2.errors.InsufficientPrivilege:
            pass
    return allowed


def test_tenants_see_what_is_theirs(query, tenants):
    for view in DOMAIN_VIEWS:
        statement = "SELECT policy_domain, v::text FROM %s AS v" % view
        rows = query(statement, user=READER)
        assert {domain for domain, _ in rows} == {
            "one.test", "two.test", "three.test", "sub.one.test"}
        for name, domains in tenants.items():
            assert sorted(query(statement, user=name)) == sorted(
                row for row in rows if row[0] in domains), (view, name)
    statement = ("SELECT report_id, policies, successful_sessions,"
                 " failed_sessions FROM v_report ORDER BY 1")
    assert query(statement, user="tenant_one") == [
        ("report-0", 1, 1, 2), ("report-2", 1, 1, 2), ("report-3", 1, 1, 2)]
    assert query(statement, user="tenant_two") == [
        ("report-1", 1, 1, 2), ("report-2", 1, 10, 3)]
    assert query(statement, user=READER)[2] == ("report-2", 2, 11, 5)
    assert query("SELECT organization_name, reports FROM v_reporter"
                 " ORDER BY 1", user="tenant_two") == [
                     ("Org 1", 1), ("Org 2", 1)]


def test_tenants_find_no_way_around(cluster, database, query, tenants, tables):
    query("CREATE SCHEMA leaks AUTHORIZATION tenant_two")
    connection = psycopg2.connect(cluster.conninfo(database, "tenant_two"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION leaks.tell(value text) RETURNS boolean"
            " LANGUAGE plpgsql COST 0.0001 AS"
            " $$BEGIN RAISE NOTICE '%', value; RETURN true; END$$")
        for view in DOMAIN_VIEWS:
            del connection.notices[:]
            cursor.execute("SELECT FROM %s WHERE leaks.tell(policy_domain)"
                           % view)
            assert connection.notices
            assert all("two.test" in text for text in connection.notices)
        assert try_all(cursor, ["COPY (SELECT FROM tlsrpt.%s) TO STDOUT" % name
                                for name in DOMAIN_VIEWS]) == []
        assert try_all(cursor, ["SET ROLE " + role for role in (
            "tlsrpt_reader", "tlsrpt_owner", READER, "tenant_one")]) == []
    connection.close()
    for user in ("tenant_two", READER, WRITER):
        connection = psycopg2.connect(cluster.conninfo(database, user))
        connection.autocommit = True
        assert try_all(connection.cursor(), [
            "COPY tlsrpt.%s TO STDOUT" % name
            for name in tables if name != "result_type_info"]) == []
        connection.close()


def test_tenants_by_tlsreport(ctl, query, tenants):
    def own_domains():
        return [domain for domain, in query(
            "SELECT policy_domain FROM own_domain ORDER BY 1",
            user="tenant_one")]

    assert "a tenant and sees 2 domains" in ctl("check-db", user="tenant_one")
    assert "may read the views" in ctl("check-db", user=READER)
    rows = json.loads(ctl("summary", "--json", user="tenant_two"))
    assert [(row["policy_domain"], row["reports"]) for row in rows] == [
        ("two.test", 2)]
    for table in ("failures", "reports"):
        assert "one.test" not in ctl(table, user="tenant_two")
    assert "1 added, 3 in all" in ctl(
        "db", "grant", "tenant", "tenant_one", "ONE.test.", "B\u00fccher.test")
    assert own_domains() == ["one.test", "three.test", "xn--bcher-kva.test"]
    for domain in ("*.two.test", "two test", "", "a..b"):
        assert "not a domain name" in ctl(
            "db", "grant", "tenant", "tenant_one", domain)
    for words in (["tenant", READER, "one.test"], ["reader", "tenant_one"],
                  ["tenant", WRITER, "one.test"], ["writer", "tenant_one"],
                  ["tenant", "postgres", "one.test"]):
        assert "use another role" in ctl("db", "grant", *words), words
    assert "is not a tenant" in ctl("db", "revoke", "tenant", READER)
    ctl("db", "revoke", "tenant", "tenant_one", "three.test")
    assert own_domains() == ["one.test", "xn--bcher-kva.test"]
    ctl("db", "revoke", "tenant", "tenant_one")
    assert query("SELECT role::text, policy_domain FROM tlsrpt.tenant_domain"
                 ) == [("tenant_two", "two.test")]
    assert "db grant" in ctl("summary", user="tenant_one")


@pytest.fixture
def operator(ctl, query):
    assert "is an operator" in ctl("db", "grant", "operator", "some_operator")
    yield "some_operator"
    query("DROP OWNED BY some_operator")
    query("DROP ROLE some_operator")


def test_operators_act_on_what_they_read(ctl, query, operator, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(
        {**make_report(1, ["one.test"]), "report-id": ""}))
    for words in (["import", str(bad)], ["rule", "list"], ["alert", "list"],
                  ["db", "status"], ["summary"]):
        assert "db grant" not in ctl(*words, user=operator), words
    assert "Created rule x" in ctl(
        "rule", "set", "x", "--unauthenticated=yes", user=operator)
    assert "finds nothing" in ctl("rule", "test", "x", user=operator)
    assert "Deleted rule x" in ctl("rule", "delete", "x", user=operator)
    assert "alert" in ctl("alert", "ack", "1", user=operator)
    for words in (["purge"], ["db", "upgrade"], ["maintain"],
                  ["db", "grant", "reader", "other"]):
        assert "run it as the " in ctl(*words, user=operator), words
    assert "use another role" in ctl(
        "db", "grant", "tenant", operator, "one.test")


def test_operators_look_after_the_quarantine(ctl, query, operator):
    good = json.dumps(make_report(1, ["one.test"])).encode()
    query("SELECT tlsrpt.quarantine('bad-json', 'because', 'a@b.test', 'Q',"
          " 'mx', 'good.json', %s, %s, '{}', NULL)", len(good), good)
    query("SELECT tlsrpt.quarantine('bad-json', 'because', 'a@b.test', 'Q',"
          " 'mx', 'bad.json', 1, '{', '{}', NULL)")
    assert "bad-json" in ctl("quarantine", "list", user=operator)
    assert ": stored" in ctl("quarantine", "retry", "--all", user=operator)
    assert ": deleted" in ctl("quarantine", "delete", "--all", user=operator)
    assert query("SELECT count(*) FROM tlsrpt.report") == [(1,)]
    assert "operator" in ctl("quarantine", "list", user=READER)


def test_readers_see_the_status(ctl):
    assert "schema version" in ctl("db", "status", user=READER)


def test_a_grant_has_an_effect_or_fails(ctl, query):
    query("CREATE ROLE some_heir LOGIN NOINHERIT")
    for words in (["writer"], ["reader"], ["operator"]):
        assert 'ALTER ROLE "some_heir" INHERIT' in ctl(
            "db", "grant", *words, "some_heir")
    query("ALTER ROLE some_heir INHERIT")
    assert "is a reader" in ctl("db", "grant", "reader", "some_heir")
    query("DROP ROLE some_heir")
