# SPDX-License-Identifier: BSD-2-Clause
"""How fast tlsrptctl import is next to a binary COPY of the rows that it
stores, into the same tables with the same indexes: the floor, without any
reading and parsing of mails.

Usage: import.py BUILD_DIRECTORY [MAILS]
"""

import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "integration"))

import daemon  # noqa: E402
import reportmail  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402

MAILS = 20000
ROUNDS = 3
STYLES = ("google", "microsoft", "postfix")
TABLES = ("report", "policy", "failure", "outbox")


def write_mails(directory, number):
    directory.mkdir()
    for seed in range(number):
        style = STYLES[seed % len(STYLES)]
        (directory / str(seed)).write_bytes(reportmail.make_mail(
            style, reportmail.make_report(style, seed), daemon.RUA))


def measure(run, *arguments):
    start = time.monotonic()
    run(*arguments)
    return time.monotonic() - start


def import_mails(server, build, database, mails):
    subprocess.run(
        [build + "/cli/tlsrptctl", "-d",
         server.conninfo(database, daemon.WRITER), "import", mails],
        check=True, stdout=subprocess.DEVNULL, timeout=600)


def copy(server, database, direction, directory):
    """All in one transaction; out of partitions by a query."""
    source = "(SELECT * FROM tlsrpt.%s)" if direction == "TO" else "tlsrpt.%s"
    server.psql("BEGIN; %s COMMIT" % " ".join(
        "COPY %s %s '%s/%s' (FORMAT binary);" % (
            source % table, direction, directory, table)
        for table in TABLES), database)


def renew(server, database):
    server.psql("DROP DATABASE IF EXISTS " + database)
    server.psql("CREATE DATABASE %s TEMPLATE tlsrpt" % database)
    server.psql("CHECKPOINT")


def run_round(server, build, directory):
    renew(server, "imported")
    importing = measure(
        import_mails, server, build, "imported", directory + "/mails")
    copy(server, "imported", "TO", directory + "/db")
    renew(server, "copied")
    copying = measure(copy, server, "copied", "FROM", directory + "/db")
    return importing, copying


def main():
    build = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else MAILS
    directory = make_workspace()
    server = PrivatePostgres(directory + "/db", durable=True).create()
    try:
        write_mails(pathlib.Path(directory, "mails"), number)
        server.start()
        daemon.create_database(server, build + "/cli/tlsrptctl")
        rounds = [run_round(server, build, directory) for _ in range(ROUNDS)]
        importing, copying = sorted(
            rounds, key=lambda times: times[1] / times[0])[ROUNDS // 2]
        print("import of %d mails: %.0f/s, %.0f %% of a binary COPY of"
              " their rows" % (number, number / importing,
                               100 * copying / importing))
    finally:
        server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
