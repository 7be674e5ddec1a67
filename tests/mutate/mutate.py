#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Breaks the program in many small ways, one at a time, and looks whether the
tests notice. Works in a copy of the tree, never in the tree itself.

Usage: mutate.py [--check] [REGEX]

A file NAME.changes has entries that an empty line ends:

    # Why it matters.
    @ FILE SUITE...
    - what stands there
    + what is to stand there instead, or nothing

The text of all lines with - together has to be in the file exactly once;
blanks and line breaks are alike. A suite is the name of a program or script of
the unit tests, the same behind asan: for one built with sanitizers, sql:FILE
for a test of check-sql, or integration:WORD for what pytest -k finds. One suite
that fails is enough. Only entries that REGEX is found in are tried; --check
only says whether all of them fit.
"""

import argparse
import dataclasses
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../.."))
# Seconds, for a busy machine; a change that makes a test wait for ever is
# noticed, too, and the output says so.
BUILD_LIMIT = 600
SUITE_LIMIT = {"unit": 120, "asan": 240, "sql": 400, "integration": 600}
# What is in the tree and not of it.
LEFT_OUT = shutil.ignore_patterns(
    ".git", "autom4te.cache", "__pycache__", "build", "build-[!a]*", "plain")
SANITIZERS = ["--with-sanitizers=address,undefined"]


class Misfit(Exception):
    """An entry that says nothing about the tests."""


@dataclasses.dataclass
class Change:
    """One entry."""

    table: str
    file: str
    suites: list
    old: str
    new: str

    def __str__(self):
        return "%s: %s" % (self.file, self.new or "without " + self.old)

    def matches(self, regex):
        return re.search(regex, "%s %s %s %s" % (
            self.table, self, self.old, " ".join(self.suites)))

    def find(self, text):
        """Where the old text begins and ends."""
        words = map(re.escape, self.old.split())
        places = [match.span() for match in
                  re.finditer(r"\s+".join(words), text)]
        if len(places) != 1:
            raise Misfit("is there %d times: %s" % (len(places), self.old))
        return places[0]

    def apply(self, text):
        begin, end = self.find(text)
        return text[:begin] + self.new + text[end:]

    def sort_suites(self):
        """The suites by what runs them."""
        sorted_suites = {}
        for suite in self.suites:
            kind, colon, name = suite.rpartition(":")
            sorted_suites.setdefault(kind if colon else "unit", []).append(name)
        return sorted_suites


def parse_entry(table, block):
    lines = [line for line in block.splitlines() if not line.startswith("#")]
    fields = {sign: [line[1:].strip() for line in lines if line[0] == sign]
              for sign in "@-+"}
    if len(fields["@"]) != 1 or not fields["-"] or not fields["+"] or \
            sum(map(len, fields.values())) != len(lines):
        raise SystemExit("%s: no entry: %s" % (table, block))
    file, *suites = fields["@"][0].split()
    return Change(table, file, suites, " ".join(fields["-"]),
                  "\n".join(fields["+"]))


def read_changes(regex):
    changes = []
    for path in sorted(glob.glob(HERE + "/*.changes")):
        table = os.path.basename(path).split(".")[0]
        with open(path) as file:
            blocks = file.read().strip().split("\n\n")
        changes += [parse_entry(table, block) for block in blocks
                    if not all(line[0] == "#" for line in block.splitlines())]
    return [change for change in changes if change.matches(regex)]


def run(command, limit, log, directory, **environment):
    """The exit status, or None after the limit. What a child of the child still
    does ends with it."""
    with subprocess.Popen(
            command, cwd=directory, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, env={**os.environ, **environment},
            start_new_session=True) as child:
        try:
            return child.wait(limit)
        except BaseException as problem:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
            if not isinstance(problem, subprocess.TimeoutExpired):
                raise
            return None


class Scratch:
    """A copy of the tree, and what is built from it."""

    def __init__(self, directory):
        self.source = directory + "/source"
        self.log_path = directory + "/log"
        self.builds = {"": directory + "/build", "asan": directory + "/asan"}
        shutil.copytree(ROOT, self.source, ignore=LEFT_OUT, symlinks=True)

    def run(self, command, limit, directory, **environment):
        with open(self.log_path, "wb") as log:
            return run(command, limit, log, directory, **environment)

    def read_log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def must(self, what, command, directory):
        if self.run(command, BUILD_LIMIT, directory) != 0:
            raise Misfit("%s:\n%s" % (what, self.read_log()[-3000:]))

    def make(self, build, *words):
        """Not `all` beside a program: each would make the libraries."""
        self.must("does not build", [
            "make", "-s", "-j%d" % os.cpu_count(), *words], build)

    def configure(self, kind):
        build = self.builds[kind]
        os.mkdir(build)
        self.must("cannot be configured", [
            self.source + "/configure", "-q", "CFLAGS=-O0",
            *(SANITIZERS if kind else [])], build)
        self.make(build, "all")
        self.make(build, "check", "TESTS=")

    def run_unit(self, names, build, kind="unit"):
        programs = [name for name in names if not name.endswith(".sh")]
        if programs != names:
            self.make(build, "all")
        if programs:
            self.make(build, *programs)
        return self.run(
            ["make", "-s", "check-TESTS", "TESTS=" + " ".join(names)],
            SUITE_LIMIT[kind], build)

    def run_asan(self, names):
        return self.run_unit(names, self.builds["asan"], "asan")

    def run_sql(self, names):
        build = self.builds[""]
        programs = ["tests/sql/" + name for name in names
                    if not name.endswith(".sql")]
        self.make(build, "all")
        if programs:
            self.make(build, *programs)
        return self.run(
            ["./run.py", *(build + "/" + name for name in programs),
             *(name for name in names if name.endswith(".sql"))],
            SUITE_LIMIT["sql"], self.source + "/tests/sql",
            TLSREPORT=build + "/cli/tlsreport", CMOCKA_MESSAGE_OUTPUT="TAP",
            PYTHONDONTWRITEBYTECODE="1")

    def run_integration(self, words):
        """Status 1 is a test that failed; any other is no answer."""
        build = self.builds[""]
        self.make(build, "all")
        status = self.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p",
             "no:cacheprovider", "-k", " or ".join(words)],
            SUITE_LIMIT["integration"], self.source + "/tests/integration",
            top_builddir=build, PYTHONDONTWRITEBYTECODE="1")
        if status not in (None, 0, 1):
            raise Misfit("pytest: status %s:\n%s" % (
                status, self.read_log()[-3000:]))
        return status

    def run_suites(self, kind, names):
        if kind == "unit":
            return self.run_unit(names, self.builds[""])
        return getattr(self, "run_" + kind)(names)

    def notices(self, suites):
        """What came of the first kind of suites that fails, or None."""
        for kind, names in suites.items():
            status = self.run_suites(kind, names)
            if status != 0:
                return "killed" if status else "killed (time limit)"
        return None

    def try_change(self, change):
        path = "%s/%s" % (self.source, change.file)
        with open(path) as file:
            text = file.read()
        try:
            with open(path, "w") as file:
                file.write(change.apply(text))
            return self.notices(change.sort_suites())
        finally:
            with open(path, "w") as file:
                file.write(text)


def find_misfits(changes):
    """Changes whose old text is not there once, and why."""
    misfits = []
    for change in changes:
        try:
            with open("%s/%s" % (ROOT, change.file)) as file:
                change.find(file.read())
        except (OSError, Misfit) as problem:
            misfits.append((change, problem))
    return misfits


def check_suites(scratch, changes):
    """What fails without any change would notice every one."""
    suites = {}
    for change in changes:
        for kind, names in change.sort_suites().items():
            suites.setdefault(kind, set()).update(names)
    scratch.configure("")
    if "asan" in suites:
        scratch.configure("asan")
    for kind, names in suites.items():
        print("unchanged: %s" % kind, flush=True)
        if scratch.run_suites(kind, sorted(names)) != 0:
            raise Misfit("%s fails without a change:\n%s" % (
                kind, scratch.read_log()[-3000:]))


def try_one(scratch, change, counts):
    start = time.monotonic()
    try:
        word = scratch.try_change(change) or "SURVIVED"
        detail = str(change)
    except Misfit as problem:
        word, detail = "MISFIT", "%s: %s" % (change, problem)
    counts[word.split(" ")[0]] += 1
    print("[%d/%d] %s %.1f s %s" % (
        sum(counts.values()), counts.total, word, time.monotonic() - start,
        detail if word == "MISFIT" else detail.replace("\n", " ")), flush=True)


class Counts(dict):
    """How many changes had which end."""

    def __init__(self, total):
        super().__init__(killed=0, SURVIVED=0, MISFIT=0)
        self.total = total

    def report(self):
        print("%d changes, %d killed, %d survived%s" % (
            self.total, self["killed"], self["SURVIVED"],
            ", %d do not fit" % self["MISFIT"] if self["MISFIT"] else ""))
        return 0 if self["killed"] == self.total > 0 else 1


def try_all(changes, counts):
    with tempfile.TemporaryDirectory(prefix="tlsrpt-mutate-") as directory:
        os.chmod(directory, 0o755)
        scratch = Scratch(directory)
        check_suites(scratch, changes)
        for change in changes:
            try_one(scratch, change, counts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("regex", nargs="?", default="")
    arguments = parser.parse_args()
    # So that a run that is told to end cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    changes = read_changes(arguments.regex)
    misfits = find_misfits(changes)
    counts = Counts(len(changes))
    for change, problem in misfits:
        counts["MISFIT"] += 1
        print("MISFIT %s: %s" % (change, problem))
    if arguments.check:
        return 1 if misfits else 0
    fitting = [change for change in changes
               if change not in [misfit for misfit, _ in misfits]]
    if fitting:
        try_all(fitting, counts)
    return counts.report()


if __name__ == "__main__":
    sys.exit(main())
