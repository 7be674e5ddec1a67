# SPDX-License-Identifier: BSD-2-Clause
"""Runs `tlsreport check-domain` over the cases of tests/probe."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.abspath("../probe/lab"))

from case import load_cases  # noqa: E402
from laboratory import Laboratory  # noqa: E402

# Seconds for a domain, which those that never answer use up.
TIMEOUT = 8
JOBS = 64
STATUS = {"ok": 0, "notice": 0, "warning": 1, "critical": 1, "unknown": 3}
# What stands in expected.json and is not compared as it is.
OURS = ("findings", "options", "settings")
# Behaviours that take as long as they may: these go first.
SLOW = ("hang", "silent", "drip", "endless")


def is_slow(case):
    servers = {**case.smtp, **case.https}
    return any(server["behaviour"].endswith(SLOW)
               for server in servers.values())


def needs_postfix(case):
    return any(one["behaviour"] == "postfix" for one in case.smtp.values())


def differences(expected, got, path=""):
    """Where what was got lacks what was expected; it may have more."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            yield from differences(value, got.get(name), path + "." + name)
    elif (isinstance(expected, list) and isinstance(got, list) and
          len(expected) == len(got)):
        for at, value in enumerate(expected):
            yield from differences(value, got[at], "%s[%d]" % (path, at))
    elif expected != got:
        yield "%s: expected %r, not %r" % (path, expected, got)


def read_findings(result):
    return sorted({(one["code"], one["where"]) for one in result["findings"]})


def write_value(value):
    if isinstance(value, list):
        return "{%s}" % ", ".join(map(write_value, value))
    return json.dumps(value)


class Checks:
    """All cases that need nothing special are one run of the command."""

    def __init__(self, program, laboratory):
        self.program = program
        self.laboratory = laboratory
        self.results = {}
        self.status = None
        self.complaints = ""

    def run(self, domains, options=(), settings=None, resolver=None):
        """The exit status, and results by domain."""
        path = os.path.join(self.laboratory.directory, "tlsrpt.conf")
        with open(path, "w") as file:
            file.writelines("%s = %s\n" % (name, write_value(value))
                            for name, value in (settings or {}).items())
        command = [
            self.program, "-c", path, "check-domain", "--json",
            *self.laboratory.options(resolver), "--timeout", str(TIMEOUT),
            "--jobs", str(JOBS), *options, *domains]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=80)
        try:
            results = json.loads(done.stdout)
        except ValueError:
            raise AssertionError("%s\n%s%s" % (
                " ".join(command[:3]), done.stdout[:1000],
                done.stderr[-4000:])) from None
        assert "runtime error" not in done.stderr, done.stderr
        assert "Sanitizer" not in done.stderr, done.stderr
        self.complaints = done.stderr
        return done.returncode, {one["domain"]: one for one in results}

    def run_all(self):
        cases = [case for case in self.laboratory.cases
                 if "options" not in case.expected
                 and "settings" not in case.expected]
        cases.sort(key=is_slow, reverse=True)
        self.status, self.results = self.run(
            [case.domain for case in cases])
        return self

    def check(self, case):
        expected = case.expected
        if "options" in expected or "settings" in expected:
            status, results = self.run(
                [case.domain], expected.get("options", ()),
                expected.get("settings"))
            assert status == STATUS[expected["verdict"]]
        else:
            results = self.results
        result = results[case.domain]
        wanted = sorted((one["code"], one["where"])
                        for one in expected["findings"])
        assert read_findings(result) == wanted
        others = {name: value for name, value in expected.items()
                  if name not in OURS}
        assert list(differences(others, result)) == []
