# SPDX-License-Identifier: BSD-2-Clause
"""Postfix that reports about the mail its reports come in, day after day: what
is delivered is sent by Postfix, checked and stored by the daemon, and only the
time of it is moved."""

import datetime
import json
import os
import subprocess

import pytest

import reportmail
from daemon import READER, RUA, WRITER

DOMAIN = RUA.partition("@")[2]
OTHER = "shop.test"
# So many days ago the first mail was sent.
BEGIN = 8
VALID = os.path.join(
    os.path.dirname(__file__), "..", "parser", "fixtures", "valid")


def get_day(age):
    return (datetime.datetime.now(datetime.timezone.utc).date()
            - datetime.timedelta(days=age))


class LoopingPostfix:
    """Sends what tlsrpt-reporter makes of its sessions of the day before, each
    report in a session with the domain of the mailbox."""

    def __init__(self, name, real):
        self.name = name
        self.real = real
        self.delivered = {}

    def get_sessions(self, age):
        """By domain: real mail, and the reports that were sent that day."""
        sessions = dict(self.real(age))
        if self.delivered.get(age):
            sessions[DOMAIN] = (
                sessions.get(DOMAIN, 0) + self.delivered[age])
        return sessions

    def make_report(self, age, domain, count):
        day = get_day(age)
        return {
            "organization-name": self.name,
            "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                           "end-datetime": "%sT23:59:59Z" % day},
            "contact-info": "tls@%s.example" % self.name,
            "policies": [{
                "policy": {"policy-type": "sts", "policy-string": [
                    "version: STSv1", "mode: enforce"],
                    "policy-domain": domain},
                "summary": {"total-successful-session-count": count,
                            "total-failure-session-count": 0}}],
            "report-id": "%sT00:00:00Z_idx1_%s" % (day, domain)}

    def report(self, age, send):
        """On this day, about the one before."""
        for domain, count in self.get_sessions(age + 1).items():
            report = self.make_report(age + 1, domain, count)
            assert send(reportmail.make_mail(
                "postfix", report, RUA), RUA)[0] == 250
            self.delivered[age] = self.delivered.get(age, 0) + 1


@pytest.fixture
def ctl(ctl_program, cluster, database):
    def run(*words, user=READER):
        return subprocess.run(
            [ctl_program, *words, "-d", cluster.conninfo(database, user)],
            capture_output=True, text=True, check=True, timeout=60).stdout

    return run


@pytest.fixture
def roll_up(ctl, query):
    """As if an hour had gone by."""
    def run():
        query("UPDATE tlsrpt.job SET done_at = '-infinity'"
              " WHERE name = 'loops'")
        ctl("maintain", user=WRITER)

    return run


@pytest.fixture
def postfix(mta, start_milter):
    """Passes a daemon that leaves the roll-ups to the test."""
    start_milter(maintenance_interval=3600)
    return mta


@pytest.fixture
def live(postfix, query, roll_up):
    """A day of these senders; what came is moved to it."""
    def run(age, senders):
        for sender in senders:
            sender.report(age, postfix.send)
        query("UPDATE tlsrpt.report SET received_at = %s"
              " WHERE received_at > now() - interval '10 minutes'",
              "%s 09:00Z" % get_day(age))
        roll_up()

    return run


def list_loops(query):
    return query("SELECT organization_name, policy_domain, first_day, last_day,"
                 " days FROM tlsrpt.v_report_loop ORDER BY 1", user=READER)


def test_two_that_loop(live, query, ctl):
    """One has sent a single mail, the other one has customers elsewhere; a
    third does as it should."""
    small = LoopingPostfix(
        "small", lambda age: {DOMAIN: 1} if age == BEGIN else {})
    busy = LoopingPostfix(
        "busy", lambda age: {OTHER: 5 + age, **(
            {DOMAIN: 7} if age == BEGIN else {})})
    good = LoopingPostfix("good", lambda age: {DOMAIN: 2 + age % 3, OTHER: 1})
    good.get_sessions = good.real
    for age in range(BEGIN - 1, BEGIN - 6, -1):
        live(age, (small, busy, good))
        assert list_loops(query) == []
    # Reports of the fifth day, on the sixth.
    live(BEGIN - 6, (small, busy, good))
    days = (get_day(BEGIN - 1), get_day(BEGIN - 5), 5)
    assert list_loops(query) == [
        ("busy", DOMAIN, *days), ("small", DOMAIN, *days)]
    assert query("SELECT day, net_sessions FROM tlsrpt.v_daily_domain"
                 " WHERE organization_name = 'small' ORDER BY day",
                 user=READER) == [
        (get_day(age), int(age == BEGIN)) for age in range(BEGIN, BEGIN - 6, -1)]

    rows = {row["organization_name"]: row
            for row in json.loads(ctl("reporters", "--json"))}
    assert rows["good"]["note"] is None
    assert rows["small"]["note"].startswith(
        "Sessions of small (unauthenticated) with %s are its own report mail,"
        " since %s. Ask small"
        % (DOMAIN, days[0]))
    assert "tls@small.example, to send" in rows["small"]["note"]
    assert "smtp_tlsrpt_enable = no" in rows["small"]["note"]
    assert "own report mail" in ctl("reporters")
    mails = {row["policy_domain"]: row["report_mail_sessions"]
             for row in json.loads(ctl("summary", "--json"))}
    assert mails == {DOMAIN: 5 + 10, OTHER: 0}
    assert "report mail" in ctl("summary")

    # That is put right, and the loop is over.
    small.get_sessions = small.real
    live(BEGIN - 7, (small, busy, good))
    assert [loop[3] for loop in list_loops(query)] == [
        get_day(BEGIN - 6), get_day(BEGIN - 5)]


def test_no_sample_is_taken_for_a_loop(
        cluster, database, ctl_program, query, roll_up):
    """Also if each came on the day after its period."""
    places = [VALID, os.environ.get("TLSRPT_SAMPLES")]
    done = subprocess.run(
        [ctl_program, "import", *filter(None, places), "-d",
         cluster.conninfo(database, WRITER)],
        capture_output=True, text=True, check=False, timeout=60)
    assert "Sanitizer" not in done.stderr
    query("UPDATE tlsrpt.report"
          " SET received_at = period_end + interval '9 hours'")
    roll_up()
    assert query("SELECT sum(reports) FROM tlsrpt.daily_received")[0][0] > 20
    assert list_loops(query) == []
