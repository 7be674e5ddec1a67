# SPDX-License-Identifier: BSD-2-Clause
"""Forty days of three domains, and every mail that somebody gets."""

import datetime
import os
import subprocess

import pytest

import alerting
from alerting import (
    ALPHA, BETA, GAMMA, make_failure, make_mail, make_report)
from daemon import RUA, WRITER, write_config
from process import wait_for
from signing import AUTHSERV_ID

DAYS = 40
ONE, TWO, THREE = "one.test", "two.test", "three.test"
GOOD = 100000
EXPIRED = "certificate-expired"
# By day, domain and reporter; day N is reported on day N + 1.
FAILURES = {
    # A certificate expires. Beta notices it a day later.
    (10, ONE, ALPHA): [make_failure(EXPIRED, "mx.one.test", 3)],
    (11, ONE, ALPHA): [make_failure(EXPIRED, "mx.one.test", 4)],
    (11, ONE, BETA): [make_failure(
        "validation-failure", "mx.one.test", 5,
        **{"failure-reason-code": "X509_V_ERR_CERT_HAS_EXPIRED"})],
    (12, ONE, BETA): [make_failure(EXPIRED, "mx.one.test", 1)],
    # A policy does not name the new MX host, which costs mail.
    (16, TWO, ALPHA): [make_failure(
        "certificate-host-mismatch", "new.two.test", 20)],
    (17, TWO, ALPHA): [make_failure(
        "certificate-host-mismatch", "new.two.test", 30)],
    # The same certificate, a renewal later.
    (28, ONE, BETA): [make_failure(EXPIRED, "mx.one.test", 7)],
    # A flood.
    (33, TWO, ALPHA): [make_failure("tlsa-invalid", "mx%d.two.test" % i, 1)
                       for i in range(500)],
}
# By the day of arrival.
LATE = {21: make_failure(EXPIRED, "mx.one.test", 9)}
FORGED = {23: make_failure(EXPIRED, "mx.three.test", 9)}
SILENT_FROM = 20
# Who is told what on which day, and nothing else.
EXPECTED = {
    11: "TLS critical: the certificate has expired at mx.one.test",
    14: "TLS over: the certificate has expired at mx.one.test",
    17: "TLS critical: the certificate names another host at new.two.test",
    19: "TLS over: the certificate names another host at new.two.test",
    24: "TLS warning: a reporter has fallen silent: Gamma, about three.test",
    29: "TLS critical: the certificate has expired at mx.one.test",
    30: "TLS over: the certificate has expired at mx.one.test",
    34: "TLS critical: no TLSA record matches the certificate at mx0.two.test,"
        " and 49 more",
    35: "TLS over: no TLSA record matches the certificate at mx0.two.test, and"
        " 49 more",
}


class Story:
    """`today` of the database goes on day by day."""

    def __init__(self, query, directory, run):
        self.query = query
        self.directory = directory
        self.run = run
        self.start = alerting.yesterday() - datetime.timedelta(DAYS + 10)
        query("CREATE TABLE tlsrpt.test_clock AS SELECT %s::date AS day",
              self.start)
        query("CREATE OR REPLACE FUNCTION tlsrpt.today() RETURNS date"
              " LANGUAGE sql STABLE"
              " AS 'SELECT day FROM tlsrpt.test_clock'")
        query("GRANT SELECT ON tlsrpt.test_clock TO tlsrpt_owner")
        query("UPDATE tlsrpt.alert_clock SET day = %s", self.start)

    def day(self, number):
        return self.start + datetime.timedelta(number)

    def reports_of(self, number):
        """Of a day; a list of reporter, report and whether it is signed."""
        found = []
        for domain in (ONE, TWO, THREE):
            for reporter in (ALPHA, BETA, GAMMA):
                if reporter == GAMMA and (
                        domain != THREE or number >= SILENT_FROM):
                    continue
                found.append((reporter, make_report(
                    reporter, domain, self.day(number), GOOD,
                    FAILURES.get((number, domain, reporter), ())), True))
        return found

    def further_reports(self, number):
        for reports, domain, age, signed in (
                (LATE, ONE, 9, True), (FORGED, THREE, 1, False)):
            if number in reports:
                yield GAMMA, make_report(
                    GAMMA, domain, self.day(number - age), GOOD,
                    [reports[number]]), signed

    def begin_day(self, number):
        """The reports of the day before come in, and are looked at."""
        directory = self.directory / str(number)
        directory.mkdir()
        reports = [*self.reports_of(number - 1),
                   *self.further_reports(number)]
        for index, (reporter, report, signed) in enumerate(reports):
            (directory / ("%d.eml" % index)).write_bytes(
                make_mail(reporter, report, signed))
        self.run("import", str(directory))
        self.query("UPDATE tlsrpt.test_clock SET day = %s", self.day(number))
        # Pauses between mails are shorter than a day.
        self.query("UPDATE tlsrpt.alert_channel"
                   " SET next_attempt = '-infinity'")
        self.evaluate()

    def evaluate(self):
        """As the daemon does every few seconds."""
        self.query("SELECT tlsrpt.fold()", user=WRITER)
        # They came on the day after.
        self.query("UPDATE tlsrpt.daily_reporter"
                   " SET received_at = day + interval '30 hours'")
        while self.query("SELECT more FROM tlsrpt.evaluate_alerts()",
                         user=WRITER) == [(True,)]:
            pass


