# SPDX-License-Identifier: BSD-2-Clause
"""Replays a day of a site with millions of reports, compressed, through the
store that the daemon uses, into a table for each day, with the maintenance
beside that the daemon does. Then removes the day.

Usage: scale.py BUILD_DIRECTORY [SECONDS [RATE]]
RATE reports a second; without it, or 0, as many as can be.
"""

import datetime
import pathlib
import shutil
import subprocess
import sys
import threading
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))

import daemon  # noqa: E402
import rolluplag  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402

SECONDS = 60
WARM_UP_SECONDS = 10
A_DAY = 20000000
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB",
            "max_locks_per_transaction": "256"}
# Those of sql/store-maintain.c: alerts of so many domains at once, and a share
# of these while reports wait; verdicts on as many, but only once none does, and
# the rest another time.
DOMAINS = 200
SHARE = 8
VERDICTS = "verdicts"
STEPS = {
    "roll-ups": "SELECT more FROM tlsrpt.fold()",
    "alerts": "SELECT more FROM tlsrpt.evaluate_alerts(%d)",
    VERDICTS: "SELECT false FROM tlsrpt.judge_domains(%d)",
    "loops": "SELECT false FROM tlsrpt.find_loops()",
    "partitions": "SELECT false FROM tlsrpt.ensure_partitions()",
}
SIZES = """
SELECT CASE WHEN tree.root IN ('report', 'policy', 'failure')
    THEN 'reports' ELSE 'roll-ups' END,
  sum(pg_table_size(relid)), sum(pg_indexes_size(relid))
FROM (
  SELECT relname AS root, relid
  FROM pg_class,
    LATERAL (SELECT relid FROM pg_partition_tree(oid)
      UNION SELECT oid) AS parts
  WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition AND (relname IN ('report', 'policy', 'failure')
      OR relname ~ '^(daily|weekly|domain)_')
) AS tree
JOIN pg_class ON pg_class.oid = relid AND relkind = 'r'
GROUP BY 1 ORDER BY 1
"""
WAL = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"


def connect(server, database, user):
    connection = psycopg2.connect(server.conninfo(database, user))
    connection.autocommit = True
    return connection


