# SPDX-License-Identifier: BSD-2-Clause
"""How long each query of a dashboard takes, with none and with many reports
stored: the panels and variables for Grafana, the tables of tlsreport and its
page of HTML, for all domains and for one, over thirty days unless the name
says otherwise. Then how far the roll-ups are behind while reports come in at
full speed.

Usage: dashboards.py [--keep DIRECTORY] BUILD_DIRECTORY [REPORTS...]

With --keep the database stays in that directory, and the next run goes on with
it: it is upgraded, and reports are added up to the number asked for.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import psycopg2

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "integration"))

import daemon  # noqa: E402
import generator  # noqa: E402
import grafana  # noqa: E402
import rolluplag  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402

REPORTS = 1000000
ROUNDS = 5
TARGET = 100
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB",
            "log_statement_stats": "on"}
ONE_DOMAIN = ", one domain"
COMMANDS = (("summary", "--csv"), ("failures", "--csv"), ("reports", "--csv"),
            ("reporters", "--csv"), ("dashboard", "--output", "-"))
USAGE = re.compile(r"!\s+([\d.]+) s user, ([\d.]+) s system")


class Clock:
    """Milliseconds that pass, and those of the server's processor."""

    def __init__(self, server):
        self.log = server.log_path

    def measure_once(self, run):
        before = os.path.getsize(self.log)
        start = time.monotonic()
        run()
        passed = time.monotonic() - start
        with open(self.log, errors="replace") as log:
            log.seek(before)
            usage = USAGE.findall(log.read())
        used = sum(float(seconds) for pair in usage for seconds in pair)
        return 1000 * passed, 1000 * used

    def measure(self, run):
        run()
        rounds = [self.measure_once(run) for _ in range(ROUNDS)]
        return tuple(map(statistics.median, zip(*rounds)))


def list_panels(connection):
    """Functions by name."""
    dashboard = grafana.load()
    queries = grafana.list_queries(dashboard)
    for name, variable in grafana.list_variables(dashboard).items():
        if variable["type"] == "query":
            queries["variable " + name] = variable["query"]

    def prepare(text, **values):
        statement = grafana.expand(text, dashboard, **values)

        def run():
            with connection.cursor() as cursor:
                cursor.execute(statement)
                cursor.fetchall()

        return run

    for name, text in queries.items():
        yield name, prepare(text)
        if "${domain" in text:
            yield name + ONE_DOMAIN, prepare(text, domain=[generator.DOMAIN])


def list_commands(ctl, conninfo):
    # Without a timeout, for which Python would look every 50 ms; the server
    # ends a statement after a minute.
    def prepare(*words):
        return lambda: subprocess.run(
            [ctl, "-d", conninfo, *words], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    for words in COMMANDS:
        name = "tlsreport " + words[0]
        yield name, prepare(*words, "--since", "30d")
        yield name + ONE_DOMAIN, prepare(
            *words, "--since", "30d", "--domain", generator.DOMAIN)
        yield name + ", all days", prepare(*words, "--since", "2000-01-01")


def measure_all(server, database, ctl):
    conninfo = server.conninfo(database, daemon.READER)
    connection = psycopg2.connect(conninfo)
    connection.autocommit = True
    clock = Clock(server)
    times = {name: clock.measure(run) for name, run in
             [*list_panels(connection), *list_commands(ctl, conninfo)]}
    connection.close()
    return times


def print_times(sizes, times):
    print("milliseconds a query (of these the server's processor); the target"
          " is %d" % TARGET)
    print("%-44s" % "reports stored" + "".join(
        "%20d" % size for size in sizes))
    for name in times[0]:
        print("%-44s" % name + "".join(
            "%12.1f (%5.1f)" % column[name] for column in times), flush=True)


def open_database(server, ctl):
    """Creates it, or brings the one that is there up to date."""
    if not server.psql("SELECT 1 FROM pg_database WHERE datname = 'tlsrpt'"):
        return daemon.create_database(server, ctl)
    subprocess.run([ctl, "-d", server.conninfo("tlsrpt"), "db", "upgrade"],
                   check=True, stdout=subprocess.DEVNULL)
    return "tlsrpt"


def measure_sizes(server, ctl, sizes):
    database = open_database(server, ctl)
    owner = psycopg2.connect(server.conninfo(database))
    owner.autocommit = True
    present = generator.count(owner)
    times = []
    for size in sizes:
        start = time.monotonic()
        generator.fill(owner, size, present)
        present = max(size, present)
        subprocess.run(
            [ctl, "-d", server.conninfo(database, daemon.WRITER), "maintain"],
            check=True, stdout=subprocess.DEVNULL, timeout=600)
        print("%d reports stored after %.0f s" % (
            present, time.monotonic() - start), file=sys.stderr)
        times.append(measure_all(server, database, ctl))
    print_times(sizes, times)
    return database, owner


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", metavar="DIRECTORY")
    parser.add_argument("build")
    parser.add_argument("sizes", type=int, nargs="*")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    sizes = arguments.sizes or [REPORTS]
    ctl = arguments.build + "/cli/tlsreport"
    directory = (os.path.abspath(arguments.keep) if arguments.keep
                 else make_workspace())
    server = PrivatePostgres(directory + "/db", durable=True, **SETTINGS)
    if not os.path.exists(server.directory):
        server.create()
    try:
        server.start()
        if arguments.keep:
            measure_sizes(server, ctl, sizes)
        else:
            rolluplag.measure(server, *measure_sizes(server, ctl, [0, *sizes]))
    finally:
        server.stop()
        if not arguments.keep:
            shutil.rmtree(directory)


if __name__ == "__main__":
    main()