@pytest.fixture
def ctl(ctl_program, cluster, database, tmp_path, mta):
    config = write_config(str(tmp_path / "story.conf"), {
        "database": cluster.conninfo(database, WRITER),
        "report_addresses": [RUA],
        "dkim": "authres",
        "trusted_authserv_id": AUTHSERV_ID,
        "alert_mail": [alerting.ADMIN],
        "alert_mail_from": alerting.SENDER,
    })

    def run(*words, status=0):
        done = subprocess.run(
            [ctl_program, "-c", config, *words], capture_output=True,
            check=False, text=True, timeout=60,
            env={**os.environ, "MAIL_CONFIG": mta.config})
        assert done.returncode == status, done
        assert "Sanitizer" not in done.stderr
        return done.stdout

    return run


@pytest.fixture
def mails(mta, start_milter, ctl, query, tmp_path):
    """By day, what each brings."""
    # Mail of local programs, too, goes through the filter.
    start_milter(maintenance_interval=3600)
    mta.clear_mails()
    story = Story(query, tmp_path, ctl)
    found = {}
    for number in range(1, DAYS + 1):
        story.begin_day(number)
        told = ctl("alert", "deliver", "--once")
        if told:
            data, = wait_for(
                "mail", lambda: mta.read_mails(alerting.MAILBOX))
            found[number] = alerting.read_mail(data)
            mta.clear_mails()
    assert not mta.read_mails(alerting.MAILBOX)
    found["story"] = story
    return found


def test_forty_days(mails, query):
    story = mails.pop("story")
    assert {number: mail["Subject"] for number, mail in mails.items()} \
        == EXPECTED
    for mail in mails.values():
        assert mail["From"] == alerting.SENDER
        assert mail["To"] == alerting.ADMIN
        assert mail["X-Original-To"] == alerting.ADMIN
        assert mail["Return-Path"] == "<%s>" % alerting.SENDER
        assert max(map(len, mail.get_content().splitlines())) <= 76

    (title, facts), = alerting.read_paragraphs(mails[11])
    assert title == "CRITICAL: The certificate has expired"
    assert facts["Domain"] == ONE
    assert facts["MX"] == "mx.one.test"
    assert facts["Status"] == "new"
    assert facts["Since"].startswith(str(story.day(10)))
    assert facts["Failed"] == "3 of 200003 sessions, under 0.01 %"
    assert facts["Mail"].startswith("withheld in all of these sessions")
    assert facts["Reported by"] == "Alpha (signed by alpha.example)"
    assert facts["What to do"].startswith("Renew the certificate")
    assert facts["Acknowledge"] == "tlsreport alert ack 1"
    assert mails[11].get_content().startswith(
        "The certificate has expired at mx.one.test. Senders withhold mail.")

    text = " ".join(mails[14].get_content().split())
    assert "OVER: The certificate has expired at mx.one.test (13 of" in text
    assert "failed, %s to %s)" % (story.day(10), story.day(12)) in text
    assert "What to do" not in text

    (title, facts), = alerting.read_paragraphs(mails[24])
    assert (title, facts["Domain"], facts["Reporter"]) == (
        "WARNING: A reporter has fallen silent", THREE, "Gamma (signed by gamma.example)")
    assert facts["Since"].startswith(str(story.day(SILENT_FROM)))
    assert "Mail" not in facts and "Failed" not in facts

    (_, facts), = alerting.read_paragraphs(mails[29])
    assert facts["Status"] == "back after it was over"
    assert facts["Failed"] == "7 of 200007 sessions, under 0.01 %"
    assert facts["Acknowledge"] == "tlsreport alert ack 4"

    described = alerting.read_paragraphs(mails[34])
    assert [facts["MX"] for _, facts in described[:3]] == [
        "mx%d.two.test" % i for i in (0, 1, 10)]
    assert ["What to do" in facts for _, facts in described[:3]] == [
        True, False, False]
    text = mails[34].get_content()
    assert text.count("\n") < 100
    assert "And 27 more: see" in text
    assert query("SELECT count(*) FROM tlsrpt.alert") == [(53,)]
