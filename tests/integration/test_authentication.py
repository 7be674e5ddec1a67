# SPDX-License-Identifier: BSD-2-Clause
"""A report counts as somebody's when he has signed it, and nobody can put
numbers under another name."""

import concurrent.futures
import socket
import subprocess
import threading
import time

import pytest

import databasefaults
import reportmail
import signing
from daemon import RUA, write_config
from postfix import PrivatePostfix
from process import wait_for
from signing import AUTHSERV_ID, BROKEN, sign

PASS = ("Authentication-Results: %s; dkim=pass header.d=google.com"
        " header.s=s1\r\n" % AUTHSERV_ID).encode()
# The smtpd services by what is in front of the daemon.
VERIFIED, BARE = range(2)


@pytest.fixture(scope="module")
def opendkim(workspace, records):
    server = signing.PrivateOpendkim(workspace + "/dkim", records)
    server.create().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(workspace, opendkim):
    socket = workspace + "/a/m.sock"
    postfix = PrivatePostfix(
        workspace + "/authenticated", [[opendkim.socket, socket], socket])
    postfix.create().start()
    yield postfix
    postfix.stop()


@pytest.fixture
def start(server, start_milter):
    server.clear_mails()

    def run(**options):
        return start_milter(**{
            "dkim": "authres", "trusted_authserv_id": AUTHSERV_ID, **options})

    return run


@pytest.fixture
def start_verifier(start, resolver):
    return lambda **options: start(
        dkim="verify", resolv_conf=resolver.resolv_conf, **options)


@pytest.fixture
def signers(query):
    """Who signed the reports that are stored, and with how many sessions."""
    return lambda: sorted(query(
        "SELECT auth_domain, authenticated, successful_sessions::integer"
        " FROM tlsrpt.v_report"))


def make_mail(seed=1, sessions=7, contact=None):
    report = reportmail.make_report("google", seed, failures=0)
    for policy in report["policies"]:
        policy["summary"]["total-successful-session-count"] = sessions
    if contact:
        report["contact-info"] = contact
    return reportmail.make_mail("google", report, RUA)


def from_domain(domain, **options):
    return make_mail(contact="reports@" + domain, **options)


def send(server, mail, code=250, service=VERIFIED):
    assert server.send(mail, RUA, service=service)[0] == code


def damage(mail):
    return mail.replace(b"Subject: ", b"Subject: x")


def test_signed(server, start, signers, key):
    milter = start()
    send(server, sign(make_mail(), "google.com", key))
    assert signers() == [("google.com", True, 7)]
    assert milter.log_lines(r": stored .* auth=google\.com ")


FORGERIES = {
    "unsigned": lambda mail, key: mail,
    "field": lambda mail, key: PASS + mail,
    "fields": lambda mail, key: 3 * PASS + mail,
    "folded": lambda mail, key: PASS.replace(b"; ", b"\r\n\t;\r\n\t") + mail,
    "quoted": lambda mail, key: PASS.replace(
        AUTHSERV_ID.encode(), b'"%s"' % AUTHSERV_ID.encode()) + mail,
    "commented": lambda mail, key: PASS.replace(
        b": ", b": (me) ").replace(b"=pass", b"(x)=(y)pass") + mail,
    "job": lambda mail, key: PASS.replace(b"; ", b"/4F2x1; ", 1) + mail,
    "unreadable": lambda mail, key: PASS.replace(
        b"dkim=", b"dkim=(;dkim=") + PASS + mail,
    "below": lambda mail, key: mail.replace(
        b"\r\n\r\n", b"\r\n" + PASS + b"\r\n", 1),
    "other": lambda mail, key: sign(mail, "evil.example", key),
    "other and field": lambda mail, key: sign(PASS + mail, "evil.example", key),
    "unfit": lambda mail, key: damage(sign(mail, "google.com", key)),
    "unfit and field": lambda mail, key: PASS + damage(
        sign(mail, "google.com", key)),
    "longer": lambda mail, key: sign(mail, "google.com", key) + b"x\r\n",
    "in part": lambda mail, key: sign(mail, "google.com", key, length=True),
    "in part and field": lambda mail, key: PASS + sign(
        mail, "google.com", key, length=True),
}


def send_forgeries(server, key, service):
    """Each about another number of sessions; the rows that are right then."""
    for number, forge in enumerate(FORGERIES.values()):
        send(server, forge(make_mail(number, number), key), service=service)
    return [("", False, number) for number in range(len(FORGERIES))]


def test_forged(server, start, signers, key):
    start()
    expected = send_forgeries(server, key, VERIFIED)
    assert signers() == expected


def test_the_name_must_fit(server, start, signers, key):
    start(trusted_authserv_id="kiosk.test")
    send(server, sign(make_mail(), "google.com", key))
    assert signers() == [("", False, 7)]


