# SPDX-License-Identifier: BSD-2-Clause
"""What maintains a database keeps no report waiting, and none is lost by it or
counted twice.

TLSRPT_TRAFFIC_SECONDS says how long reports come in, TLSRPT_TRAFFIC_RATE how
many in a second, and TLSRPT_TRAFFIC_OLD how many each month holds that purge
removes. "make traffic" does it for five minutes, and prints what it took.
"""

import collections
import itertools
import os
import subprocess
import time

import pytest

import traffic
from conftest import BUILD
from daemon import READER, WRITER
from databasefaults import rejected
from process import wait_for

SECONDS = int(os.environ.get("TLSRPT_TRAFFIC_SECONDS", "10"))
RATE = int(os.environ.get("TLSRPT_TRAFFIC_RATE", "40"))
OLD = int(os.environ.get("TLSRPT_TRAFFIC_OLD", "2000"))
SENDERS = 4
# Nobody waits for a lock for as long; a busy machine takes its time, too.
LONGEST = 4.0
RETENTION = 62
ROLLUP_RETENTION = 1000
# A month of roll-ups that is older, in tables of its own.
OLD_MONTH = """
    SELECT tlsrpt.make_partitions(current_date - 1100, current_date - 1100,
      tlsrpt.rollup_tables())
"""
OLD_ROLL_UP = """
    INSERT INTO tlsrpt.daily_domain (day, policy_domain, auth_domain,
      organization_name, reports, successful_sessions, failed_sessions)
    VALUES (current_date - 1100, 'ancient.example', '', 'Old', 1, 1, 1)
"""
# What the roll-ups and the reports say of the days that are kept.
ROLLED_UP = """
    SELECT day, policy_domain, sum(reports), sum(successful_sessions),
      sum(failed_sessions)
    FROM tlsrpt.daily_policy WHERE day > %s GROUP BY 1, 2
    ORDER BY 1, 2
"""
REPORTED = """
    SELECT day, policy_domain, count(*), sum(successful_sessions),
      sum(failed_sessions)
    FROM tlsrpt.policy WHERE day > %s GROUP BY 1, 2
    ORDER BY 1, 2
"""
FAILURES_ROLLED_UP = """
    SELECT day, result_type, sum(failed_sessions)
    FROM tlsrpt.daily_failure WHERE day > %s GROUP BY 1, 2 ORDER BY 1, 2
"""
FAILURES_REPORTED = """
    SELECT day, result_type, sum(failed_sessions)
    FROM tlsrpt.failure WHERE day > %s GROUP BY 1, 2 ORDER BY 1, 2
"""
REPORTERS_ROLLED_UP = """
    SELECT organization_name, sum(reports)
    FROM tlsrpt.daily_reporter WHERE day > %s GROUP BY 1
"""
# Those of weeks are the same as those of days.
SUMS = """
    SELECT policy_domain, authenticated, sum(reports),
      sum(successful_sessions), sum(failed_sessions), min(day), max(day),
      sum(withheld_sessions), sum(would_withhold_sessions)
    FROM tlsrpt.daily_domain_sum GROUP BY 1, 2 ORDER BY 1, 2
"""
# What is kept of verdicts, as it would be judged now.
VERDICTS = "SELECT * FROM tlsrpt.rollout(NULL) ORDER BY policy_domain"
JUDGED = "SELECT * FROM tlsrpt.judge_rollout(NULL) ORDER BY policy_domain"
KEPT = """
    SELECT count(*) FROM tlsrpt.domain_rollout
    WHERE judged_by = tlsrpt.verdict_basis()
"""
REPORTERS_REPORTED = """
    SELECT organization_name, count(*)
    FROM tlsrpt.report WHERE day > %s GROUP BY 1
"""


@pytest.fixture
def most_seconds(most_seconds):
    """As elsewhere, once the traffic is over."""
    return 3 * SECONDS + most_seconds


class Keeper:
    """Does one after the other what keeps a database in order, and takes the
    time."""

    def __init__(self, run, query, spool):
        self.run = run
        self.query = query
        self.spool = spool
        self.times = collections.defaultdict(list)
        self.removed = 0
        self.months = itertools.cycle((4, 5, 6))

    def work(self, until):
        deeds = itertools.cycle((
            self.purge, self.upgrade, self.upgrade_all, self.maintain,
            self.retry, self.list_spool, self.trust))
        while time.monotonic() < until or len(self.times) < 7:
            deed = next(deeds)
            begun = time.monotonic()
            deed()
            if deed != self.purge:
                self.times[deed.__name__].append(time.monotonic() - begun)

    def purge(self):
        """Reports of a month are there, not in the roll-ups yet, and a month of
        roll-ups that nobody wants any more."""
        month = traffic.month_ago(next(self.months))
        self.query(traffic.OLD_REPORTS, month, OLD)
        self.query(OLD_MONTH)
        self.query(OLD_ROLL_UP)
        self.removed += OLD
        begun = time.monotonic()
        self.run("purge", "--json")
        self.times["purge"].append(time.monotonic() - begun)
        assert self.query("SELECT count(*) FROM tlsrpt.report"
                          " WHERE day < current_date - 100") == [(0,)]
        assert self.query("SELECT count(*) FROM pg_class WHERE relname ="
                          " to_char(current_date - 1100,"
                          " '\"daily_domain\"_YYYYMM')") == [(0,)]

    def upgrade(self):
        assert "up to date" in self.run("db", "upgrade")

    def upgrade_all(self):
        """As when functions and views are new."""
        self.query("UPDATE tlsrpt.schema_version SET digest = NULL")
        self.run("db", "upgrade")

    def maintain(self):
        self.run("maintain")

    def retry(self):
        self.run("quarantine", "retry", "--all", status=(0, 1))

    def list_spool(self):
        self.run("spool", "list", "-c", self.spool)

    def trust(self):
        """All verdicts go by that."""
        self.run("signer", "trust", "another.example")
        self.run("signer", "distrust", "another.example")


