# SPDX-License-Identifier: BSD-2-Clause
"""From a report to those who have to know, with real mail and commands."""

import contextlib
import itertools
import json
import os
import signal
import subprocess

import pytest

import alerting
from alerting import ALPHA, make_failure, make_mail, make_report
from daemon import READER, RUA, WRITER, write_config
from process import wait_for
from signing import AUTHSERV_ID

DONE, BAD, USAGE, UNAVAILABLE = range(4)
DOMAIN = "one.test"
# Characters that a shell would not leave alone.
ARGUMENT = "$(touch /tmp/no) `id` 'one' \"two\" \\ *;"
TRUSTING = {"dkim": "authres", "trusted_authserv_id": AUTHSERV_ID}


def expired(host="mx.one.test", count=7):
    return make_failure("certificate-expired", host, count)


@pytest.fixture
def config(cluster, database, tmp_path):
    """Writes a configuration with these options, each in a file of its own."""
    numbers = itertools.count()

    def write(**options):
        return write_config(str(tmp_path / ("%d.conf" % next(numbers))), {
            "database": cluster.conninfo(database, WRITER),
            "report_addresses": [RUA],
            "alert_mail_from": alerting.SENDER, **TRUSTING, **options})

    return write


@pytest.fixture
def program(tmp_path):
    """Makes a shell script."""
    def make(name, text):
        path = tmp_path / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)

    return make


@pytest.fixture
def environment(mta):
    mta.clear_mails()
    return {**os.environ, "MAIL_CONFIG": mta.config}


@pytest.fixture
def ctl(ctl_program, environment):
    def run(*words, status=DONE):
        done = subprocess.run(
            [ctl_program, *words], capture_output=True, check=False,
            text=True, timeout=60, env=environment)
        assert done.returncode == status, (words, done)
        assert "Sanitizer" not in done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def report(ctl, config, tmp_path, query):
    """Stores what ALPHA saw yesterday, and has it looked at."""
    def send(*failures, domain=DOMAIN, good=100000, age=0, **options):
        day = alerting.yesterday() - alerting.days(age)
        path = tmp_path / "report.eml"
        path.write_bytes(make_mail(ALPHA, make_report(
            ALPHA, domain, day, good, failures, **options)))
        configuration = config()
        ctl("import", "-c", configuration, str(path))
        ctl("maintain", "-c", configuration)

    return send


@pytest.fixture
def inbox(mta):
    """The mails to the administrator, once there are so many."""
    def read(count=1):
        wait_for("mail", lambda: len(
            mta.read_mails(alerting.MAILBOX)) >= count)
        mails = [alerting.read_mail(data)
                 for data in mta.read_mails(alerting.MAILBOX)]
        assert len(mails) == count
        return mails

    return read


@pytest.fixture
def filter_running(start_milter):
    """Local mail passes a daemon, too; it leaves the alerts to the test."""
    return start_milter(maintenance_interval=3600)


def let_try_again(query):
    query("UPDATE tlsrpt.alert_channel SET next_attempt = '-infinity'")


@contextlib.contextmanager
def running_deliverers(number, words, environment):
    """Whatever happens, none is left."""
    deliverers = [subprocess.Popen(
        [*words, "alert", "deliver"], env=environment,
        stdout=subprocess.PIPE, text=True) for _ in range(number)]
    try:
        yield deliverers
    finally:
        for deliverer in deliverers:
            deliverer.kill()
            deliverer.communicate()


