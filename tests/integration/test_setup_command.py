# SPDX-License-Identifier: BSD-2-Clause
"""Does what `tlsreport setup` says, and asks `check-domain` what is left."""

import datetime
import json
import os
import subprocess

import pytest

from checking import Laboratory, load_cases
from policyhosts import Apache, Nginx

ZONE = """@ MX 10 mx1
mx1 A {mx1}
_25._tcp.mx1 {tlsa mx1 3 1 1}
_25._tcp.mx1 {tlsa mx1 2 1 1}
"""
WEEK = 604800
SERVERS = {"apache": Apache, "nginx": Nginx}
# What there is to do however right the domain is.
REMINDERS = {"Look at the domain", "Require encryption"}


class Rollout:
    """A domain with nothing but a mail server, and its web server."""

    def __init__(self, directory, program, server):
        self.directory = directory
        self.program = program
        self.config = directory + "/tlsrpt.conf"
        self.files = directory + "/files"
        case_directory = "%s/cases/setup-%s" % (directory, server.name)
        os.makedirs(case_directory)
        with open(case_directory + "/zone", "w") as file:
            file.write(ZONE)
        self.set_config("")
        self.case, = load_cases(directory + "/cases")
        self.domain = self.case.domain
        self.host = "mta-sts." + self.domain
        self.address = self.case.network + ".200"
        self.laboratory = Laboratory(
            directory + "/laboratory", [self.case]).create().start()
        self.server = server(
            directory + "/server", self.address,
            self.laboratory.ports["https"], self.make_certificate())

    def stop(self):
        self.server.stop()
        self.laboratory.stop()

    def make_certificate(self):
        path = self.directory + "/certificate.pem"
        with open(path, "wb") as file:
            file.write(self.case.authorities.issue({}, [self.host]).pem())
        return path

    def set_config(self, text):
        with open(self.config, "w") as file:
            file.write(text)

    def run(self, command, *options):
        done = subprocess.run(
            [self.program, "-c", self.config, command, "--json",
             *self.laboratory.options(), *options, self.domain],
            capture_output=True, text=True, check=False, timeout=60)
        assert "Sanitizer" not in done.stderr, done.stderr
        assert "runtime error" not in done.stderr, done.stderr
        return done

    def plan(self, *options):
        """The steps, by title; their files are written."""
        done = self.run("setup", "--server", self.server.name, "--write",
                        self.files, *options)
        assert done.returncode == 0, done.stderr
        steps = json.loads(done.stdout)
        assert [one["step"] for one in steps] == [
            number + 1 for number in range(len(steps))]
        return {one["title"]: one for one in steps}

    def check(self):
        done = self.run("check-domain")
        result, = json.loads(done.stdout)
        return result

    def read(self, name):
        with open(os.path.join(self.files, name)) as file:
            return file.read()

    def publish_policy(self):
        self.server.put_policy(self.host, self.read("mta-sts.txt"))

    def publish_records(self):
        """Each in place of what has the same name."""
        servers = self.laboratory.processes[0]
        zone, = (one for one in servers.tree.zones
                 if one.origin == self.domain + ".")
        added = self.read("records.zone")
        names = {line.split()[0] for line in added.splitlines()}
        kept = [line for line in zone.text.splitlines(keepends=True)
                if not line.split()[:1] or line.split()[0] not in names]
        zone.text = "".join(kept) + added
        servers.stop()
        servers.tree.create_zone(zone)
        servers.start()


def todo(steps):
    return [title for title, one in steps.items() if not one["done"]]


@pytest.fixture(params=SERVERS)
def rollout(request, workspace, ctl_program):
    known = subprocess.run([ctl_program, "help"], capture_output=True,
                           text=True, check=False, timeout=30)
    if "check-domain" not in known.stdout:
        pytest.skip("the command is not built")
    directory = "%s/setup-%s" % (workspace, request.param)
    started = Rollout(directory, ctl_program, SERVERS[request.param])
    yield started
    started.stop()


def set_up(rollout, unpacked):
    steps = rollout.plan("--address", rollout.address)
    rollout.set_config(steps["Receive reports"]["content"])
    rollout.server.start(rollout.read(rollout.host + ".conf"), unpacked)
    rollout.publish_policy()
    rollout.publish_records()
    return steps


def test_way_to_enforce_and_back(rollout, unpacked):
    assert rollout.check()["verdict"] != "ok"
    refused = rollout.run("setup", "--mode", "enforce")
    assert refused.returncode == 1
    assert "begin with tlsreport setup" in refused.stderr
    assert refused.stdout == ""

    steps = set_up(rollout, unpacked)
    assert "Ask for reports about mx1." + rollout.domain in steps
    result = rollout.check()
    assert (result["verdict"], result["findings"]) == ("ok", [])
    assert rollout.read("mta-sts.txt") == (
        "version: STSv1\nmode: testing\nmx: mx1.%s\nmax_age: 86401\n"
        % rollout.domain)
    assert set(todo(rollout.plan())) == REMINDERS

    refused = rollout.run("setup", "--mode", "enforce", "--write",
                          rollout.files)
    assert refused.returncode == 1
    assert "mta-sts.txt exists with other content" in refused.stderr
    assert "testing" in rollout.read("mta-sts.txt")
    steps = rollout.plan("--mode", "enforce", "--force")
    assert todo(steps) == [
        "Make sure that nothing fails", "Write the policy",
        "Announce the policy", "Look at the domain"]
    rollout.publish_policy()
    rollout.publish_records()
    result = rollout.check()
    assert (result["verdict"], result["findings"]) == ("ok", [])
    assert "mode: enforce\n" in rollout.read("mta-sts.txt")
    # It stays without being said.
    assert todo(rollout.plan()) == ["Look at the domain"]

    start = datetime.datetime.now(datetime.timezone.utc)
    steps = rollout.plan("--mode", "none", "--force")
    assert todo(steps) == ["Write the policy", "Announce the policy",
                           "Keep mode none", "Remove the record",
                           "Remove the policy"]
    keep = steps["Keep mode none"]
    assert keep["wait_seconds"] == WEEK
    end = datetime.datetime.strptime(
        keep["wait"] + "+0000", "until %Y-%m-%d %H:%M UTC%z")
    assert abs((end - start).total_seconds() - WEEK) < 120
    rollout.publish_policy()
    rollout.publish_records()
    assert rollout.check()["verdict"] in ("ok", "notice")
    assert todo(rollout.plan("--mode", "none")) == [
        "Keep mode none", "Remove the record", "Remove the policy"]


@pytest.fixture(scope="module")
def others(workspace):
    """Domains that are set up in an odd way, or by somebody hostile."""
    cases = [case for case in load_cases() if case.name in (
        "idn", "mx-strange-name", "mx-null", "dns-bogus-sts")]
    laboratory = Laboratory(
        workspace + "/setup-others", cases).create().start()
    yield laboratory
    laboratory.stop()


@pytest.mark.parametrize("domain, status, words", [
    ("b\u00fccher.test", 0, "xn--bcher-kva.test: to mode testing"),
    ("mx-strange-name.test", 1, 'is not the name of a host'),
    ("mx-null.test", 1, "takes no mail"),
    ("absent.test", 1, "does not exist"),
    ("dns-bogus-sts.test", 3, "_mta-sts cannot be looked up"),
    ("a\nb.test", 2, "is not the name of a domain"),
])
def test_others(others, ctl_program, domain, status, words):
    done = subprocess.run(
        [ctl_program, "setup", *others.options(), domain],
        capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == status, done.stderr
    assert words in done.stdout + done.stderr
    assert done.stdout.isascii()
