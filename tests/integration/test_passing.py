# SPDX-License-Identifier: BSD-2-Clause
"""Mail that is not for the filter, or not a report, passes untouched."""

import gzip
import json
import re

import pytest

import milterprotocol
import reportmail
from conftest import OLD, RELAYED
from daemon import RUA
from process import wait_for

CONTENT = set(milterprotocol.CONTENT) | {b"E"}


@pytest.fixture
def relay(mta, milter):
    relay = milterprotocol.Relay(mta.milters[RELAYED], milter.socket)
    yield relay
    relay.close()


def make_mail(seed=1, recipient=RUA):
    return reportmail.make_mail(
        "google", reportmail.make_report("google", seed), recipient)


def steps(relay):
    return {command for session in relay.sent_packets()
            for command, _ in session}


def test_other_mail_is_not_read(postfix, relay, count):
    code, _ = postfix.send(
        make_mail(), "alice@kiosk.test", "bob@kiosk.test", service=RELAYED)
    assert code == 250
    assert {b"O", b"R", b"T"} <= steps(relay)
    assert not steps(relay) & CONTENT
    wait_for("mail", lambda: postfix.read_mails("alice")
             and postfix.read_mails("bob"))
    assert count("v_report") == 0


def test_a_report_is_read(postfix, relay, count):
    assert postfix.send(make_mail(), RUA, service=RELAYED)[0] == 250
    assert CONTENT <= steps(relay)
    assert count("v_report") == 1


def test_an_old_protocol_shows_nothing_either(postfix, milter, count):
    """Without a DATA step the first header decides."""
    assert postfix.send(make_mail(), "postmaster@kiosk.test",
                        service=OLD)[0] == 250
    assert (count("v_report"), count("quarantine")) == (0, 0)
    assert postfix.send(make_mail(), RUA, service=OLD)[0] == 250
    assert count("v_report") == 1
    assert len(milter.log_lines("domain=")) == 1


def test_each_mail_of_a_session_is_judged_alone(postfix, relay, count):
    with postfix.open_session(RELAYED) as session:
        for recipient in (RUA, "alice@kiosk.test", RUA):
            session.sendmail("reports@example.net", [recipient],
                             make_mail(recipient=recipient))
    packets = relay.sent_packets()[-1]
    ends = [command for command, _ in packets if command in (b"T", b"E")]
    assert ends == [b"T", b"E", b"T", b"T", b"E"]
    assert count("v_report") == 1


def test_no_report(postfix, count):
    assert postfix.send(reportmail.make_plain_mail(RUA), RUA)[0] == 250
    wait_for("mail", lambda: postfix.read_mails("tls-rpt"))
    assert count("v_report") == 0
    assert count("quarantine") == 0


def broken_mail(damage):
    report = reportmail.make_report("google", 1)
    mail = reportmail.make_mail(
        "google", report, RUA, damage(json.dumps(report).encode()))
    return mail


DAMAGES = {
    "cut JSON": lambda text: text[:-20],
    "no report-id": lambda text: text.replace(b"report-id", b"rapport-id"),
    "no period": lambda text: text.replace(b"date-range", b"dates"),
    "long past": lambda text: re.sub(rb"20\d\d-", b"2015-", text),
    "four layers of gzip": lambda text: gzip.compress(gzip.compress(
        gzip.compress(text))),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_broken_report_is_kept_aside(postfix, query, count, damage):
    mail = broken_mail(damage)
    assert postfix.send(mail, RUA)[0] == 250
    wait_for("mail", lambda: postfix.read_mails("tls-rpt"))
    assert count("v_report") == 0
    (reason, message), = query("SELECT reason, message FROM tlsrpt.quarantine")
    assert reason
    assert message


def test_a_broken_report_is_kept_aside_once(postfix, count):
    mail = broken_mail(DAMAGES["cut JSON"])
    for _ in range(2):
        assert postfix.send(mail, RUA)[0] == 250
    assert count("quarantine") == 1
