# SPDX-License-Identifier: BSD-2-Clause
"""Sixty days of twelve domains in mode testing, whose reports say what a real
sender saw: it loses no mail where enforcing was advised, and would have where
it was not."""

import datetime
import json
import os
import subprocess

import pytest

import reportmail
import signing
import stssender
from daemon import READER, RUA, WRITER, write_config

DAYS = 60
# Who reports in whose manner, of what the one sender saw.
REPORTERS = {"google.com": "google", "stalwart.example": "stalwart"}
# A day for which the database is told that it is today.
TODAY = """
    CREATE OR REPLACE FUNCTION tlsrpt.today() RETURNS date LANGUAGE sql STABLE
    RETURN coalesce(nullif(current_setting('test.today', true), '')::date,
      (now() AT TIME ZONE 'UTC')::date)
"""
pytestmark = pytest.mark.skipif(
    stssender.PLUGIN is None or os.getuid() != 0,
    reason="needs root and postfix-mta-sts-resolver")


class Scene:
    """A domain; `servers` gives the set-ups of its hosts on a day, in the
    order in which senders take them; `enforce` is the first day on which
    enforcing is advised, None: never."""

    def __init__(self, servers, enforce, reporters=2, every=1, covers=None):
        self.servers = servers
        self.enforce = enforce
        self.reporters = list(REPORTERS.items())[:reporters]
        self.every = every
        self.covers = covers or (lambda day: ("mx1", "mx2"))


def until(day, fault):
    return lambda now: {"mx1": fault if now <= day else "fine"}


def on(days, fault):
    return lambda now: {"mx1": fault if now in days else "fine"}


def second_is_broken(day):
    """Both are used in turn; now and then the good one is away."""
    hosts = {"mx1": "fine" if day % 10 else "absent", "mx2": "expired"}
    return hosts if day % 2 else dict(reversed(hosts.items()))


SCENES = {
    "fine": Scene(lambda day: {"mx1": "fine"}, 15),
    "expired": Scene(until(20, "expired"), 35),
    "name": Scene(until(25, "name"), 40),
    "self-signed": Scene(until(DAYS, "self-signed"), None),
    "other-issuer": Scene(until(9, "other-issuer"), 24),
    "bare": Scene(until(30, "bare"), 45),
    "second-broken": Scene(second_is_broken, None),
    "first-away": Scene(lambda day: {
        "mx1": "fine" if day % 5 else "absent", "mx2": "fine"}, 15),
    "comes-and-goes": Scene(on(range(9, DAYS + 1, 9), "expired"), None),
    "some-days": Scene(on((5, 18, 24), "other-issuer"), 39),
    "not-in-policy": Scene(
        lambda day: {"mx2": "second"}, 37,
        covers=lambda day: ("mx1",) if day <= 22 else ("mx1", "mx2")),
    "one-reporter": Scene(lambda day: {"mx1": "fine"}, None, reporters=1),
}


class Domain:
    """What a scene is on a day."""

    def __init__(self, name, scene):
        self.name = name + ".test"
        self.scene = scene
        self.hosts = ["%s.%s" % (label, self.name) for label in ("mx1", "mx2")]

    def publish(self, day, mode="testing"):
        servers = tuple(("%s.%s" % (label, self.name), set_up) for
                        label, set_up in self.scene.servers(day).items())
        return (servers, mode, tuple("%s.%s" % (label, self.name) for
                                     label in self.scene.covers(day)))


DOMAINS = {one.name: one for one in (
    Domain(name, scene) for name, scene in SCENES.items())}


def make_report(domain, reporter, date, sessions):
    failures = [{"result-type": result_type, "receiving-mx-hostname": host,
                 "sending-mta-ip": "192.0.2.1", "failed-session-count": count}
                for (host, result_type), count in sessions.items()
                if result_type is not None]
    failed = sum(one["failed-session-count"] for one in failures)
    return {
        "organization-name": reporter,
        "contact-info": "postmaster@" + reporter,
        "report-id": "%s-%s-%s" % (date, domain, reporter),
        "date-range": {"start-datetime": "%sT00:00:00Z" % date,
                       "end-datetime": "%sT23:59:59Z" % date},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": domain,
                       "policy-string": ["version: STSv1", "mode: testing",
                                         "max_age: 86400"]},
            "summary": {
                "total-successful-session-count":
                    sum(sessions.values()) - failed,
                "total-failure-session-count": failed},
            "failure-details": failures}]}


def make_signature(signer, key):
    """With what our own mail server says of it, which has verified it."""
    mail = reportmail.make_mail(
        REPORTERS[signer], make_report("a.test", signer, Months.date(0), {}),
        RUA)
    signed = signing.sign(mail, signer, key)
    return b"".join((
        ("Authentication-Results: %s; dkim=pass header.d=%s header.s=%s\r\n"
         % (signing.AUTHSERV_ID, signer, signing.SELECTOR)).encode(),
        signed[:-len(mail)]))


