# SPDX-License-Identifier: BSD-2-Clause
"""A year in which somebody watches domains of a laboratory: whatever is done
rightly must not be warned of, whatever is wrong is told once, in time, and
once that it is over.

Usage: simulation.py BUILD_DIRECTORY [DAYS [SEED]]
SIGINT and SIGTERM end it with what was seen until then.
"""

import collections
import contextlib
import dataclasses
import heapq
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import psycopg2

import daemon
import scenarios
import simworld
from process import make_workspace
from simworld import DAY, HOUR, Clock, World

# The default of watch_interval, and what the second look of a round takes.
STEP = 6 * HOUR + 900
AGAIN = 11 * 60
LATEST = STEP + 2 * AGAIN
# Faults begin in this part of a day, so that none is told on the next.
FAULT_HOURS = 16
PURGE_DAYS = 30
KEPT = {"retention_days": 30, "rollup_retention_days": 40}


@dataclasses.dataclass
class Fault:
    """`succeeded`: when a worse one took its place, and its own end is not
    told."""

    domain: str
    code: str
    host: str
    visible: float
    cured: float = None
    succeeded: float = None
    told: list = dataclasses.field(default_factory=list)
    over: list = dataclasses.field(default_factory=list)

    def most(self):
        """What is not told at once takes another round to be sure."""
        return LATEST + (STEP if self.code == "mx-certificate-not-loaded"
                         else 0)

    def last_moment(self):
        end = self.cured or self.succeeded
        return end + LATEST if end else float("inf")

    def is_meant(self, moment, code, host, domain):
        return (self.domain, self.code, self.host) == (domain, code, host) \
            and self.visible <= moment <= self.last_moment()


class Log:
    """What was planted, and what was told of it."""

    def __init__(self, world):
        self.world = world
        self.faults = []
        self.false = []

    def plant(self, site, code, host, visible):
        fault = Fault(site.domain, code, host.name if host else "", visible)
        self.faults.append(fault)
        return fault

    def cure(self, fault):
        fault.cured = self.world.time

    def note(self, moment, incident):
        what = incident["what"]
        key = (incident["result_type"], incident["receiving_mx_hostname"],
               incident["sample_domains"][0])
        fault = next((one for one in self.faults
                      if one.is_meant(moment, *key)), None)
        if fault is None:
            self.false.append((moment, what, *key))
        elif what in ("resolved", "expired"):
            fault.over.append(moment)
        else:
            fault.told.append(moment)

    def problems(self, now):
        for moment, *rest in self.false:
            yield "%s: false: %s" % (write_time(moment), " ".join(rest))
        for fault in self.faults:
            name = "%s %s %s" % (fault.code, fault.host, fault.domain)
            for told, since, what in (
                    (fault.told, fault.visible, "told"),
                    (fault.over, fault.cured, "over")):
                if since is None or since + fault.most() > now:
                    wanted = (0, 1)
                else:
                    wanted = (1,)
                if what == "over" and fault.succeeded:
                    wanted = (0,)
                if len(told) not in wanted:
                    yield "%s: %s %d times: %s" % (
                        write_time(since or fault.visible), what, len(told),
                        name)
                elif told and not since <= told[0] <= since + fault.most():
                    yield "%s: %s after %.1f h: %s" % (
                        write_time(since), what, (told[0] - since) / HOUR,
                        name)

    def table(self, now):
        rows = collections.defaultdict(list)
        for fault in self.faults:
            if fault.visible <= now:
                rows[fault.code].append(fault)
        yield "%-28s %7s %5s %5s %13s %15s" % (
            "fault", "planted", "told", "over", "latest after", "before report")
        for code, faults in sorted(rows.items()):
            delays = [fault.told[0] - fault.visible
                      for fault in faults if fault.told]
            yield "%-28s %7d %5d %5d %11.1f h %13.1f h" % (
                code, len(faults), sum(len(one.told) for one in faults),
                sum(len(one.over) for one in faults),
                max(delays, default=0) / HOUR,
                min((first_report(one.visible) - one.told[0]
                     for one in faults if one.told and not one.succeeded),
                    default=0) / HOUR)


def first_report(moment):
    """Nobody reports of a day before it is over."""
    return moment - moment % DAY + DAY


def write_time(moment):
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment))


class Agenda:
    """Generators, by when they go on."""

    def __init__(self, world):
        self.world = world
        self.heap = []
        self.count = itertools.count()

    def add(self, generator):
        moment = next(generator, None)
        if moment is not None:
            heapq.heappush(self.heap, (moment, next(self.count), generator))

    def work_until(self, moment):
        while self.heap and self.heap[0][0] <= moment:
            when, _, generator = heapq.heappop(self.heap)
            self.world.time = max(self.world.time, when)
            self.add(generator)
        self.world.time = max(self.world.time, moment)


