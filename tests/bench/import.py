# SPDX-License-Identifier: BSD-2-Clause
"""How fast tlsreport import is next to a binary COPY of the rows that it
stores, into the same tables with the same indexes: without any reading and
parsing of mails. What that costs at the least is added to it for the floor.

Of a hundred mails, 90 have one policy without failures, 9 have failures of
this and that, and one has 500 of them. Where others use the machine, time on
its processors says more than time on the clock.

Usage: import.py BUILD_DIRECTORY [MAILS]
"""

import datetime
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import typing

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "integration"))

import daemon  # noqa: E402
import reportmail  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402

MAILS = 20000
DAYS = 360
DOMAINS = 500
ROUNDS = 5
TABLES = ("report", "policy", "failure", "outbox")
QUIET_STYLES = ("google", "google", "google", "mailru", "halon")
FAILING_STYLES = ("google", "microsoft", "postfix", "mox", "stalwart")
MANY = 500


class Cost(typing.NamedTuple):
    """Seconds on the clock, and on processors for client and server."""

    wall: float
    client: float
    server: float

    @property
    def processors(self):
        return self.client + self.server


def choose_report(seed):
    """Style and number of failures of each policy."""
    place = seed % 100
    if place == 0:
        return "google", MANY
    rng = random.Random(seed)
    if place < 10:
        return rng.choice(FAILING_STYLES), rng.randint(1, 20)
    return rng.choice(QUIET_STYLES), 0


def write_mails(path, number):
    """A Maildir that was filled day by day."""
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    first = reportmail.yesterday() - datetime.timedelta(days=DAYS - 1)
    for seed in range(number):
        style, failures = choose_report(seed)
        day = first + datetime.timedelta(days=DAYS * seed // number)
        report = reportmail.make_report(
            style, seed, "d%d.example" % (seed % DOMAINS), day, failures)
        name = "%d.M%dP1.host:2,S" % (
            time.mktime(day.timetuple()), seed % 1000000)
        (path / "cur" / name).write_bytes(
            reportmail.make_mail(style, report, daemon.RUA))


def get_processor_seconds(pid):
    """Of a process and of its children that have ended."""
    fields = pathlib.Path("/proc/%d/stat" % pid).read_text().rpartition(
        ")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def get_server_seconds(server):
    """Of all its processes; again when one ends while they are looked at."""
    while True:
        children = pathlib.Path("/proc/%d/task/%d/children" % (
            server.pid, server.pid)).read_text().split()
        try:
            return sum(map(
                get_processor_seconds, [*map(int, children), server.pid]))
        except OSError:
            time.sleep(0.01)


def read_peak(pid, before):
    """The most memory that a process ever used, as long as it is there."""
    try:
        status = pathlib.Path("/proc/%d/status" % pid).read_text()
    except OSError:
        return before
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)
    return int(found[1]) if found else before


def run_client(server, command):
    """The cost of a command, and its peak of memory in KiB."""
    server_before = get_server_seconds(server)
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        peak = 0
        done = 0, 0, None
        while done[0] == 0:
            time.sleep(0.01)
            peak = read_peak(child.pid, peak)
            done = os.wait4(child.pid, os.WNOHANG)
        child.returncode = os.waitstatus_to_exitcode(done[1])
    wall = time.monotonic() - start
    if child.returncode:
        raise RuntimeError("%s: exit status %d" % (
            command, child.returncode))
    return Cost(wall, done[2].ru_utime + done[2].ru_stime,
                get_server_seconds(server) - server_before), peak


def copy_command(server, database, direction, directory):
    """All in one transaction; out of partitions by a query."""
    source = "(SELECT * FROM tlsrpt.%s)" if direction == "TO" else "tlsrpt.%s"
    return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c",
            "BEGIN; %s COMMIT" % " ".join(
                "COPY %s %s '%s/%s' (FORMAT binary);" % (
                    source % table, direction, directory, table)
                for table in TABLES), server.conninfo(database)]


def renew(server, database):
    server.psql("DROP DATABASE IF EXISTS " + database)
    server.psql("CREATE DATABASE %s TEMPLATE tlsrpt" % database)
    server.psql("CHECKPOINT")


def run_round(server, build, directory):
    renew(server, "imported")
    importing, peak = run_client(
        server, [build + "/cli/tlsreport", "-d",
                 server.conninfo("imported", daemon.WRITER), "import",
                 directory + "/mails"])
    run_client(server, copy_command(
        server, "imported", "TO", directory + "/db"))
    renew(server, "copied")
    copying, _ = run_client(server, copy_command(
        server, "copied", "FROM", directory + "/db"))
    return importing, copying, peak


def measure_libraries(build, directory):
    """Microseconds for a mail that GMime, zlib and jansson alone take."""
    return float(subprocess.check_output(
        [build + "/tests/bench/bench-libraries", directory + "/mails/cur"]))


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def count_rows(server, number):
    rows = [int(server.psql("SELECT count(*) FROM tlsrpt." + table, "copied"))
            for table in TABLES[:3]]
    if rows[0] != number:
        raise RuntimeError("%d of %d reports are there" % (rows[0], number))
    return sum(rows)


def tell(number, rows, rounds, libraries):
    importing = [first for first, _, _ in rounds]
    copying = [second for _, second, _ in rounds]
    each = 1e6 / number
    wall = median(cost.wall for cost in importing)
    print("import of %d mails (%.2f rows each): %.0f mails/s, %.0f rows/s,"
          " at most %.0f MiB" % (
              number, rows / number, number / wall, rows / wall,
              max(peak for _, _, peak in rounds) / 1024))
    print("  time: %.0f %% of a binary COPY of its rows, COPY"
          " %.0f mails/s" % (
              100 * median(second.wall / first.wall
                           for first, second, _ in rounds),
              number / median(cost.wall for cost in copying)))
    used = each * median(cost.processors for cost in importing)
    copied = each * median(cost.processors for cost in copying)
    print("  processors: %.1f us a mail here, %.1f in the server" % (
        each * median(cost.client for cost in importing),
        each * median(cost.server for cost in importing)))
    print("  floor: %.1f us for the libraries alone and %.1f for COPY, %.0f %%"
          " of what is used (target 60 %%); on %d processors that alone would be"
          " %.0f %% of a COPY" % (
              libraries, copied, 100 * (libraries + copied) / used,
              os.cpu_count(),
              100 * os.cpu_count() * copied / (libraries + copied)))


def main():
    build = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else MAILS
    directory = make_workspace()
    server = PrivatePostgres(
        directory + "/db", durable=True, shared_buffers="1GB",
        max_wal_size="8GB").create()
    try:
        write_mails(pathlib.Path(directory, "mails"), number)
        server.start()
        daemon.create_database(server, build + "/cli/tlsreport")
        rounds = [run_round(server, build, directory) for _ in range(ROUNDS)]
        libraries = median(measure_libraries(build, directory)
                           for _ in range(ROUNDS))
        tell(number, count_rows(server, number), rounds, libraries)
    finally:
        server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
