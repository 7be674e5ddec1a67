# SPDX-License-Identifier: BSD-2-Clause
"""Which recipients make a mail a report's, and what becomes of them."""

import pytest

import reportmail
from daemon import RUA
from process import wait_for

OURS = (
    "<TLS-RPT@KIOSK.TEST>",
    "<tls-rpt+google@kiosk.test>",
    '<"tls-rpt"@kiosk.test>',
    '<"tls\\-rpt"@Kiosk.Test>',
    "tls-rpt@kiosk.test",
)
OTHERS = (
    "<tls-rptx@kiosk.test>",
    "<xtls-rpt@kiosk.test>",
    '<"tls-rpt "@kiosk.test>',
    "<tls@kiosk.test>",
    "<alice+tls-rpt@kiosk.test>",
)


def make_mail(seed=1):
    return reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)


def send_to(postfix, *recipients):
    """smtplib would tidy the addresses."""
    with postfix.open_session() as session:
        session.docmd("MAIL", "FROM:<reports@example.net>")
        for recipient in recipients:
            code, text = session.docmd("RCPT", "TO:" + recipient)
            assert code == 250, text
        code, text = session.data(make_mail())
        assert code == 250, text


@pytest.mark.parametrize("recipient", OURS)
def test_ours(postfix, count, recipient):
    send_to(postfix, recipient)
    assert count("v_report") == 1


@pytest.mark.parametrize("recipient", OTHERS)
def test_others(postfix, count, recipient):
    send_to(postfix, recipient)
    assert count("v_report") == 0


@pytest.mark.parametrize("recipients", (
    [OURS[0], "<alice@kiosk.test>"], ["<alice@kiosk.test>", OURS[0]],
    ["<alice@kiosk.test>", OURS[1], "<bob@kiosk.test>"]))
def test_ours_among_others(postfix, count, recipients):
    send_to(postfix, *recipients)
    assert count("v_report") == 1


def test_a_whole_domain(mta, start_milter, count):
    start_milter(report_addresses=["@kiosk.test"])
    send_to(mta, "<alice@kiosk.test>")
    assert count("v_report") == 1


def test_addresses_from_a_file(mta, start_milter, workspace, count):
    path = workspace + "/addresses"
    with open(path, "w") as file:
        file.write("# rua\nalice@kiosk.test\n")
    start_milter(report_address_file=path)
    send_to(mta, "<alice@kiosk.test>")
    assert count("v_report") == 1


def test_a_local_part_in_utf_8(mta, start_milter, count):
    start_milter(report_addresses=["m\u00fcller@kiosk.test"])
    with mta.open_session() as session:
        session.command_encoding = "utf-8"
        session.docmd("MAIL", "FROM:<reports@example.net> SMTPUTF8")
        for recipient in ("<M\u00fcller+x@kiosk.test>", "<alice@kiosk.test>"):
            code, text = session.docmd("RCPT", "TO:" + recipient)
            assert code == 250, text
        assert session.data(make_mail())[0] == 250
    assert count("v_report") == 1


class TestDiscard:
    """after_store = "discard"."""

    @pytest.fixture
    def milter(self, start_milter):
        return start_milter(after_store="discard")

    def arrivals(self, postfix):
        """Who got mail, once the mail sent last has come."""
        marker = reportmail.make_plain_mail("bob@kiosk.test", "marker")
        assert postfix.send(marker, "bob@kiosk.test")[0] == 250
        wait_for("marker", lambda: any(
            b"marker" in mail for mail in postfix.read_mails("bob")))
        return {path.split("/")[-3] for path in postfix.mail_paths("*")
                if b"marker" not in open(path, "rb").read()}

    def test_sole_recipient(self, postfix, count):
        send_to(postfix, OURS[0])
        assert count("v_report") == 1
        assert self.arrivals(postfix) == set()

    @pytest.mark.parametrize("recipient", OURS)
    def test_mixed_recipients(self, postfix, count, recipient):
        send_to(postfix, "<alice@kiosk.test>", recipient,
                "<carol@kiosk.test>")
        wait_for("mail", lambda: postfix.read_mails("everyone"))
        assert count("v_report") == 1
        assert self.arrivals(postfix) == {"alice", "everyone"}

    def test_several_of_ours(self, postfix, milter, count):
        milter.write_config(report_addresses=[RUA, "alice@kiosk.test"])
        milter.reload()
        send_to(postfix, OURS[0], "<carol@kiosk.test>", OURS[1],
                "<alice@kiosk.test>")
        wait_for("mail", lambda: postfix.read_mails("everyone"))
        assert count("v_report") == 1
        assert self.arrivals(postfix) == {"everyone"}

    def test_a_duplicate_goes_too(self, postfix, count):
        send_to(postfix, OURS[0])
        send_to(postfix, OURS[0])
        assert count("v_report") == 1
        assert self.arrivals(postfix) == set()

    def test_what_is_no_report_stays(self, postfix):
        mail = reportmail.make_plain_mail(RUA)
        assert postfix.send(mail, RUA)[0] == 250
        assert wait_for("mail", lambda: postfix.read_mails("tls-rpt"))

    def test_a_broken_report_stays(self, postfix, count):
        report = reportmail.make_report("google", 1)
        mail = reportmail.make_mail("google", report, RUA, b"{")
        assert postfix.send(mail, RUA)[0] == 250
        assert wait_for("mail", lambda: postfix.read_mails("tls-rpt"))
        assert count("quarantine") == 1
