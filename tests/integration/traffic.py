# SPDX-License-Identifier: BSD-2-Clause
"""Reports that come in at an even rate, from both sides of a store: whoever
maintains it has to stay out of their way."""

import datetime
import threading
import time

import psycopg2

import milterprotocol
import reportmail
from daemon import RUA

DOMAINS = 20
DAYS = 20
# One in so many is not a report that can be read.
UNREADABLE = 50
# Of a month, that many.
OLD_REPORTS = """
    WITH old AS MATERIALIZED (
      SELECT gen_random_uuid() AS key, number,
        %s::date + number %% 28 AS day
      FROM generate_series(1, %s) AS number
    ), reports AS (
      INSERT INTO tlsrpt.report (day, report_key, content_digest, received_by,
        auth_domain, organization_name, report_id, period_start, period_end)
      SELECT day, key, sha256(''), 'old', '', 'Old', 'old ' || number,
        day::timestamp AT TIME ZONE 'UTC', day::timestamp AT TIME ZONE 'UTC'
      FROM old
    ), policies AS (
      INSERT INTO tlsrpt.policy (day, report_key, policy_no, policy_type,
        policy_domain, policy_string, mx_host, successful_sessions,
        failed_sessions)
      SELECT day, key, 1, 'sts', 'old.example', '{}', '{}', 1, 1 FROM old
    ), failures AS (
      INSERT INTO tlsrpt.failure (day, report_key, policy_no, failure_no,
        result_type, failed_sessions)
      SELECT day, key, 1, 1, 'validation-failure', 1 FROM old
    )
    INSERT INTO tlsrpt.outbox (day, report_key, has_failures, size)
    SELECT day, key, true, 3 FROM old
"""


def month_ago(months):
    """The first day of a month, so many before this one."""
    day = reportmail.yesterday().replace(day=1)
    for _ in range(months):
        day = (day - datetime.timedelta(1)).replace(day=1)
    return day


def is_readable(number):
    return number % UNREADABLE != 0


def make_mail(number):
    report = reportmail.make_report(
        "google", number, "d%d.example" % (number % DOMAINS),
        reportmail.yesterday() - datetime.timedelta(number % DAYS))
    report["report-id"] = "traffic %d" % number
    data = None if is_readable(number) else b'{"report-id": "%d", ' % number
    return reportmail.make_mail("google", report, RUA, data)


class Sender(threading.Thread):
    """Sends every so many seconds, straight to a daemon, each number once, and
    takes the time that the answer to a message takes."""

    def __init__(self, socket, first, step, interval):
        super().__init__(daemon=True)
        self.socket = socket
        self.number = first
        self.step = step
        self.interval = interval
        self.stopping = threading.Event()
        self.sent = []
        self.times = []
        self.refused = []

    def run(self):
        due = time.monotonic()
        with milterprotocol.Client(self.socket) as client:
            client.negotiate()
            client.connect()
            client.helo()
            while not self.stopping.wait(max(0, due - time.monotonic())):
                self.send(client, make_mail(self.number))
                due = max(due + self.interval, time.monotonic() - 1)
            client.quit()

    def send(self, client, mail):
        begun = time.monotonic()
        reply = client.message([b"<%s>" % RUA.encode()], mail)
        self.times.append(time.monotonic() - begun)
        (self.refused if reply.startswith(b"y") or reply == b"t"
         else self.sent).append(self.number)
        self.number += self.step


class Reader(threading.Thread):
    """Reads the views all the time, and once in a while gets stuck with what it
    has read."""

    STUCK_SECONDS = 2

    def __init__(self, conninfo):
        super().__init__(daemon=True)
        self.conninfo = conninfo
        self.stopping = threading.Event()
        self.times = []

    def run(self):
        with psycopg2.connect(self.conninfo) as connection:
            cursor = connection.cursor()
            while not self.stopping.wait(0.2):
                for view in ("v_daily_domain", "v_report", "v_reporter"):
                    begun = time.monotonic()
                    cursor.execute(
                        "SELECT count(*) FROM tlsrpt.%s" % view)
                    self.times.append(time.monotonic() - begun)
                self.stopping.wait(self.STUCK_SECONDS)
                connection.rollback()
                self.stopping.wait(self.STUCK_SECONDS)


def describe(times):
    ordered = sorted(times)
    return "%d times, median %.0f ms, 99 %% within %.0f ms, at most %.0f ms" % (
        len(ordered), *(1000 * ordered[int(part * (len(ordered) - 1))]
                        for part in (0.5, 0.99, 1)))
