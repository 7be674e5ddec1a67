# SPDX-License-Identifier: BSD-2-Clause
"""Nothing is lost and nothing counts twice, whatever is killed, and when.

TLSRPT_SOAK_SECONDS says how long the load lasts, for each of the tests, and
TLSRPT_SOAK_SEED makes another sequence of mails and troubles.
"""

import collections
import os
import time

import pytest

import comparison
import daemon
import soak
from conftest import FIRST, SECOND, SOAK_SECONDS
from postgres import PrivatePostgres
from pristine import PristineDatabase
from process import wait_for

SEED = os.environ.get("TLSRPT_SOAK_SEED", "1")
SENDERS = 8
ORPHANS = (
    "SELECT FROM tlsrpt.policy WHERE NOT EXISTS (SELECT FROM tlsrpt.report"
    " WHERE (day, report_key) = (policy.day, policy.report_key))",
    "SELECT FROM tlsrpt.failure WHERE NOT EXISTS (SELECT FROM tlsrpt.policy"
    " WHERE (day, report_key, policy_no)"
    " = (failure.day, failure.report_key, failure.policy_no))",
    "SELECT FROM tlsrpt.outbox WHERE NOT EXISTS (SELECT FROM tlsrpt.report"
    " WHERE (day, report_key) = (outbox.day, outbox.report_key))",
)
# What makes a row of a roll-up, and what is added up.
ROLL_UPS = {
    "daily_domain": "reports, successful_sessions, failed_sessions,"
                    " net_sessions",
    "daily_policy": "reports, successful_sessions, failed_sessions",
    "daily_failure": "failed_sessions, withheld_sessions,"
                     " would_withhold_sessions",
}
# These have no view of their own that adds what is not folded yet.
PLAIN_ROLL_UPS = {
    "daily_reporter": "reports, reports_with_remarks",
    "daily_remark": "occurrences",
}
PLACES = ("new", "tmp", "corrupt")


@pytest.fixture
def most_seconds(most_seconds):
    """As elsewhere, once the load is over."""
    return 2 * SOAK_SECONDS + most_seconds


@pytest.fixture(scope="module")
def cluster(workspace):
    """One that keeps what it has committed when it crashes."""
    server = PrivatePostgres(workspace + "/soakdb", durable=True)
    server.create().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def template(cluster, ctl_program):
    return daemon.create_database(cluster, ctl_program, "template_tlsrpt")


@pytest.fixture(scope="module")
def pristine(cluster, template):
    return PristineDatabase(cluster, template)


def spooled_files(milter):
    return [place + "/" + name for place in PLACES for name in os.listdir(
        milter.options["spool_directory"] + "/" + place)]


def read_roll_ups(query):
    """The views' rows, added up as a dashboard does."""
    return add_up(query, {"v_" + name: sums
                          for name, sums in ROLL_UPS.items()})


def add_up(query, tables):
    rows = {}
    for name, sums in tables.items():
        added = ["sum(%s)" % column for column in sums.split(", ")]
        keys = [column for column, in query(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'tlsrpt' AND table_name = %s", name)
                if column not in sums.split(", ")]
        rows[name] = collections.Counter(query(
            "SELECT %s FROM tlsrpt.%s GROUP BY %s" % (
                ", ".join(keys + added), name, ", ".join(keys))))
    return rows


def fold_again(query):
    """Roll-ups made anew of all reports."""
    query("TRUNCATE tlsrpt.outbox, %s" % ", ".join(
        "tlsrpt." + name for name in {**ROLL_UPS, **PLAIN_ROLL_UPS}))
    query("INSERT INTO tlsrpt.outbox (day, report_key, has_failures)"
          " SELECT day, report_key, EXISTS (SELECT FROM tlsrpt.failure"
          " WHERE (day, report_key) = (report.day, report.report_key))"
          " FROM tlsrpt.report")
    fold_all(query)


def fold_all(query):
    while query("SELECT reports FROM tlsrpt.fold()") != [(0,)]:
        pass


def check_reports(query, numbers):
    """Exactly what was handed out is stored, once."""
    reports = soak.expected_reports(range(numbers.next_new))
    stored = comparison.stored_rows(query)
    assert stored == comparison.expected_rows(reports)
    for orphans in ORPHANS:
        assert query(orphans) == []
    return len(reports)


def check_quarantine(query, senders):
    unreadable = {number for sender in senders for number in sender.sent
                  if not soak.is_readable(number)}
    assert query("SELECT reason, count(*) FROM tlsrpt.quarantine"
                 " GROUP BY reason") == [("bad-json", len(unreadable))]
    return len(unreadable)


def check_roll_ups(query):
    partly_folded = read_roll_ups(query)
    assert any(partly_folded.values())
    fold_all(query)
    assert read_roll_ups(query) == partly_folded
    folded = add_up(query, PLAIN_ROLL_UPS)
    fold_again(query)
    assert read_roll_ups(query) == partly_folded
    assert add_up(query, PLAIN_ROLL_UPS) == folded


def run(query, trouble, senders, others=()):
    workers = [*senders, *others]
    for worker in workers:
        worker.start()
    start = time.monotonic()
    trouble.make(start + SOAK_SECONDS)
    for worker in workers:
        worker.done.set()
    for worker in workers:
        worker.finish()
    for milter in trouble.milters:
        wait_for("empty spool", lambda: not spooled_files(milter), 120, 0.1)
    counts = sum((worker.counts for worker in workers), trouble.counts)
    counts["reports"] = check_reports(query, workers[0].numbers)
    counts["unreadable"] = check_quarantine(query, senders)
    check_roll_ups(query)
    for milter in trouble.milters:
        for word in ("stored", "duplicate", "spooled", "unavailable"):
            counts[word] += len(milter.log_lines(": %s " % word))
    print("\n%d s: %s" % (time.monotonic() - start, ", ".join(
        "%s %d" % item for item in sorted(counts.items()))))


def make_senders(server, services):
    numbers = soak.Numbers(SEED)
    return [soak.Sender(numbers, "%s/%d" % (SEED, index), server, services)
            for index in range(SENDERS)]


@pytest.fixture
def server(request):
    """The mail server of that name."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("server, on_store_failure", (
    ("mta", "spool"), ("mta", "tempfail"), ("sendmail", "spool")),
    indirect=["server"])
def test_one_daemon(server, start_milter, cluster, query, on_store_failure):
    milter = start_milter(
        on_store_failure=on_store_failure, after_store="discard")
    run(query, soak.Trouble(SEED, cluster, [milter]),
        make_senders(server, [FIRST]))


def test_two_daemons_and_import(
        mta, start_milter, cluster, query, ctl_program, tmp_path):
    milters = [start_milter("a", after_store="discard"),
               start_milter("b", on_store_failure="tempfail")]
    senders = make_senders(mta, [FIRST, SECOND])
    importer = soak.Importer(
        senders[0].numbers, SEED, [ctl_program, "-c", milters[0].config],
        tmp_path)
    run(query, soak.Trouble(SEED, cluster, milters), senders, [importer])
