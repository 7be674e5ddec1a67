# SPDX-License-Identifier: BSD-2-Clause
"""Behind Sendmail, with the line of conf/sendmail.mc, every verdict comes out
as it does behind Postfix."""

import re
import socket

import pytest

import reportmail
from daemon import RUA
from process import wait_for

ALICE = "alice@kiosk.test"
TRUSTED = "verifier.kiosk.test"
SIGNED = ("Authentication-Results: %s; dkim=pass header.d=google.com\r\n"
          "DKIM-Signature: v=1; a=rsa-sha256; d=google.com; s=s1;"
          " h=from:content-type; bh=AA==; b=AA==\r\n" % TRUSTED).encode()
VERDICT = ": ([a-z-]+) (?:domain|reason)="


def make_mail(seed=1, data=None, **options):
    report = reportmail.make_report("google", seed, **options)
    return reportmail.make_mail("google", report, RUA, data)


@pytest.fixture
def server(sendmail):
    sendmail.clear_mails()
    return sendmail


@pytest.fixture
def milter(server, start_milter):
    return start_milter()


def send(server, mail, *recipients, code=250):
    assert server.send(mail, *recipients or [RUA])[0] == code


def words(milter, number):
    """The verdicts in the log, once there are as many."""
    wait_for("log lines", lambda: len(milter.log_lines(VERDICT)) >= number)
    return [re.search(VERDICT, line)[1]
            for line in milter.log_lines(VERDICT)]


def test_stored_and_mailed(server, milter, count):
    send(server, make_mail())
    assert count("v_report") == 1
    delivered, = wait_for("mail", lambda: server.read_mails("tls-rpt"))
    assert delivered.endswith(make_mail().replace(b"\r\n", b"\n"))
    assert words(milter, 1) == ["stored"]


def test_duplicate(server, milter, count):
    for _ in range(2):
        send(server, make_mail())
    assert count("v_report") == 1
    assert words(milter, 2) == ["stored", "duplicate"]


def test_conflict(server, start_milter, query):
    milter = start_milter(dkim="authres", trusted_authserv_id=TRUSTED)
    for seed in (1, 2):
        send(server, SIGNED + make_mail(seed, domain="d.example"))
    assert query("SELECT auth_domain FROM tlsrpt.v_report") == [
        ("google.com",)]
    assert query("SELECT reason FROM tlsrpt.quarantine") == [("conflict",)]
    assert words(milter, 2) == ["stored", "conflict"]


def test_refused(server, milter, count):
    send(server, make_mail(data=b'{"report-id":'))
    assert wait_for("mail", lambda: server.read_mails("tls-rpt"))
    assert count("quarantine") == 1
    assert words(milter, 1) == ["refused"]


def test_no_report(server, milter, count):
    send(server, reportmail.make_plain_mail(RUA))
    assert wait_for("mail", lambda: server.read_mails("tls-rpt"))
    assert count("quarantine") == count("v_report") == 0


def test_other_mail(server, milter, count):
    send(server, make_mail(), ALICE)
    assert wait_for("mail", lambda: server.read_mails("alice"))
    assert count("v_report") == 0


def test_spooled_and_stored(server, milter, cluster, count):
    cluster.stop()
    try:
        send(server, make_mail())
        assert words(milter, 1) == ["spooled"]
    finally:
        cluster.start()
    wait_for("replay", lambda: count("v_report"))


def test_unavailable(server, start_milter, cluster, count):
    milter = start_milter(on_store_failure="tempfail")
    cluster.stop()
    try:
        code, text = server.send(make_mail(), RUA)
        assert (code, text[:5]) == (451, "4.3.0")
        assert words(milter, 1) == ["unavailable"]
    finally:
        cluster.start()
    send(server, make_mail())
    assert count("v_report") == 1
    assert len(wait_for("mail", lambda: server.read_mails("tls-rpt"))) == 1


def test_discarded(server, start_milter, count):
    start_milter(after_store="discard")
    send(server, make_mail(1))
    send(server, make_mail(2), RUA, ALICE)
    assert count("v_report") == 2
    assert wait_for("mail", lambda: server.read_mails("alice"))
    assert not server.read_mails("tls-rpt")


def test_without_the_daemon(server, milter, count):
    milter.stop()
    send(server, make_mail(), code=451)
    milter.start()
    send(server, make_mail())
    assert count("v_report") == 1


def test_a_session_of_everything(server, milter, count):
    """Several mails, some abandoned, and a connection that breaks."""
    with server.open_session() as session:
        for seed in range(5):
            session.mail("reports@example.net")
            session.rcpt(RUA)
            session.rset()
            session.sendmail("reports@example.net", [RUA], make_mail(seed))
    session = server.open_session()
    session.mail("reports@example.net")
    session.rcpt(RUA)
    session.putcmd("data")
    session.getreply()
    session.send(make_mail(9)[:-100])
    session.sock.shutdown(socket.SHUT_RDWR)
    session.close()
    send(server, make_mail(10))
    assert count("v_report") == 6


@pytest.mark.parametrize("recipient", (
    "<TLS-RPT@KIOSK.TEST>", '<"tls-rpt"@kiosk.test>',
    "<tls-rpt+google@kiosk.test>"))
def test_recipients(server, milter, count, recipient):
    with server.open_session() as session:
        session.docmd("MAIL", "FROM:<reports@example.net>")
        assert session.docmd("RCPT", "TO:" + recipient)[0] == 250
        assert session.data(make_mail())[0] == 250
    assert count("v_report") == 1