@pytest.mark.usefixtures("filter_running")
class TestDelivery:
    def test_one_mail_by_two_deliverers(
            self, ctl_program, config, report, inbox, environment, query):
        path = config(alert_mail=[alerting.ADMIN])
        with running_deliverers(2, [ctl_program, "-c", path], environment) \
                as deliverers:
            report(expired())
            mail, = inbox()
            # Each has looked again.
            wait_for("pause", lambda: query(
                "SELECT waiting = 0 FROM tlsrpt.v_alert_channel")[0][0])
            query("SELECT pg_sleep(2.5)")
            for deliverer in deliverers:
                deliverer.send_signal(signal.SIGTERM)
            outputs = [deliverer.communicate(timeout=20)[0]
                       for deliverer in deliverers]
        assert [deliverer.returncode for deliverer in deliverers] == [0, 0]
        assert sorted(outputs) == ["", "mail: delivered 1 incident\n"]
        again, = inbox()
        assert again["Message-ID"] == mail["Message-ID"]

    def test_a_failure_is_seen_and_tried_again(
            self, ctl, config, report, inbox, program, query, cluster,
            database):
        report(expired())
        options = {"alert_mail": [alerting.ADMIN]}
        failing = config(**options, sendmail_path=program(
            "sendmail", "cat >/dev/null; echo 'queue is full' >&2\n"
            "printf '\\033[31mmore' >&2; exit 75\n"))
        problem = "exit status 75: queue is full"
        assert problem in ctl("alert", "deliver", "-o", "-c", failing,
                              status=BAD)
        # It is left alone for a while.
        assert ctl("alert", "deliver", "-o", "-c", failing) == ""
        assert problem in ctl("check-db", "-c", failing, status=BAD)
        assert problem in ctl("db", "status", "-d", cluster.conninfo(database))
        assert problem in ctl(
            "alert", "list", "-c", failing, "-d",
            cluster.conninfo(database, READER), status=BAD)
        let_try_again(query)
        working = config(**options)
        assert "delivered 1" in ctl("alert", "deliver", "-o", "-c", working)
        inbox()
        assert "alerts are delivered" in ctl("check-db", "-c", working)

    def test_told_again_after_a_crash(
            self, ctl, ctl_program, config, report, inbox, program, query,
            environment, tmp_path):
        report(expired())
        slow = config(alert_mail=[alerting.ADMIN], sendmail_path=program(
            "sendmail", "/usr/sbin/sendmail \"$@\" && touch %s/sent\n"
            "sleep 30\n" % tmp_path))
        with running_deliverers(1, [ctl_program, "-c", slow], environment):
            wait_for("sendmail", (tmp_path / "sent").exists)
        first, = inbox()
        path = config(alert_mail=[alerting.ADMIN])
        assert ctl("alert", "deliver", "-o", "-c", path) == ""
        query("UPDATE tlsrpt.alert_channel SET claimed_until = now()")
        assert "delivered 1" in ctl("alert", "deliver", "-o", "-c", path)
        assert [mail["Message-ID"] for mail in inbox(2)] == [
            first["Message-ID"]] * 2

    def test_addresses_are_no_options(
            self, ctl, config, report, program, tmp_path):
        """What sendmail(8) is called with, and not what mail servers that are
        lenient make of it."""
        report(expired())
        path = config(
            alert_mail=[alerting.ADMIN, '"a b"@kiosk.test'],
            sendmail_path=program("sendmail", "cat >/dev/null\n"
                                  'printf "%%s\\n" "$@" >%s/words\n' %
                                  tmp_path))
        assert "delivered 1 incident" in ctl("alert", "deliver", "-o", "-c", path)
        assert (tmp_path / "words").read_text().splitlines() == [
            "-i", "-f", alerting.SENDER, "--", alerting.ADMIN,
            '"a b"@kiosk.test']

    def test_command(self, ctl, config, report, program, tmp_path, query):
        path = config(alert_command=[program(
            "command", 'printf "%%s" "$1" >%s/argument; cat >%s/json\n' % (
                tmp_path, tmp_path)), ARGUMENT])
        report(expired(), make_failure("odd", "\"h\"\n$(id)", 1))
        assert "command: delivered 1" in ctl(
            "alert", "deliver", "-o", "-c", path)
        assert (tmp_path / "argument").read_text() == ARGUMENT
        news = json.loads((tmp_path / "json").read_text())
        incident, = news["incidents"]
        assert news["total"] == 1
        assert news["subject"] == \
            "TLS critical: the certificate has expired at mx.one.test"
        assert "\nCRITICAL: The certificate has expired\n" in news["text"]
        assert (incident["what"], incident["result_type"],
                incident["sample_domains"], incident["failed_sessions"],
                incident["reporters"]) == (
            "opened", "certificate-expired", [DOMAIN], 7, ["Alpha"])
        assert incident["opened_at"].endswith("Z")
        columns = {name for name, in query(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'v_incident' AND table_schema = 'tlsrpt'")}
        assert set(incident) == columns | {"what"}

    def test_a_name_that_is_not_the_signers(
            self, ctl, config, report, inbox, cluster, database):
        report(expired())
        shown = "Alpha (signed by alpha.example)"
        owner = cluster.conninfo(database)
        for words in ("alert", "list", "--each"), ("alert", "show", "1"), (
                "failures",), ("reports",), ("reporters",):
            text = ctl(*words, "-d", owner,
                       status=BAD if "list" in words else DONE)
            assert "signed by" in text and ALPHA in text, text
        for words in ("failures",), ("reports",), ("reporters",):
            row, = json.loads(ctl(*words, "--json", "-d", owner))
            assert row["organization_name"] == "Alpha"
            assert row["auth_domain"] == ALPHA
            assert "reporter" not in row
        assert "delivered 1" in ctl("alert", "deliver", "-o", "-c", config(
            alert_mail=[alerting.ADMIN]))
        mail, = inbox()
        assert shown in " ".join(mail.get_content().split())

    def test_trusted_signers(
            self, ctl, config, report, cluster, database, query):
        owner = cluster.conninfo(database)

        def count():
            return query("SELECT count(*) FROM tlsrpt.alert")[0][0]

        assert ctl(
            "signer", "distrust", "*", "-d", owner) == "Removed *.\n"
        assert "no trusted signer \"*\": see tlsreport signer list" in ctl(
            "signer", "distrust", "*", "-d", owner, status=BAD)
        report(expired())
        assert count() == 0
        assert json.loads(ctl("alert", "list", "--json", "-d", owner)) == []
        for _ in range(2):
            assert ctl("signer", "trust", "ALPHA.example.", "-d",
                       owner) == "Trusted alpha.example.\n"
        assert {"domain": ALPHA} in json.loads(
            ctl("signer", "list", "--json", "-d", owner))
        ctl("maintain", "-c", config())
        assert count() == 1

    def test_each_way_by_itself(
            self, ctl, config, report, inbox, program, query):
        report(expired())
        both = config(alert_mail=[alerting.ADMIN],
                      alert_command=[program("command", "exit 1\n")])
        text = ctl("alert", "deliver", "-o", "-c", both, status=BAD)
        assert "mail: delivered 1" in text and "exit status 1" in text
        let_try_again(query)
        program("command", "cat\n")
        assert ctl("alert", "deliver", "-o", "-c", both) == \
            "command: delivered 1 incident\n"
        inbox()

    def test_planted_text(self, ctl, config, report, inbox, query):
        """What a report says is in no header and at no place of its own."""
        host = "a\r\nBcc: everyone@kiosk.test\r\n\r\n\u202e\u001b[31m<b>"
        report(make_failure("sts-policy-evil\r\nSubject: x", host, 7),
               expired(host))
        path = config(alert_mail=[alerting.ADMIN])
        ctl("alert", "deliver", "-o", "-c", path)
        mail, = inbox()
        assert mail["Bcc"] is None and len(mail.get_all("Subject")) == 1
        text = mail.get_content()
        assert "\u202e" not in text and "\x1b" not in text
        assert all(line.isprintable() for line in text.splitlines())
        assert mail["Subject"].isascii()
        assert len(alerting.read_paragraphs(mail)) == 2

    def test_many_domains(self, ctl, config, query, inbox):
        """Two thousand domains behind three hosts are three incidents, and a
        mail that fits two screens."""
        query("INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain,"
              " result_type, receiving_mx_hostname, organization_name, state,"
              " severity, first_day, last_day, failed_sessions,"
              " withheld_sessions, all_sessions, reporters, incident_id)"
              " SELECT i, 'certificate-expired', 'd' || i || '.test',"
              " 'certificate-expired', 'mx' || mod(i, 3) || '.test', '', 'open',"
              " 'critical', current_date, current_date, i, 0, 5000, '{A}',"
              " mod(i, 3) + 1"
              " FROM generate_series(1, 2000) AS i")
        path = config(alert_mail=[alerting.ADMIN])
        assert "delivered 3" in ctl("alert", "deliver", "-o", "-c", path)
        mail, = inbox()
        paragraphs = alerting.read_paragraphs(mail)
        assert [facts["MX"] for _, facts in paragraphs] == [
            "mx2.test", "mx1.test", "mx0.test"]
        assert all("666" in facts["Domain"] or "667" in facts["Domain"]
                   for _, facts in paragraphs)
        assert mail.get_content().count("\n") < 60
        assert mail["Subject"] == (
            "TLS critical: the certificate has expired at mx2.test for 667"
            " domains, and 2 more")

    def test_the_figures_are_those_of_the_moment(
            self, ctl, config, report, inbox):
        report(expired(count=1))
        report(expired(count=700), age=1)
        ctl("alert", "deliver", "-o", "-c", config(
            alert_mail=[alerting.ADMIN]))
        mail, = inbox()
        (_, facts), = alerting.read_paragraphs(mail)
        assert facts["Failed"].startswith("701 of 200701")

    def test_over_before_it_was_told(self, ctl, config, report):
        report(expired(), age=1)
        report(age=0)
        assert ctl("alert", "deliver", "-o", "-c", config(
            alert_mail=[alerting.ADMIN])) == ""

    def test_why_and_where(self, ctl, config, report, inbox):
        """The remedy speaks of a reason code: there it is."""
        report(make_failure(
            "validation-failure", "mx.one.test", 7,
            **{"failure-reason-code": "MX_MISMATCH",
               "receiving-ip": "192.0.2.7"}))
        ctl("alert", "deliver", "-o", "-c", config(
            alert_mail=[alerting.ADMIN]))
        mail, = inbox()
        (_, facts), = alerting.read_paragraphs(mail)
        assert facts["Reason"] == "MX_MISMATCH"
        assert facts["Address"] == "192.0.2.7"

    def test_a_test(self, ctl, config, inbox, program):
        path = config(alert_mail=[alerting.ADMIN],
                      alert_command=[program("command", "cat\n")])
        assert ctl("alert", "test", "-c", path) == \
            "mail: delivered a test\ncommand: delivered a test\n"
        mail, = inbox()
        assert mail["Subject"] == \
            "TLS warning: this is a test for test.invalid"


def test_from_a_report_to_a_mail(
        mta, start_milter, config, ctl_program, inbox, environment):
    """As installed: a report that arrives is told within ten seconds."""
    start_milter(maintenance_interval=5, **TRUSTING)
    deliverer = alerting.Deliverer(
        mta.directory + "/deliverer", ctl_program,
        config(alert_mail=[alerting.ADMIN]), mta.config)
    deliverer.create().start()
    try:
        mail = make_mail(ALPHA, make_report(
            ALPHA, DOMAIN, alerting.yesterday(), 100000, [expired()]))
        assert mta.send(mail, RUA)[0] == 250
        wait_for("alert", lambda: mta.read_mails(alerting.MAILBOX),
                 timeout=10)
    finally:
        assert deliverer.stop() == 0
    mail, = inbox()
    assert mail["Subject"] == \
        "TLS critical: the certificate has expired at mx.one.test"
    assert deliverer.read_log() == "mail: delivered 1 incident\n"
