# SPDX-License-Identifier: BSD-2-Clause
"""What other people's mail loses by the filter: through one Postfix without any,
with one that does nothing, and with ours, in rounds that take turns. Then the
memory of our daemon, idle.

Usage: passing.py BUILD_DIRECTORY
"""

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))

import daemon  # noqa: E402
from postfix import PrivatePostfix  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import Process, make_workspace, wait_for  # noqa: E402

ROUNDS = 9
MAILS = 2000
SIZE = 4000
SESSIONS = 4
NONE, NOTHING, OURS = range(3)
NAMES = ("no filter", "one that does nothing", "tlsrpt-milter")
TICK = os.sysconf("SC_CLK_TCK")
FORMS = {"a session for each mail": (), "mails in a row": ("-d",)}


class Discarding(PrivatePostfix):
    """What it takes goes nowhere, so that smtpd is what takes the time."""

    def settings(self):
        return {**super().settings(), "virtual_transport": "discard:"}


class Filter(Process):
    def __init__(self, directory, program):
        super().__init__(directory + "/filter.log")
        self.program = program
        self.socket = directory + "/nothing.sock"

    def start(self):
        self.spawn(
            [self.program, "unix:" + self.socket], "postfix", ["postfix"])
        wait_for("the filter", lambda: os.path.exists(self.socket))
        return self


def used_by(pid):
    """Seconds of a processor."""
    text = pathlib.Path("/proc/%d/stat" % pid).read_text()
    return sum(map(int, text.rpartition(")")[2].split()[11:13])) / TICK


def send(port, options):
    """Mails per second."""
    start = time.monotonic()
    subprocess.run(
        ["smtp-source", *options, "-s", str(SESSIONS), "-m", str(MAILS), "-l",
         str(SIZE), "-f", "bob@example.net", "-t", "alice@kiosk.test",
         "127.0.0.1:%d" % port], check=True, timeout=600)
    return MAILS / (time.monotonic() - start)


def compare(ports, pids, options):
    """Rates of each service by round, and seconds used by each filter."""
    rates = [[] for _ in ports]
    used = {NOTHING: 0, OURS: 0}
    for number in range(ROUNDS + 1):
        for service in sorted(range(3), key=lambda s: (s + number) % 3):
            before = used_by(pids[service]) if service in pids else 0
            rate = send(ports[service], options)
            if number > 0:
                rates[service].append(rate)
                if service in pids:
                    used[service] += used_by(pids[service]) - before
    return rates, used


def print_form(form, rates, used):
    for service in (NOTHING, OURS):
        for other in range(service):
            ratios = [one / two for one, two in zip(
                rates[service], rates[other])]
            print("%s: %s against %s: %.3f (%.3f to %.3f) of its rate" % (
                form, NAMES[service], NAMES[other], statistics.median(ratios),
                min(ratios), max(ratios)))
    print("%s: %.0f mails/s without; a mail takes %.0f us of ours, %.0f us of"
          " the one that does nothing" % (
              form, statistics.median(rates[NONE]), *(
                  1e6 * used[service] / MAILS / ROUNDS
                  for service in (OURS, NOTHING))), flush=True)


def print_memory(pid):
    fields = {name: int(size) for name, size in re.findall(
        r"^(\w+):\s+(\d+) kB", pathlib.Path(
            "/proc/%d/smaps_rollup" % pid).read_text(), re.M)}
    print("memory of the daemon: %.1f MiB resident, %.1f MiB of it written by it"
          % (fields["Rss"] / 1024, fields["Private_Dirty"] / 1024),
          flush=True)


def main():
    build, = sys.argv[1:]
    directory = make_workspace()
    server = PrivatePostgres(directory + "/db").create()
    started = [server]
    try:
        server.start()
        database = daemon.create_database(server, build + "/cli/tlsreport")
        milter = daemon.Milter(
            directory + "/a", build + "/milter/tlsrpt-milter",
            server.conninfo(database, daemon.WRITER)).create()
        nothing = Filter(milter.directory, build + "/tests/bench/bench-filter")
        os.chmod(milter.directory, 0o770)
        started += [milter.start(), nothing.start()]
        print_memory(milter.child.pid)
        postfix = Discarding(
            directory + "/mta", [[], [nothing.socket], [milter.socket]],
            mailboxes=["alice@kiosk.test"]).create()
        started.append(postfix.start())
        pids = {NOTHING: nothing.child.pid, OURS: milter.child.pid}
        for form, options in FORMS.items():
            print_form(form, *compare(postfix.ports, pids, options))
        print_memory(milter.child.pid)
    finally:
        for process in reversed(started):
            process.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
