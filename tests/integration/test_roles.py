# SPDX-License-Identifier: BSD-2-Clause
"""The writer may do nothing but hand in reports, the reader nothing but
look."""

import psycopg2.errors
import pytest

import reportmail
from daemon import READER, RUA, WRITER
from demo import read_sample

TABLES = ("SELECT c.relname, c.relkind FROM pg_class c"
          " WHERE c.relnamespace = 'tlsrpt'::regnamespace"
          " AND c.relkind IN ('r', 'p', 'v', 'm')")
VIEWS = {"v_report", "v_policy", "v_failure", "v_daily_domain",
         "v_daily_policy", "v_daily_failure", "v_reporter", "v_alert",
         "result_type_info"}


@pytest.fixture
def relations(query):
    """Name and kind of every table and view of the schema."""
    return query(TABLES)


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


def test_the_writer_reads_and_writes_no_table(query, relations):
    assert len(relations) > 5
    for name, _ in relations:
        for statement in ("SELECT FROM tlsrpt.%s", "DELETE FROM tlsrpt.%s",
                          "INSERT INTO tlsrpt.%s DEFAULT VALUES",
                          "TRUNCATE tlsrpt.%s"):
            assert is_denied(query, statement % name, WRITER), statement % name


def test_the_reader_sees_views_only(query, relations):
    seen = {name for name, _ in relations
            if not is_denied(query, "SELECT FROM tlsrpt." + name, READER)}
    assert seen <= VIEWS
    assert {"v_report", "v_policy", "v_failure", "v_daily_domain",
            "v_daily_policy", "v_daily_failure", "result_type_info"} <= seen


def test_the_reader_writes_nothing(query, relations):
    for name, kind in relations:
        for statement in ("DELETE FROM tlsrpt.%s",
                          "INSERT INTO tlsrpt.%s DEFAULT VALUES"):
            if kind == "v" and not is_denied(
                    query, statement % name, READER):
                pytest.fail(statement % name)


def test_the_reader_hands_in_nothing(query):
    functions = query(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE pronamespace = 'tlsrpt'::regnamespace AND prosecdef"
        " AND has_function_privilege(%s, p.oid, 'EXECUTE')", READER)
    assert functions == []
