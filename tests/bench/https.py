# SPDX-License-Identifier: BSD-2-Clause
"""How fast mail is taken in while a full HTTPS spool is, as a ratio to how fast
it is without, in rounds that take turns.

Usage: https.py BUILD_DIRECTORY
"""

import concurrent.futures
import contextlib
import os
import pathlib
import shutil
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))

import daemon  # noqa: E402
import httpsintake  # noqa: E402
import milterprotocol  # noqa: E402
import reportmail  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace, wait_for  # noqa: E402

SESSIONS = 4
ROUNDS = 10
SECONDS = 4
WAITING = 20000
HEAD = "[envelope]\nreceived=%d\nqueue-id=H%d\nsize=%d\n\n"


def make_mail(kind, number):
    report = reportmail.make_report("google", number, "site.example")
    report["report-id"] = "%s %d" % (kind, number)
    return reportmail.make_mail("google", report, daemon.RUA)


def send_until(socket, first, until):
    """How many messages are answered by then."""
    done = 0
    with milterprotocol.Client(socket) as client:
        client.negotiate()
        client.connect()
        client.helo()
        while time.monotonic() < until:
            mail = make_mail("mail", first + done)
            assert client.message(
                [b"<%s>" % daemon.RUA.encode()], mail) == b"a"
            done += 1
    return done


def measure(socket, start):
    until = time.monotonic() + SECONDS
    with concurrent.futures.ProcessPoolExecutor(SESSIONS) as pool:
        return sum(pool.map(send_until, [socket] * SESSIONS, [
            start + session * 1000000 for session in range(SESSIONS)],
            [until] * SESSIONS)) / SECONDS


def fill(spool, first):
    """As tlsrpt-https does, but without its waiting for the disk."""
    for number in range(first, first + WAITING):
        mail = make_mail("https", number)
        name = "%016d.0.1" % (1000000 + number)
        with open("%s/tmp/%s" % (spool, name), "wb") as file:
            file.write((HEAD % (time.time(), number, len(mail))).encode())
            file.write(mail)
        os.chmod(file.name, 0o644)
        os.rename(file.name, "%s/new/%s" % (spool, name))


def compare(milter, spool):
    """The rates of each pair of rounds, and how many were taken in beside."""
    taken = 0
    for number in range(ROUNDS):
        alone = measure(milter.socket, number * 10000000)
        fill(spool, number * WAITING)
        wait_for("the collector", lambda: len(os.listdir(
            spool + "/new")) < WAITING)
        before = len(os.listdir(spool + "/new"))
        beside = measure(milter.socket, number * 10000000 + 5000000)
        taken += before - len(os.listdir(spool + "/new"))
        for name in os.listdir(spool + "/new"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink("%s/new/%s" % (spool, name))
        yield alone, beside, taken


def main():
    build, = sys.argv[1:]
    directory = make_workspace()
    spool = httpsintake.make_spool(directory + "/https")
    server = PrivatePostgres(directory + "/db", durable=True).create()
    milter = None
    try:
        server.start()
        database = daemon.create_database(server, build + "/cli/tlsreport")
        milter = daemon.Milter(
            directory + "/a", build + "/milter/tlsrpt-milter",
            server.conninfo(database, daemon.WRITER),
            https_spool_directory=spool, policy_domains=["site.example"],
            max_untrusted_rows=10 ** 12, log_level="err").create()
        milter.spawn([milter.program, "-c", milter.config], "nobody",
                     ["postfix"])
        wait_for("the daemon", lambda: os.path.exists(milter.socket))
        rounds = list(compare(milter, spool))
        ratios = [beside / alone for alone, beside, _ in rounds]
        print("mail beside a full HTTPS spool: %.2f (%.2f to %.2f) of its rate"
              " without, %.0f messages/s; %.0f/s of the spool" % (
                  statistics.median(ratios), min(ratios), max(ratios),
                  statistics.median(alone for alone, _, _ in rounds),
                  rounds[-1][2] / (ROUNDS * SECONDS)))
    finally:
        if milter is not None:
            milter.stop()
        server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
