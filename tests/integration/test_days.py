# SPDX-License-Identifier: BSD-2-Clause
"""Where millions of reports come in, each day has tables of its own: they are
made and emptied beside whoever stores and reads."""

import datetime
import subprocess
import time

import psycopg2
import psycopg2.errors
import pytest

import traffic
from daemon import READER

OLD = 5600
FORCED = "SELECT tlsrpt.make_days(%s)"
STORE = """
    WITH key AS (SELECT gen_random_uuid() AS key)
    INSERT INTO tlsrpt.report (day, report_key, content_digest, received_by,
      auth_domain, organization_name, report_id, period_start, period_end)
    SELECT day, key, sha256(''), 'new', '', 'New', 'new', day, day
    FROM key, unnest(%s::date[]) AS day
"""
DAYS = ("SELECT count(*) FROM pg_class"
        " WHERE relkind = 'r' AND relname ~ '^report_[0-9]{8}$'")
MANY = ("UPDATE pg_class SET reltuples = 30000000 WHERE relname ="
        " to_char(now() AT TIME ZONE 'UTC', '\"report\"_YYYYMM')")


@pytest.fixture
def connect(cluster, database):
    """In a transaction."""
    connections = []

    def begin(statement, *parameters, user="postgres"):
        connection = psycopg2.connect(cluster.conninfo(database, user))
        connections.append(connection)
        connection.cursor().execute(statement, parameters)
        return connection

    yield begin
    for connection in connections:
        connection.close()


@pytest.fixture
def run(cluster, database, ctl_program):
    def run_command(*words):
        return subprocess.run(
            [ctl_program, "-d", cluster.conninfo(database), *words],
            check=True, capture_output=True, text=True, timeout=60).stdout

    return run_command


@pytest.fixture
def month(query):
    """One that has days, with reports in all of them but the last."""
    first = traffic.month_ago(5)
    query(FORCED, first)
    query(traffic.OLD_REPORTS, first, OLD)
    query("SELECT tlsrpt.fold()")
    return first


def days_since(day):
    return (datetime.datetime.now(datetime.timezone.utc).date() - day).days


def test_a_day_goes_beside_others(connect, query, month):
    after = month + datetime.timedelta(1)
    reader = connect("SELECT count(*) FROM tlsrpt.v_report WHERE day = '%s'"
                     % after, user=READER)
    writer = connect(STORE, [after, datetime.date.today()])
    begun = time.monotonic()
    assert query("SELECT tlsrpt.purge_month(%s)", days_since(after)) == [
        (True,)]
    assert time.monotonic() - begun < 1
    writer.commit()
    reader.commit()
    assert query("SELECT count(*) FROM tlsrpt.report") == [
        (OLD - OLD // 28 + 2,)]
    assert query("SELECT count(*) FROM tlsrpt.policy") == query(
        "SELECT count(*) FROM tlsrpt.failure") == [(OLD - OLD // 28,)]


def test_who_reads_the_day_is_not_waited_for(connect, query, month):
    after = month + datetime.timedelta(1)
    reader = connect("SELECT count(*) FROM tlsrpt.v_report WHERE day = '%s'"
                     % month, user=READER)
    begun = time.monotonic()
    with pytest.raises(psycopg2.errors.LockNotAvailable):
        query("SELECT tlsrpt.purge_month(%s)", days_since(after))
    assert time.monotonic() - begun < 2
    reader.commit()
    assert query("SELECT tlsrpt.purge_month(%s)", days_since(after)) == [
        (True,)]


def test_who_stores_in_the_day_is_waited_for(connect, query, month):
    after = month + datetime.timedelta(1)
    writer = connect(STORE, [month])
    with pytest.raises(psycopg2.errors.LockNotAvailable):
        query("SELECT tlsrpt.purge_month(%s)", days_since(after))
    writer.rollback()
    assert query("SELECT tlsrpt.purge_month(%s)", days_since(after)) == [
        (True,)]


def test_days_are_made_when_nobody_is_in_the_way(connect, query, run):
    query(MANY)
    reader = connect("SELECT count(*) FROM tlsrpt.v_report", user=READER)
    assert "Partitions created: 0" in run("maintain")
    reader.commit()
    made = run("maintain").split("Partitions created: ")[1].split()[0]
    assert int(made) >= 3 * 28
    assert query(DAYS) == [(int(made) // 3,)]
    assert "daily partitions" in run("db", "status")
    assert "Partitions created: 0" in run("maintain")
