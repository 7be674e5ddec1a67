# SPDX-License-Identifier: BSD-2-Clause
"""What part of a processor it takes to watch a thousand domains every six
hours: of tlsrpt-alert, and of the database. Each has a signed zone, a mail
server and a policy of its own.

Usage: watch.py BUILD_DIRECTORY [DOMAINS]
"""

import os
import pathlib
import resource
import shutil
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "integration"))

from process import make_workspace  # noqa: E402
from simulation import Watcher  # noqa: E402
from simworld import HOUR, Clock, World  # noqa: E402

DOMAINS = 1000
INTERVAL = 6 * HOUR


def used_by_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def used_by_server(pid):
    """With all its processes that have ended."""
    text = pathlib.Path("/proc/%d/stat" % pid).read_text()
    return sum(map(int, text.rpartition(")")[2].split()[11:15])) \
        / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, build, directory, domains):
        self.domains = domains
        self.clock = Clock(directory)
        self.world = World(directory + "/world", self.clock)
        for number in range(domains):
            self.world.add_site("d%d" % number, 90)
        self.world.start()
        self.watcher = Watcher(build, directory, self.clock, self.world)

    def measure(self, name):
        self.watcher.connect()
        before = used_by_children(), used_by_server(self.watcher.postgres.pid)
        self.watcher.look()
        looked, = self.watcher.query(
            "SELECT count(*) FROM tlsrpt.watched"
            " WHERE looked_at > clock_timestamp() - interval '1 hour'")
        self.watcher.connection.close()
        if looked != self.domains:
            raise RuntimeError("%d domains were looked at" % looked)
        server = used_by_server(self.watcher.postgres.pid) - before[1]
        program = used_by_children() - before[0]
        print("%-14s %11.1f ms %11.1f ms %12.2f %%" % (
            name, 1000 * program / self.domains, 1000 * server / self.domains,
            100 * (program + server) * DOMAINS / self.domains / INTERVAL),
              flush=True)

    def run(self):
        print("%-14s %14s %14s %14s" % ("a look", "tlsrpt-alert",
                                        "PostgreSQL", "of a processor"))
        for name in ("the first", "again", "once more"):
            self.measure(name)
            self.clock.move_to(self.clock.now() + INTERVAL)

    def stop(self):
        self.watcher.stop()
        self.world.stop()


def main():
    build, *numbers = sys.argv[1:]
    directory = make_workspace()
    bench = Bench(os.path.abspath(build), directory, *map(
        int, numbers or [DOMAINS]))
    try:
        bench.run()
    finally:
        bench.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
