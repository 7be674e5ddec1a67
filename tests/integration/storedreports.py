# SPDX-License-Identifier: BSD-2-Clause
"""Reports handed to the database as the daemon does it, with names that are
hostile to whoever pastes them into a query, and what they add up to."""

import contextlib
import datetime
import hashlib
import typing

import psycopg2

import daemon

# By the columns of v_daily_failure.
Failure = typing.NamedTuple("Failure", (
    ("result_type", str), ("host", str), ("sessions", int)))


class Policy(typing.NamedTuple):
    domain: str
    successful: int
    failures: tuple = ()

    @property
    def failed(self):
        return sum(failure.sessions for failure in self.failures)


class StoredReport(typing.NamedTuple):
    age: int
    organization: str
    auth_domain: str
    policies: tuple

    @property
    def day(self):
        return today() - datetime.timedelta(days=self.age)


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


GOOGLE = "Google Inc."
HOSTILE_NAMES = (
    "'; DROP SCHEMA tlsrpt CASCADE; --",
    "O'Reilly \\' OR true --",
    "100%_of {{.}} [[domain]] 郵便",
    "x$__timeTo() OR true",
    'say "hello"',
    "${domain}",
    "\\",
)
# Grafana would change these: they are not offered.
UNSAFE_NAMES = HOSTILE_NAMES[3:6]
EXPIRED = Failure("certificate-expired", "mx2.kiosk.test", 45)


def make_reports():
    hosts = ("mx1.kiosk.test", "mx2.kiosk.test", "")
    reports = [
        StoredReport(1, GOOGLE, "google.com", (
            Policy("kiosk.test", 100, (EXPIRED,)),)),
        StoredReport(2, GOOGLE, "google.com", (
            Policy("kiosk.test", 230), Policy("o'brien.test", 7))),
        StoredReport(2, GOOGLE, "", (
            Policy("kiosk.test", 1, (
                Failure("certificate-expired", "mx9.kiosk.test", 3),)),)),
        # Out of the last thirty days.
        StoredReport(40, GOOGLE, "google.com", (
            Policy("kiosk.test", 1000, (EXPIRED,)),)),
        StoredReport(3, "No Sessions", "none.test", (
            Policy("none.test", 0),)),
    ]
    reports += [
        StoredReport(3 + number, name, "evil%d.test" % number, (
            Policy("kiosk.test", 10 + number, (
                Failure("starttls-not-supported", hosts[number % 3],
                        2 + number),)),))
        for number, name in enumerate(HOSTILE_NAMES)]
    # More types than a chart should have series.
    reports.append(StoredReport(5, "Types", "types.test", (
        Policy("types.test", 1, tuple(
            Failure("type-%02d" % number, "mx.types.test", 1 + number)
            for number in range(16))),)))
    return reports


INGEST = ("SELECT tlsrpt.ingest(%s::uuid, %s, 'mx.example.net', %s, %s, NULL,"
          " %s, %s, %s, NULL, '{}', %s, %s, %s, %s, %s, %s, %s,"
          " %s::smallint[], %s, %s::inet[], %s, %s, %s::inet[], %s, %s, %s,"
          " %s)")


def store(execute, number, report):
    start = int(datetime.datetime.combine(
        report.day, datetime.time(), datetime.timezone.utc).timestamp())
    policies = report.policies
    failures = [(position, failure)
                for position, policy in enumerate(policies, 1)
                for failure in policy.failures]
    nothing = [None] * len(failures)
    digest = hashlib.sha256(repr((number, report)).encode()).digest()
    stored = execute(
        INGEST, digest[:16].hex(), digest, report.auth_domain,
        report.organization, "report-%d" % number, start, start + 86399,
        ["sts"] * len(policies), [policy.domain for policy in policies],
        ["{mode: enforce}"] * len(policies), ["{}"] * len(policies),
        [policy.successful for policy in policies],
        [policy.failed for policy in policies], [None] * len(policies),
        [position for position, _ in failures],
        [failure.result_type for _, failure in failures],
        ["192.0.2.1"] * len(failures),
        [failure.host or None for _, failure in failures], nothing,
        ["2001:db8::25"] * len(failures),
        [failure.sessions for _, failure in failures], nothing,
        ["it's"] * len(failures), nothing)
    assert stored == (True,)


def store_all(execute, reports):
    """The first half is rolled up, the rest is still to be."""
    half = len(reports) // 2
    for number, report in enumerate(reports):
        if number == half:
            assert execute("SELECT reports FROM tlsrpt.fold()") == (half,)
        store(execute, number, report)


@contextlib.contextmanager
def filled_database(cluster, template, reports):
    cluster.psql("CREATE DATABASE filled TEMPLATE " + template)
    connection = psycopg2.connect(cluster.conninfo("filled", daemon.WRITER))
    connection.autocommit = True
    cursor = connection.cursor()

    def execute(statement, *parameters):
        cursor.execute(statement, parameters)
        return cursor.fetchone()

    try:
        store_all(execute, reports)
        connection.close()
        yield "filled"
    finally:
        cluster.psql("DROP DATABASE filled WITH (FORCE)")
