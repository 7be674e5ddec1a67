# SPDX-License-Identifier: BSD-2-Clause
"""Goes the way of tlsreport-rollout(7): the commands that the page has, in its
order, for a domain of the laboratory that has nothing but a mail server."""

import os
import re
import shlex
import subprocess

import pytest

from checking import write_value
from daemon import READER
from policyhosts import Apache
from test_advise import REPORT
from test_manual import read_page
from test_setup_command import Rollout

DOMAIN = "example.com"
# Of these only that they exist: they are about a host that receives reports.
ELSEWHERE = {"check-config", "check-db"}
TABLES = ("SELECT string_agg('tlsrpt.' || relname, ', ') FROM pg_class"
          " WHERE relnamespace = 'tlsrpt'::regnamespace"
          " AND relkind IN ('r', 'p') AND NOT relispartition"
          " AND relname ~ '^(report|policy|failure|outbox|daily)'")


def read_steps():
    """The commands by the title of their section, in order."""
    parts = re.split(
        r"^\.Ss (.*)$", read_page("tlsreport-rollout.7"), flags=re.M)
    steps = {
        title: [line for block in re.findall(
            r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)
            for line in block.splitlines()]
        for title, text in zip(parts[1::2], parts[2::2])}
    assert all(command.startswith("tlsreport ")
               for commands in steps.values() for command in commands)
    return steps


class Way:
    def __init__(self, rollout, query, database):
        self.rollout = rollout
        self.query = query
        self.database = database
        self.steps = read_steps()
        self.gone = []
        self.is_up = False

    def write_config(self, content=""):
        laboratory = self.rollout.laboratory
        settings = {
            "database": self.database,
            "probe_resolvers": [laboratory.resolver],
            "probe_trust_anchor": laboratory.anchor,
            "probe_ca_file": laboratory.ca_file,
            "probe_smtp_port": laboratory.ports["smtp"],
            "probe_https_port": laboratory.ports["https"]}
        self.rollout.set_config(content + "".join(
            "%s = %s\n" % (name, write_value(value))
            for name, value in settings.items()))

    def go(self, title, *more):
        """Runs the commands of a section, and returns what they print, each
        in one line."""
        title, = (one for one in self.steps if one.endswith(title))
        self.gone.append(title)
        said = []
        for command in self.steps[title]:
            said.append(self.run(shlex.split(command)[1:], more))
            if " setup " in command and self.is_up:
                self.publish()
        return said

    def run(self, words, more=()):
        words = [self.rollout.domain if word == DOMAIN else
                 self.rollout.files if word == "rollout" else word
                 for word in words]
        done = subprocess.run(
            [self.rollout.program, "-c", self.rollout.config, *words, *more],
            capture_output=True, text=True, check=False, timeout=60)
        assert "Sanitizer" not in done.stderr, done.stderr
        assert words[0] in ELSEWHERE or done.returncode == 0, (
            words, done.stdout, done.stderr)
        assert "usage" not in done.stderr
        return " ".join(done.stdout.split())

    def publish(self):
        self.rollout.publish_policy()
        self.rollout.publish_records()

    def raise_max_age(self, seconds):
        path = self.rollout.files + "/mta-sts.txt"
        text, changes = re.subn(r"(?m)^max_age: .*$", "max_age: %d" % seconds,
                                self.rollout.read("mta-sts.txt"))
        assert changes == 1
        with open(path, "w") as file:
            file.write(text)
        self.publish()

    def hear(self, mode, max_age, days):
        """Nothing but these reports, none of which says of a failure."""
        (tables,), = self.query(TABLES)
        self.query("TRUNCATE " + tables)
        self.query(
            REPORT.replace("series(1, 20)", "series(1, %d)" % days),
            self.rollout.domain, self.rollout.domain,
            "{version: STSv1,mode: %s,max_age: %d}" % (mode, max_age), 0, 0)


@pytest.fixture
def way(workspace, ctl_program, cluster, database, query):
    rollout = Rollout(workspace + "/way", ctl_program, Apache)
    yield Way(rollout, query, cluster.conninfo(database, READER))
    rollout.stop()


def begin(way):
    rollout = way.rollout
    way.write_config()
    way.go("Write what is to be published", "--address", rollout.address)
    assert os.listdir(rollout.files)
    way.write_config('report_addresses = { "tls-reports@%s" }\n'
                     % rollout.domain)
    rollout.server.start(rollout.read(rollout.host + ".conf"), None)
    way.is_up = True
    way.publish()


def test_the_way_to_enforce_and_back(way):
    begin(way)
    assert ": OK" in way.go("Look at the domain")[0]
    way.go("Get ready to receive")
    way.hear("testing", 86401, 1)
    assert way.rollout.domain in way.go("Wait for the first reports")[1]
    way.hear("testing", 86401, 20)
    failures, advice = way.go("Repair what fails")
    assert "failed" not in failures
    assert "enforce-now" in advice
    _, found = way.go("Enforce the policy")
    assert ": NOTICE, 1 notice NOTICE reported-old-policy" in found
    assert "mode: enforce" in way.rollout.read("mta-sts.txt")
    way.hear("enforce", 604800, 45)
    assert "Raise max_age in the policy from 604800 to 2592000" in way.go(
        "Raise max_age")[0]
    way.raise_max_age(2592000)
    assert "Then wait 30 days" in way.go("The way back")[0]
    assert "mode: none" in way.rollout.read("mta-sts.txt")
    assert way.gone == list(way.steps)
