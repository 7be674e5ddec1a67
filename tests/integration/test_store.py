# SPDX-License-Identifier: BSD-2-Clause
"""What arrives by SMTP is stored with the numbers that were sent."""

import socket
import time

import pytest

import comparison
import reportmail
from daemon import RUA
from demo import MAILS, read_sample
from process import wait_for


@pytest.mark.parametrize("name, style, age", MAILS)
def test_demo_mails(postfix, query, name, style, age):
    mail = reportmail.make_mail_of_text(style, read_sample(name, age), RUA)
    assert postfix.send(mail, RUA)[0] == 250
    reports = comparison.expected_reports(mail)
    assert reports
    assert comparison.stored_rows(query) == comparison.expected_rows(reports)


def test_the_mail_still_arrives(postfix):
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 1), RUA)
    assert postfix.send(mail, RUA)[0] == 250
    delivered = wait_for(
        "mail", lambda: postfix.read_mails("tls-rpt"))
    assert len(delivered) == 1
    assert delivered[0].endswith(mail.replace(b"\r\n", b"\n"))


def test_many_mails_in_one_session(postfix, count):
    with postfix.open_session() as session:
        for seed in range(20):
            mail = reportmail.make_mail(
                "google", reportmail.make_report("google", seed), RUA)
            session.sendmail("reports@example.net", [RUA], mail)
    assert count("v_report") == 20


def test_reset_between_mails(postfix, count):
    mails = [reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)
        for seed in range(2)]
    with postfix.open_session() as session:
        session.mail("reports@example.net")
        session.rcpt(RUA)
        session.rset()
        session.sendmail(
            "reports@example.net", ["alice@kiosk.test"], mails[0])
        assert count("v_report") == 0
        session.sendmail("reports@example.net", [RUA], mails[1])
    assert count("v_report") == 1


STAGES = (
    [], [b"MAIL FROM:<a@example.net>"], [b"RCPT TO:<%s>" % RUA.encode()],
    [b"DATA"], [b"Subject: report\r\n"], [b"\r\nno end of it"],
)


def test_given_up_at_every_stage(postfix, milter, count):
    """By a reset, which is text within DATA, or by an end of the
    connection."""
    for stages in range(len(STAGES) + 1):
        for end in (b"RSET\r\nNOOP\r\n", b""):
            with socket.create_connection(
                    ("127.0.0.1", postfix.port), 20) as peer:
                for line in [b"EHLO x", *sum(STAGES[:stages], [])]:
                    peer.sendall(line + b"\r\n")
                    time.sleep(0.01)
                peer.sendall(end)
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 1), RUA)
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1
    assert count("quarantine") == 0


def test_one_log_line_for_a_report(postfix, milter):
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 1, "kiosk.test"), RUA)
    _, text = postfix.send(mail, RUA)
    queue_id = text.split()[-1]
    line, = wait_for("log line", lambda: milter.log_lines(r"\bstored\b"))
    assert queue_id + ": stored domain=kiosk.test" in line
    assert 'org="Google Inc."' in line
    assert "_kiosk.test" in line


def test_local_submission(postfix, count):
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 1), RUA)
    done = postfix.sendmail(
        mail.replace(b"\r\n", b"\n"), "reports@example.net", RUA)
    assert done.returncode == 0, done.stderr
    wait_for("report", lambda: count("v_report") == 1)