def test_required(server, start, signers, query, key):
    milter = start(authentication="require")
    send(server, make_mail())
    send(server, sign(make_mail(2), "google.com", key))
    assert signers() == [("google.com", True, 7)]
    assert query("SELECT reason, message FROM tlsrpt.quarantine") == [
        ("unauthenticated", "it has no valid DKIM signature of google.com")]
    assert milter.log_lines(r": refused reason=unauthenticated ")
    wait_for("both mails", lambda: len(server.mail_paths("everyone")) == 2)


@pytest.mark.parametrize("authentication", ["record", "require"])
@pytest.mark.parametrize("order", ["before", "after", "at the same time"])
def test_attacker(server, start, signers, query, key, authentication, order):
    """Of one report-id the real numbers count, and the forged ones never
    under the same name."""
    start(authentication=authentication)
    real = sign(make_mail(), "google.com", key)
    forged = [make_mail(sessions=1000 + number) for number in range(5)]
    forged += [PASS + forged[0], sign(forged[1], "evil.example", key),
               damage(sign(forged[2], "google.com", key))]
    mails = {"before": [*forged, real], "after": [real, *forged],
             "at the same time": [*forged, real, *forged]}[order]
    barrier = threading.Barrier(len(mails))

    def send_at_once(mail):
        barrier.wait(30)
        send(server, mail)

    if order == "at the same time":
        with concurrent.futures.ThreadPoolExecutor(len(mails)) as pool:
            list(pool.map(send_at_once, mails))
    else:
        for mail in mails:
            send(server, mail)

    stored = signers()
    assert [row for row in stored if row[1]] == [("google.com", True, 7)]
    assert len(stored) == (1 if authentication == "require" else 6)
    assert query(
        "SELECT sum(successful_sessions)::integer FROM tlsrpt.v_daily_domain"
        " WHERE authenticated") == [(7,)]


def test_a_second_report_of_the_same_name(server, start, signers, query, key):
    milter = start()
    send(server, sign(make_mail(), "google.com", key))
    send(server, sign(make_mail(sessions=8), "google.com", key))
    assert milter.log_lines(": conflict reason=conflict ")
    assert signers() == [("google.com", True, 7)]
    assert query("SELECT reason, signed_by FROM tlsrpt.quarantine") == [
        ("conflict", ["google.com"])]


def test_verified(server, start_verifier, signers, key):
    start_verifier()
    expected = []
    for sessions, (domain, signer) in enumerate([
            ("google.com", "google.com"),
            ("mail.google.com", "google.com"),
            ("tlsrpt.example", "tlsrpt.example"),
            ("both.example", "both.example"),
            ("mail.example", "mail.example"),
            ("revoked.example", ""),
            ("absent.example", "")]):
        mail = from_domain(domain, seed=sessions, sessions=sessions)
        send(server, sign(mail, signer or domain, key), service=BARE)
        expected.append((signer, signer != "", sessions))
    assert signers() == sorted(expected)


def test_ways_to_sign(server, start_verifier, signers, key):
    start_verifier()
    expected = []
    for sessions, (options, signer) in enumerate([
            ({"length": True}, ""),
            ({"signature_algorithm": b"rsa-sha1"}, ""),
            ({"selector": "s2"}, ""),
            ({"fields": (b"from", b"subject", b"to")}, ""),
            ({"fields": (b"from", b"content-type")}, "google.com"),
            ({"canonicalize": (b"simple", b"simple")}, "google.com"),
            ({"canonicalize": (b"simple", b"relaxed")}, "google.com"),
            ({"canonicalize": (b"relaxed", b"relaxed")}, "google.com")]):
        mail = make_mail(sessions, sessions).replace(
            b"Subject: ", b"Subject:   ")
        send(server, sign(mail, "google.com", key, **options), service=BARE)
        expected.append((signer, signer != "", sessions))
    assert signers() == sorted(expected)


def test_verifying_forged(server, start_verifier, signers, key):
    start_verifier()
    expected = send_forgeries(server, key, BARE)
    assert signers() == expected


def test_several_signatures(server, start_verifier, signers, key):
    """Any of the first eight may be the reporter's."""
    start_verifier()
    for sessions in (7, 8):
        mail = sign(make_mail(sessions, sessions), "google.com", key)
        for _ in range(sessions - 1):
            mail = sign(mail, "absent.example", key)
        send(server, mail, service=BARE)
    send(server, sign(mail, "absent.example", key), service=BARE)
    assert signers() == [("", False, 8), ("google.com", True, 7),
                         ("google.com", True, 8)]