class Watcher:
    """tlsrpt-alert, as a service runs it, and what maintains a database."""

    def __init__(self, build, directory, clock, world, files=()):
        self.directory = directory
        self.clock = clock
        self.program = build + "/cli/tlsreport"
        self.postgres = simworld.Postgres(
            directory + "/db", clock).create().start()
        self.database = daemon.create_database(
            self.postgres, self.program)
        self.told = directory + "/told"
        pathlib.Path(self.told).touch()
        tell = directory + "/tell"
        pathlib.Path(tell).write_text("#!/bin/sh\ncat >>%s\n" % self.told)
        os.chmod(tell, 0o755)
        self.config = daemon.write_config(directory + "/alert.conf", {
            "database": self.postgres.conninfo(
                self.database, daemon.WRITER),
            "alert_command": [tell], "watch_interval": 6 * HOUR,
            "policy_domains": sorted(world.sites),
            "probe_certificate_files": files,
            **KEPT, **world.options()})
        self.read = 0
        self.seen = 0
        self.connect()

    def connect(self):
        self.connection = psycopg2.connect(
            self.postgres.conninfo(self.database))
        self.connection.autocommit = True

    def query(self, statement):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()

    def run(self, *words):
        done = subprocess.run(
            [self.program, "-c", self.config, *words], check=False,
            capture_output=True, text=True, timeout=600, env=self.clock.env)
        if done.returncode or done.stderr:
            raise RuntimeError(str(done))

    def look(self):
        """True when something is new; it is told with the next look."""
        self.run("alert", "deliver", "-o")
        seen = self.query("SELECT count(*) FROM tlsrpt.observation")
        events, more = 0, True
        while more:
            some, more = self.query(
                "SELECT events, more FROM tlsrpt.evaluate_alerts()")
            events += some
        is_new = seen != self.seen or events > 0
        self.seen = seen
        return is_new

    def purge(self):
        self.run("-d", self.postgres.conninfo(self.database), "purge")
        self.seen = self.query("SELECT count(*) FROM tlsrpt.observation")

    def take_told(self):
        with open(self.told) as file:
            file.seek(self.read)
            for line in file:
                yield from json.loads(line)["incidents"]
            self.read = file.tell()

    def stop(self):
        if hasattr(self, "connection"):
            self.connection.close()
        self.postgres.stop()


class Year:
    """With the people of these names, or with all."""

    def __init__(self, build, directory, days, seed=1, names=None):
        self.names = names
        self.build = build
        self.directory = directory
        self.days = days
        self.rng = random.Random(seed)
        self.clock = Clock(directory)
        # From the beginning of a day.
        self.clock.move_to(self.clock.now() // DAY * DAY + DAY)
        self.start = self.clock.now()
        self.world = World(directory + "/world", self.clock)
        self.world.next_round = self.next_round
        self.agenda = Agenda(self.world)
        self.log = Log(self.world)
        self.watcher = None

    def next_round(self, moment):
        return self.start + -(-(moment - self.start) // STEP) * STEP

    def make_faults(self, fault, site, how):
        """One after the other."""
        day = self.rng.randint(3, 9)
        while day + scenarios.FAULT_DAYS < self.days:
            at = self.start + day * DAY \
                + self.rng.uniform(0, FAULT_HOURS) * HOUR
            yield from fault(self.log, site, site.hosts[0], at, **how)
            day += scenarios.FAULT_DAYS + self.rng.randint(4, 20)

    def chosen(self, people):
        return [one for one in people
                if self.names is None or one[0] in self.names]

    def people(self):
        for name, lives, deed, how in self.chosen(scenarios.RIGHT):
            options = {key: value for key, value in how.items()
                       if key != "loading"}
            loading = {key: how[key] for key in how if key == "loading"}
            site = self.world.add_site(name, *lives, **options)
            if site.web is None:
                self.world.add_web(site)
            self.agenda.add(deed(site, site.hosts[0], **loading))
        for name, hosts, fault, how in self.chosen(scenarios.WRONG):
            site = self.world.add_site(name, *hosts * [scenarios.LONG])
            self.agenda.add(self.make_faults(fault, site, how))

    def begin(self):
        self.people()
        self.world.start()
        self.watcher = Watcher(
            self.build, self.directory, self.clock, self.world,
            [server.path for server in self.world.servers])

    def look(self):
        for _ in range(5):
            is_new = self.watcher.look()
            for incident in self.watcher.take_told():
                self.log.note(self.clock.now(), incident)
            if not is_new:
                return
            self.go_to(self.clock.now() + AGAIN)
        raise RuntimeError("there is always something new")

    def go_to(self, moment):
        self.agenda.work_until(moment)
        self.world.settle()
        self.clock.move_to(moment)

    def live(self):
        rounds = int(self.days * DAY / STEP)
        for number in range(1, rounds + 1):
            self.go_to(self.start + number * STEP)
            self.look()
            if number % int(PURGE_DAYS * DAY / STEP) == 0:
                self.watcher.purge()
                yield number * STEP / DAY

    def end(self):
        if self.watcher:
            self.watcher.stop()
        self.world.stop()


def play(year):
    begun = time.monotonic()
    year.begin()
    with contextlib.suppress(KeyboardInterrupt):
        for day in year.live():
            problems = list(year.log.problems(year.clock.now()))
            print("day %d after %.0f s: %d faults, %d problems" % (
                day, time.monotonic() - begun, len(year.log.faults),
                len(problems)), flush=True)
    now = year.clock.now()
    problems = list(year.log.problems(now))
    print("\n".join(year.log.table(now)))
    print("%d domains, %d days in %.0f s" % (
        len(year.world.sites), (now - year.start) / DAY,
        time.monotonic() - begun))
    print("\n".join(problems) or "Nothing else was told.")
    return bool(problems)


def main():
    build, *numbers = sys.argv[1:]
    directory = make_workspace()
    year = Year(os.path.abspath(build), directory, *map(
        int, numbers or ["365"]))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = play(year)
    finally:
        year.end()
        shutil.rmtree(directory)
    return status


if __name__ == "__main__":
    sys.exit(main())
