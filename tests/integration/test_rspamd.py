# SPDX-License-Identifier: BSD-2-Clause
"""rspamd in front says who has signed."""

import pytest

from daemon import RUA
from postfix import PrivatePostfix
from process import wait_for
from rspamd import PrivateRspamd
from signing import AUTHSERV_ID, sign
from test_authentication import FORGERIES, make_mail


@pytest.fixture(scope="module")
def rspamd(workspace, unpacked, resolver):
    server = PrivateRspamd(workspace + "/rspamd", unpacked)
    server.create().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(workspace, rspamd):
    postfix = PrivatePostfix(
        workspace + "/behind", [[rspamd.socket, workspace + "/a/m.sock"]])
    postfix.create().start()
    yield postfix
    postfix.stop()


@pytest.fixture
def send(server, start_milter, query):
    """Sends mails and gives who signed the reports that are stored."""
    start_milter(dkim="authres", trusted_authserv_id=AUTHSERV_ID)

    def run(*mails):
        for mail in mails:
            assert server.send(mail, RUA)[0] == 250
        return query("SELECT auth_domain, successful_sessions::integer"
                     " FROM tlsrpt.v_report ORDER BY 2")

    return run


def test_signed(send, key):
    assert send(sign(make_mail(), "google.com", key)) == [("google.com", 7)]


def test_key_for_reports_alone(send, key):
    mail = make_mail(contact="reports@tlsrpt.example")
    assert send(sign(mail, "tlsrpt.example", key)) == [("tlsrpt.example", 7)]


def test_forged(send, server, key):
    """It also takes away what others wrote in its name."""
    mails = [forge(make_mail(number, number), key)
             for number, forge in enumerate(FORGERIES.values())]
    server.clear_mails()
    assert send(*mails) == [("", number) for number in range(len(FORGERIES))]
    wait_for("mails", lambda: len(
        server.read_mails("everyone")) == len(FORGERIES))
    assert all(mail.count(b"Authentication-Results: ") == 1
               for mail in server.read_mails("everyone"))