class Months:
    """Lets one day after the other pass, up to today."""

    def __init__(self, world, query, program, directory, conninfo, key):
        self.world = world
        self.query = query
        self.program = program
        self.directory = directory
        self.config = write_config(directory + "/tlsrpt.conf", {
            "database": conninfo, "dkim": "authres",
            "trusted_authserv_id": signing.AUTHSERV_ID})
        self.signatures = {signer: make_signature(signer, key)
                           for signer in REPORTERS}
        # By what a domain had published: whether enforcing loses mail, and
        # how many sessions of each kind the sender had with it.
        self.seen = {}
        self.verdicts = {name: {} for name in DOMAINS}
        query(TODAY)

    @staticmethod
    def date(day):
        return datetime.datetime.now(datetime.timezone.utc).date() - \
            datetime.timedelta(days=DAYS - day)

    def send(self, day):
        """As in mode testing: nothing is lost, and all is noticed. Of what was
        so before, it would notice the same."""
        published = {name: one.publish(day) for name, one in DOMAINS.items()}
        new = [name for name in DOMAINS
               if published[name] not in self.seen]
        if not new:
            return
        self.world.publish(published)
        outcome = self.world.sender.deliver([
            (way, name) for name in new for way in stssender.WAYS])
        for name in new:
            assert outcome["sending", name][0], outcome
            delivered, lines = outcome["judging", name]
            sessions = stssender.count_sessions(lines, DOMAINS[name].hosts)
            assert sessions, lines
            self.seen[published[name]] = (not delivered, sessions)

    def loses(self, name, day):
        return self.seen[DOMAINS[name].publish(day)][0]

    def report(self, day):
        directory = "%s/%d" % (self.directory, day)
        os.mkdir(directory)
        for name, domain in DOMAINS.items():
            _, sessions = self.seen[domain.publish(day)]
            for signer, style in domain.scene.reporters:
                report = make_report(name, signer, self.date(day), sessions)
                with open("%s/%s-%s" % (directory, name, style), "wb") as file:
                    file.write(self.signatures[signer] + reportmail.make_mail(
                        style, report, RUA))
        return self.run("import", directory)

    def run(self, *words):
        done = subprocess.run(
            [self.program, "-c", self.config, *words], capture_output=True,
            text=True, check=False, timeout=60)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done.stdout

    def read_verdicts(self, day):
        """In the morning, when the reports about yesterday have come."""
        self.query("SET test.today = '%s'" % self.date(day))
        rows = self.query("SELECT policy_domain, verdict, authenticated"
                          " FROM tlsrpt.v_rollout")
        assert len(rows) == len(DOMAINS)
        assert all(authenticated for _, _, authenticated in rows)
        for name, verdict, _ in rows:
            self.verdicts[name][day] = verdict

    def get_news(self, day):
        """Whose verdict is another one since yesterday; at the end, all."""
        return [name for name, verdicts in self.verdicts.items()
                if day == DAYS
                or verdicts[day] != verdicts.get(day - 1)]

    def enforce(self, names, day):
        """Really: the owner publishes so, and the sender sees it. Whether each
        got its mail."""
        if not names:
            return {}
        self.world.publish({
            name: one.publish(day, "enforce" if name in names else "testing")
            for name, one in DOMAINS.items()})
        outcome = self.world.sender.deliver(
            [("sending", name) for name in names])
        return {name: outcome["sending", name][0] for name in names}

    def pass_day(self, day):
        self.send(day)
        if day > 1:
            self.read_verdicts(day)
            for name, arrives in self.enforce(
                    self.get_news(day), day).items():
                assert arrives != self.loses(name, day), (name, day)
                if self.verdicts[name][day] == "enforce-now":
                    assert arrives, (name, day)
        self.report(day)


@pytest.fixture
def world(workspace):
    started = stssender.World(
        workspace + "/rollout", list(DOMAINS),
        [host for one in DOMAINS.values() for host in one.hosts])
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture
def months(world, query, ctl_program, cluster, database, key, tmp_path):
    passing = Months(world, query, ctl_program, str(tmp_path),
                     cluster.conninfo(database, WRITER), key)
    for day in range(1, DAYS + 1):
        passing.pass_day(day)
    return passing


def test_real_sender(months, cluster, database):
    first = {name: min((day for day, verdict in verdicts.items()
                        if verdict == "enforce-now"), default=None)
             for name, verdicts in months.verdicts.items()}
    for name, verdicts in months.verdicts.items():
        assert set(verdicts.values()) <= {"keep-testing", "enforce-now"}
        for day, verdict in verdicts.items():
            later = range(day, DAYS + 1)
            if verdict == "enforce-now":
                assert not any(months.loses(name, one) for one in later)
            elif first[name] or name != "one-reporter.test":
                # Too new, or mail would have been lost of late.
                recent = range(max(1, day - 14), day + 1)
                assert day < 15 or any(
                    months.loses(name, one) for one in recent), (name, day)
    assert first == {name: one.scene.enforce for name, one in DOMAINS.items()}
    advised = json.loads(months.run(
        "advise", "--json", "--no-probe", "-d",
        cluster.conninfo(database, READER)))
    assert {row["policy_domain"]: row["verdict"] for row in advised} == {
        name: verdicts[DAYS] for name, verdicts in months.verdicts.items()}