@pytest.fixture
def daemons(start_milter):
    build = BUILD + "/plain" if os.path.exists(BUILD + "/plain/milter") \
        else BUILD
    return [start_milter(name, build=build, retention_days=RETENTION,
                         rollup_retention_days=ROLLUP_RETENTION)
            for name in ("a", "b")]


@pytest.fixture
def run(cluster, database, daemons, ctl_program):
    def run_command(*words, status=(0,)):
        done = subprocess.run(
            [ctl_program, "-c", daemons[0].config, "-d",
             cluster.conninfo(database), *words],
            check=False, capture_output=True, text=True, timeout=600)
        assert done.returncode in status, done
        return done.stdout + done.stderr

    return run_command


def spool_some(cluster, database, milter, first, number):
    """They are stored beside the others, later."""
    with rejected(cluster, database):
        sender = traffic.Sender(milter.socket, first, 1, 0)
        sender.start()
        wait_for("mail in the spool", lambda: len(sender.sent) >= number, 60)
        sender.stopping.set()
        sender.join(30)
    assert milter.log_lines(": spooled ")
    return sender.sent


def check_stored(query, numbers):
    """Each report once, whatever way it took."""
    wanted = sorted("traffic %d" % number for number in numbers
                    if traffic.is_readable(number))
    assert [name for name, in query(
        "SELECT report_id FROM tlsrpt.v_report WHERE report_id LIKE"
        " 'traffic %%' ORDER BY report_id COLLATE \"C\"")] == wanted


def check_roll_ups(query, removed):
    while query("SELECT reports FROM tlsrpt.fold()") != [(0,)]:
        pass
    kept = traffic.month_ago(1)
    for rolled_up, reported in (
            (ROLLED_UP, REPORTED), (FAILURES_ROLLED_UP, FAILURES_REPORTED),
            (REPORTERS_ROLLED_UP, REPORTERS_REPORTED)):
        assert query(rolled_up, kept) == query(reported, kept)
    assert query("SELECT * FROM tlsrpt.domain_sums(NULL, NULL)"
                 " ORDER BY 1, 2") == query(SUMS)
    assert query("SELECT sum(reports)::integer FROM tlsrpt.daily_domain"
                 " WHERE policy_domain = 'old.example'") == [(removed,)]


def check_verdicts(query, run):
    """Before and after the last of them are judged."""
    assert query(VERDICTS) == query(JUDGED) != []
    run("maintain")
    assert query(VERDICTS) == query(JUDGED)
    assert query(KEPT)[0][0] >= traffic.DOMAINS


def test_reports_come_in_meanwhile(
        cluster, database, query, daemons, run):
    log = cluster.read_log()
    spooled = spool_some(cluster, database, daemons[0], 10000000, 30)
    lines = [len(milter.log_lines(": spooled ")) for milter in daemons]
    senders = [traffic.Sender(
        daemons[index % 2].socket, index + 1, SENDERS, SENDERS / RATE)
        for index in range(SENDERS)]
    reader = traffic.Reader(cluster.conninfo(database, READER))
    keeper = Keeper(run, query, daemons[0].config)
    for thread in (*senders, reader):
        thread.start()
    keeper.work(time.monotonic() + SECONDS)
    for thread in (*senders, reader):
        thread.stopping.set()
    for thread in (*senders, reader):
        thread.join(60)
        assert not thread.is_alive()
    for milter in daemons:
        wait_for("empty spool", lambda: not os.listdir(
            milter.directory + "/spool/new"), 60)

    times = [value for sender in senders for value in sender.times]
    print("\nmessages: " + traffic.describe(times))
    print("queries: " + traffic.describe(reader.times))
    for name, values in keeper.times.items():
        print("%s: %s" % (name, traffic.describe(values)))
    assert not any(sender.refused for sender in senders)
    assert [len(milter.log_lines(": spooled ")) for milter in daemons] == lines
    assert "deadlock detected" not in cluster.read_log()[len(log):]
    assert max(times) < LONGEST
    check_stored(query, [*spooled, *(
        number for sender in senders for number in sender.sent)])
    check_roll_ups(query, keeper.removed)
    check_verdicts(query, run)