def test_without_an_answer_the_mail_comes_again(
        server, start_verifier, signers, key):
    milter = start_verifier()
    send(server, sign(from_domain(BROKEN), BROKEN, key), 451, BARE)
    assert signers() == []
    [line] = milter.log_lines(": unavailable reason=dkim ")
    assert BROKEN in line
    # Nor does it wait for somebody else's key.
    send(server, sign(make_mail(), BROKEN, key), service=BARE)
    assert signers() == [("", False, 7)]


class SilentServers:
    """Name servers that never answer, and a resolv.conf that names them."""

    def __init__(self, directory):
        self.sockets = []
        self.resolv_conf = directory + "/silent.conf"
        with open(self.resolv_conf, "w") as file:
            for number in range(3):
                address = "127.0.54.%d" % (number + 1)
                server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                server.bind((address, 53))
                self.sockets.append(server)
                file.write("nameserver %s\n" % address)

    def close(self):
        for server in self.sockets:
            server.close()


def test_silent_name_servers(server, start, signers, workspace, key):
    """Eight keys to wait for take no longer than one."""
    silent = SilentServers(workspace)
    milter = start(dkim="verify", resolv_conf=silent.resolv_conf,
                   message_timeout=15)
    mail = make_mail()
    for number in range(7):
        mail = sign(mail, "d%d.example" % number, key)
    mail = sign(mail, "google.com", key)
    began = time.monotonic()
    send(server, mail, 451, BARE)
    assert time.monotonic() - began < 15
    assert milter.log_lines(": unavailable reason=dkim ")
    # Without a report nobody asks.
    other = sign(b"From: a@google.com\r\nSubject: Hello\r\n"
                 b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                 b"--b\r\n\r\nHello\r\n--b--\r\n", "google.com", key)
    began = time.monotonic()
    send(server, other, 250, BARE)
    assert time.monotonic() - began < 5
    silent.close()
    assert signers() == []


def test_nobody_answers(server, start, cluster, workspace, key):
    """Neither the name servers nor a database that was there a moment ago."""
    silent = SilentServers(workspace)
    start(dkim="verify", resolv_conf=silent.resolv_conf, message_timeout=12)
    send(server, make_mail(), service=BARE)
    mail = make_mail(2)
    for number in range(8):
        mail = sign(mail, "d%d.example" % number, key)
    with databasefaults.hanging(cluster):
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(lambda _: server.send(
                mail, RUA, service=BARE)[0], range(8)))
        assert time.monotonic() - began < 14
    silent.close()
    assert set(codes) <= {250, 451}


def test_the_spool_remembers(server, start, cluster, signers, key):
    milter = start(authentication="require")
    cluster.stop()
    try:
        send(server, sign(make_mail(), "google.com", key))
        send(server, PASS + make_mail(2))
        assert len(milter.log_lines(": spooled ")) == 2
    finally:
        cluster.start()
    wait_for("replay", lambda: milter.log_lines("2 messages processed"))
    assert signers() == [("google.com", True, 7)]


@pytest.fixture
def ctl(ctl_program, cluster, database, tmp_path):
    def run(*words, status=0, **options):
        config = write_config(str(tmp_path / "conf"), {
            "report_addresses": [RUA], **options})
        done = subprocess.run(
            [ctl_program, "-c", config, "-d", cluster.conninfo(database),
             *words], capture_output=True, check=False, timeout=60, text=True)
        assert done.returncode == status, done
        return done.stdout + done.stderr

    return run


def test_the_quarantine_remembers(server, start, ctl, signers, key):
    start(policy_domains=["mine.example"])
    send(server, sign(make_mail(), "google.com", key))
    send(server, make_mail(2))
    assert signers() == []
    ctl("quarantine", "retry", "--all")
    assert signers() == [("", False, 7), ("google.com", True, 7)]


def test_import(server, start, ctl, signers, key):
    """What the mailbox has is not counted once more."""
    start()
    send(server, sign(make_mail(), "google.com", key))
    wait_for("delivery", lambda: server.mail_paths("everyone"))
    trusted = {"dkim": "authres", "trusted_authserv_id": AUTHSERV_ID}
    [path] = server.mail_paths("everyone")
    assert "duplicate" in ctl("import", path, **trusted)
    assert signers() == [("google.com", True, 7)]


def test_import_requires(tmp_path, ctl, signers):
    path = tmp_path / "mail"
    path.write_bytes(PASS.replace(b"mx.", b"mx2.") + make_mail())
    required = {"dkim": "authres", "trusted_authserv_id": AUTHSERV_ID,
                "authentication": "require"}
    assert "unauthenticated" in ctl("import", str(path), status=1, **required)
    assert signers() == []
    ctl("import", "--unauthenticated", str(path), **required)
    assert signers() == [("", False, 7)]


def test_the_program_says_what_is_built_in(start):
    done = subprocess.run([start().program, "-V"], capture_output=True,
                          check=True, timeout=20, text=True)
    assert "with libopendkim" in done.stdout
