# SPDX-License-Identifier: BSD-2-Clause
"""Builds and tests the release in clean systems of Debian.

Usage: portability.py TARBALL WORK [WORD...]

Words that name systems, and words that name ways to build and test, each limit
what is tried. Logs stay beside the systems in the cache.
"""

import collections
import os
import re
import shutil
import subprocess
import sys
import time

import roots
from chroot import ENVIRONMENT, Chroot

HOME = "/home/builder"
SUITES = ("sid", "trixie", "bookworm", "bullseye")

# A `pattern` finds the number of tests that passed in what the command prints.
Step = collections.namedtuple("Step", "name command user pattern")
Way = collections.namedtuple("Way", "flags steps suites")


def step(name, command, user="builder", pattern=None):
    return Step(name, command, user, pattern)


BUILD = (
    step("configure", "../release/configure $FLAGS"),
    step("build", "make -k -j$JOBS all"),
)
UNIT = (*BUILD, step(
    "unit", "make -k -j$JOBS check", pattern=r"^# PASS: +(\d+)"))
# Postfix is started by root.
SERVERS = (
    *BUILD,
    step("sql", "make check-sql", "root", r"^Files=\d+, Tests=(\d+)"),
    step("integration", "make check-integration "
         'PYTEST_FLAGS="-n $JOBS --dist loadfile"', "root",
         r"(\d+) passed.* in [\d.]+s"),
)
PACKAGE = (
    step("build-dep", "apt-get -q update && "
         "apt-get -qy --no-install-recommends build-dep ../release", "root"),
    step("dpkg-buildpackage", "cd ../release && dpkg-buildpackage -us -uc -b",
         pattern=r"^# PASS: +(\d+)"),
)
AUTORECONF = (step("autoreconf", "cd ../release && autoreconf -fi"), *UNIT)
NO_CMOCKA = (step("purge", "dpkg --purge libcmocka-dev", "root"), *UNIT)
ENDS = (SUITES[0], SUITES[-1])

# Each switch by itself is tried with the newest and the oldest; the latter has
# not all that a package is built with. In this order, for the last three leave
# a system that is changed.
WAYS = {
    "gcc": Way("CC=gcc", UNIT, SUITES),
    "clang": Way("CC=clang", UNIT, SUITES),
    "servers": Way("", SERVERS, SUITES),
    "opendkim": Way("--without-opendkim", UNIT, ENDS),
    "seccomp": Way("--without-seccomp", UNIT, ENDS),
    "systemd": Way("--without-systemd", UNIT, ENDS),
    "dashboard": Way("--without-dashboard", UNIT, ENDS),
    "sanitizers": Way("--with-sanitizers=address,undefined", UNIT, ENDS),
    "coverage": Way("--enable-coverage", UNIT, ENDS),
    "fuzzing": Way("--enable-fuzzing CC=clang", UNIT, ENDS),
    "package": Way("", PACKAGE, SUITES[:-1]),
    "autoreconf": Way("", AUTORECONF, ENDS),
    "cmocka": Way("", NO_CMOCKA, ENDS),
}


def get_flags(suite, way):
    """What the oldest compilers warn of has no cure."""
    return way.flags + ("" if suite == SUITES[-1] else " --enable-werror")


def create_system(suite, work, tarball):
    """With the release in the home of an ordinary user."""
    system = Chroot(work + "/" + suite)
    system.create(roots.get_root(suite))
    system.run("useradd", "--create-home", "builder")
    shutil.copy(tarball, system.path(HOME))
    system.shell("cd %s && mkdir release && "
                 "tar -xf *.tar.xz -C release --strip-components=1 && "
                 "chown -R builder: ." % HOME)
    return system


def run_step(system, one, flags, log):
    """What is to be shown: a number of tests, nothing, or its name in case of
    a failure."""
    script = "cd %s/build; %s" % (HOME, one.command)
    log.write("== %s (FLAGS: %s)\n" % (script, flags))
    done = subprocess.run(
        system.command(["sh", "-ec", script], one.user), check=False,
        text=True, errors="replace", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**ENVIRONMENT, "HOME": HOME, "FLAGS": flags,
             "JOBS": str(os.cpu_count())})
    log.write(done.stdout)
    numbers = re.findall(one.pattern, done.stdout, re.M) if one.pattern else []
    if done.returncode != 0 or one.pattern and not numbers:
        return one.name + "!"
    return numbers[-1] if numbers else ""


def try_way(system, suite, name, log):
    system.shell("rm -rf {0}/build; install -d -o builder {0}/build".format(
        HOME))
    shown = []
    for one in WAYS[name].steps:
        shown.append(run_step(
            system, one, get_flags(suite, WAYS[name]), log))
        if shown[-1].endswith("!"):
            return shown[-1]
    return "+".join(filter(None, shown))


def try_suite(suite, names, work, tarball):
    """The cells of a system in the table."""
    system = create_system(suite, work, tarball)
    cells = {}
    for name in names:
        start = time.monotonic()
        path = roots.cache_directory() / ("%s-%s.log" % (suite, name))
        with open(path, "w") as log:
            cells[name] = try_way(system, suite, name, log)
        print("%-9s %-11s %s (%d s)" % (
            suite, name, cells[name], time.monotonic() - start), flush=True)
        if cells[name].endswith("!"):
            print("    see %s" % path, flush=True)
    system.remove()
    return cells


def print_table(table):
    row = "%-12s" + "%-13s" * len(table)
    print("\n" + row % ("", *table))
    for name in WAYS:
        if any(name in cells for cells in table.values()):
            print((row % (name, *(
                cells.get(name, "-") for cells in table.values()))).rstrip())


def choose(words):
    """The names of ways by suite."""
    unknown = set(words) - set(SUITES) - set(WAYS)
    if unknown:
        sys.exit("unknown: %s; systems: %s; ways: %s" % (
            " ".join(unknown), " ".join(SUITES), " ".join(WAYS)))
    suites = [suite for suite in SUITES if suite in words] or SUITES
    names = [name for name in WAYS if name in words] or WAYS
    return {suite: [name for name in names if suite in WAYS[name].suites]
            for suite in suites}


def main(tarball, work, *words):
    table = {suite: try_suite(suite, names, work, tarball)
             for suite, names in choose(words).items()}
    print_table(table)
    cells = [cell for cells in table.values() for cell in cells.values()]
    failed = sum(cell.endswith("!") for cell in cells)
    print("%d passed, %d failed" % (len(cells) - failed, failed))
    return 1 if failed or not cells else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