def ask(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def get_processor_seconds(pid):
    with open("/proc/%d/schedstat" % pid) as file:
        return int(file.read().split()[0]) / 1e9


def list_processes(parent):
    found = subprocess.run(["pgrep", "-P", str(parent)], check=True,
                           capture_output=True, text=True).stdout
    return [int(pid) for pid in found.split()]


class Sampler(threading.Thread):
    """Keeps asking until it is told to stop."""

    def __init__(self, pause, run):
        super().__init__()
        self.pause = pause
        self.run_once = run
        self.stopped = threading.Event()

    def run(self):
        self.run_once()
        while not self.stopped.wait(self.pause):
            self.run_once()

    def stop(self):
        self.stopped.set()
        self.join()


def maintain(connection, spent):
    """Adds to the seconds of the processor that each step has taken."""
    pid = connection.info.backend_pid
    more = True
    while more:
        more = False
        for step, statement in STEPS.items():
            if step == VERDICTS and more:
                continue
            if "%" in statement:
                statement %= DOMAINS // SHARE if more else DOMAINS
            before = get_processor_seconds(pid)
            more |= ask(connection, statement)[0][0]
            spent[step] += get_processor_seconds(pid) - before


def store(server, database, build, seconds, rate, first):
    return int(subprocess.run(
        [build + "/tests/bench/bench-scale",
         server.conninfo(database, daemon.WRITER), str(seconds), str(rate),
         str(first)], check=True, capture_output=True, text=True).stdout)


def warm_up(server, database, build):
    """Returns how many reports there are then, of which the server knows."""
    stored = store(server, database, build, WARM_UP_SECONDS, 0, 0)
    writer = connect(server, database, daemon.WRITER)
    maintain(writer, dict.fromkeys(STEPS, 0.0))
    ask(connect(server, database, "postgres"), "ANALYZE; SELECT 1")
    return stored


def replay(server, database, build, seconds, rate, first):
    """Reports stored, seconds, samples of how far behind roll-ups were, and
    seconds of the processor for each step, and for all server processes."""
    writer = connect(server, database, daemon.WRITER)
    owner = connect(server, database, "postgres")
    behind, spent = [], {}
    steps = dict.fromkeys(STEPS, 0.0)

    def sample():
        behind.extend(ask(owner, rolluplag.BEHIND))
        count_processes()

    def count_processes():
        for pid in list_processes(server.pid):
            try:
                spent[pid] = get_processor_seconds(pid)
            except OSError:
                pass

    threads = [
        Sampler(rolluplag.INTERVAL, lambda: maintain(writer, steps)),
        Sampler(0.5, sample)]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    stored = store(server, database, build, seconds, rate, first)
    passed = time.monotonic() - start
    for thread in threads:
        thread.stop()
    maintain(writer, steps)
    count_processes()
    return stored, passed, behind, steps, sum(spent.values())


def measure_removal(server, database):
    """Milliseconds, with a reader of the week before beside, once autovacuum
    lets it; and the longest that one waits meanwhile who reads the day: files
    are removed once others may go on."""
    reader = psycopg2.connect(server.conninfo(database, daemon.READER))
    owner = connect(server, database, "postgres")
    other = connect(server, database, daemon.READER)
    yesterday = datetime.datetime.utcnow().date() - datetime.timedelta(days=1)
    ask(reader, "SELECT count(*) FROM tlsrpt.v_report WHERE day < '%s'"
                " AND day > date '%s' - 9" % (yesterday, yesterday))
    waits = []

    def look():
        begun = time.monotonic()
        ask(other, "SELECT day FROM tlsrpt.v_report WHERE day = '%s' LIMIT 1"
            % yesterday)
        waits.append(time.monotonic() - begun)

    looking = Sampler(0.005, look)
    looking.start()
    passed = None
    while passed is None:
        start = time.monotonic()
        try:
            ask(owner, "SELECT tlsrpt.purge_month(0)")
            passed = time.monotonic() - start
        except psycopg2.errors.LockNotAvailable:
            time.sleep(1)
    looking.stop()
    reader.close()
    return 1000 * passed, 1000 * max(waits)


def measure(server, database, build, seconds, rate):
    owner = connect(server, database, "postgres")
    ask(owner, "SELECT tlsrpt.make_days(current_date - 1)")
    first = warm_up(server, database, build)
    before = ask(owner, SIZES)
    wal = ask(owner, WAL)[0][0]
    stored, passed, behind, steps, spent = replay(
        server, database, build, seconds, rate, first)
    wal = ask(owner, WAL)[0][0] - wal
    print("%d reports in %.0f s: %.0f a second, %.1f times as many as %d a"
          " day" % (stored, passed, stored / passed,
                    stored / passed / (A_DAY / 86400), A_DAY))
    reports, late = zip(*behind)
    print("roll-ups behind: %d reports and %.1f s at most" % (
        max(reports), max(late)))
    print("the server's processor: %.0f us a report, of these " % (
        1e6 * spent / stored) + ", ".join(
            "%.0f for %s" % (1e6 * seconds_of / stored, step)
            for step, seconds_of in steps.items()))
    for old, new in zip(before, ask(owner, SIZES)):
        print("%s: %d bytes of tables and %d of indexes a report" % (
            new[0], *((b - a) / stored for a, b in zip(old[1:], new[1:]))))
    print("write-ahead log: %d bytes a report" % (wal / stored))
    print("removal of the day: %.0f ms, others wait %.0f ms at most" %
          measure_removal(server, database))


def main():
    build, *numbers = sys.argv[1:]
    seconds, rate = [*map(int, numbers), *[SECONDS, 0][len(numbers):]]
    directory = make_workspace()
    server = PrivatePostgres(
        directory + "/db", durable=True, **SETTINGS).create()
    try:
        server.start()
        measure(server, daemon.create_database(
            server, build + "/cli/tlsreport"), build, seconds, rate)
    finally:
        server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
