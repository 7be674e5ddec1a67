# SPDX-License-Identifier: BSD-2-Clause
"""The writer may do nothing but hand in reports, the reader nothing but
look."""

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
         "v_daily_policy", "v_daily_failure", "v_reporter", "v_alert",
         "result_type_info"}
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
    assert seen <= VIEWS
    assert VIEWS - {"v_reporter", "v_alert"} <= seen


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
    assert reader <= {"schema_version"}
