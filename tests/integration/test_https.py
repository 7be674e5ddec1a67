# SPDX-License-Identifier: BSD-2-Clause
"""Reports by HTTPS, through Apache and nginx with the examples."""

import concurrent.futures
import gzip
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest

import daemon
import httpsintake
import reportmail
import signing
from postgres import PrivatePostgres
from process import make_directory, wait_for

PROGRAM = "/https/tlsrpt-https"
JSON, GZIP, MAIL = ("application/tlsrpt+json", "application/tlsrpt+gzip",
                    "message/rfc822")
FUTURE_YEAR = 2040


@pytest.fixture(scope="module")
def build():
    return os.path.abspath(os.environ.get(
        "top_builddir", "../../build-check"))


@pytest.fixture(scope="module")
def spool(workspace):
    return httpsintake.make_spool(workspace + "/https")


@pytest.fixture(scope="module", params=[httpsintake.Apache, httpsintake.Nginx])
def server(request, workspace, spool, build, unpacked):
    if os.getuid() != 0:
        pytest.skip("the server is run as another user, which needs root")
    kind = request.param
    directory = "%s/https-%s" % (workspace, kind.name)
    make_directory(directory)
    started = kind(directory, build + PROGRAM, spool)
    program = started.find_program(unpacked)
    if not program or not os.path.exists(program):
        pytest.skip("needs " + kind.name)
    yield started.serve(unpacked)
    started.stop()
    assert not started.complaints(), started.complaints()


@pytest.fixture
def start(start_milter, spool):
    def run(**options):
        clear(spool)
        return start_milter(https_spool_directory=spool, **{
            "policy_domains": ["%s" % DOMAIN], **options})

    return run


@pytest.fixture
def intake(start, server):
    """The daemon is up and has said what it takes."""
    milter = start()
    wait_for_limits(server)
    return milter


DOMAIN = "site.example"


def clear(spool):
    for place in ("tmp", "new", "corrupt"):
        shutil.rmtree(os.path.join(spool, place), ignore_errors=True)
    if os.path.exists(spool + "/limits"):
        os.unlink(spool + "/limits")


def wait_for_limits(server):
    wait_for("limits", lambda: server.post(
        None, None, method="OPTIONS").status == 200)


def list_spool(spool, place="new"):
    return os.listdir(os.path.join(spool, place))


def make_report(number=1, style="google"):
    report = reportmail.make_report(style, number, failures=0)
    report["report-id"] = "https-%d" % number
    for policy in report["policies"]:
        policy["policy"]["policy-domain"] = DOMAIN
    return report


def make_json(number=1):
    return json.dumps(make_report(number)).encode()


def make_gzip(number=1):
    return gzip.compress(make_json(number))


def make_mail(number=1):
    return reportmail.make_mail("google", make_report(number), daemon.RUA)


def test_what_is_sent_is_stored(intake, server, query):
    """Each is logged under the name that its sender was told."""
    bodies = [(make_json(1), JSON), (make_gzip(2), GZIP),
              (make_mail(3), MAIL), (make_gzip(4), JSON),
              (make_json(5), None), (make_gzip(6), "text/plain"),
              (make_json(7), "Application/TLSRPT+JSON; charset=UTF-8")]
    for body, kind in bodies:
        answer = server.post(body, kind)
        assert answer.status == 201, answer.text
        identifier = answer.text.split()[-1]
        wait_for(identifier, lambda: intake.log_lines(
            "%s: stored .*channel=https" % identifier))
    assert query("SELECT report_id, auth_domain FROM tlsrpt.v_report"
                 " ORDER BY 1") == [
        ("https-%d" % number, "") for number in range(1, len(bodies) + 1)]


def test_a_repeat_counts_once(intake, server, spool, count):
    for body, kind in ((make_json(), JSON), (make_gzip(), GZIP),
                       (make_mail(), MAIL)) * 2:
        assert server.post(body, kind).status == 201
    wait_for("empty spool", lambda: not list_spool(spool))
    assert count("report") == 1
    assert len(intake.log_lines("duplicate .*channel=https")) == 5


# What is sent, and the status, what the line says, and a field of the answer.
ANSWERS = [
    ({"method": "HEAD"}, 200, "", ("Allow", "POST, HEAD, OPTIONS")),
    ({"method": "OPTIONS"}, 200, "by POST", ("Allow", "POST, HEAD, OPTIONS")),
    ({"method": "GET"}, 405, "by POST", ("Allow", "POST, HEAD, OPTIONS")),
    ({"method": "PUT", "body": b"{}"}, 405, "by POST",
     ("Allow", "POST, HEAD, OPTIONS")),
    ({"method": "DELETE"}, 405, "by POST", ("Allow", "POST, HEAD, OPTIONS")),
    ({"body": b"<html>", "kind": "text/html"}, 415, "must be", None),
    ({"body": b"--b", "kind": "multipart/form-data; boundary=b"}, 415,
     "must be", None),
    ({"body": b"neither", "kind": None}, 415, "must be", None),
    ({"body": b"{}", "kind": JSON, "Content_Encoding": "br"}, 415, "gzip",
     ("Accept-Encoding", "gzip, identity")),
    ({"body": b"x", "kind": MAIL, "Content_Encoding": "gzip"}, 415, "gzip",
     ("Accept-Encoding", "gzip, identity")),
    ({"body": b"", "kind": JSON}, 400, "no body", None),
]


@pytest.mark.parametrize("request_, status, says, field", ANSWERS)
def test_answers(intake, server, request_, status, says, field):
    answer = server.post(**{"body": None, **request_})
    assert answer.status == status, answer.text
    assert says in answer.text
    assert answer.text.count("\n") == (request_.get("method") != "HEAD")
    assert answer.getheader("Content-Type").startswith("text/plain")
    if field:
        assert answer.getheader(field[0]) == field[1]


def run_curl(server, *options, body):
    """The status, as senders that use curl see it, or do not."""
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--cacert", server.certificate,
         "--output", os.devnull, "--write-out", "%{http_code}", *options,
         server.url],
        input=body, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


# How the reporter of Postfix, Stalwart and others send.
SENDERS = {
    "postfix": ["--header", "Content-Type: application/tlsrpt+gzip",
                "--data-binary", "@-"],
    "stalwart": ["--http2", "--max-time", "120", "--user-agent", "Stalwart",
                 "--header", "Content-Type: application/tlsrpt+gzip",
                 "--header", "Accept: */*", "--data-binary", "@-"],
    "chunked": ["--header", "Transfer-Encoding: chunked", "--header",
                "Content-Type: application/tlsrpt+gzip", "--data-binary",
                "@-"],
    "expect": ["--header", "Expect: 100-continue", "--header",
               "Content-Type: application/tlsrpt+gzip", "--data-binary", "@-"],
    "encoded": ["--header", "Content-Type: application/tlsrpt+json",
                "--header", "Content-Encoding: gzip", "--data-binary", "@-"],
    "careless": ["--data-binary", "@-"],
    "upload": ["--request", "POST", "--http1.0", "--no-alpn", "--header",
               "Content-Type: application/tlsrpt+gzip", "--data-binary",
               "@-"],
}


def test_senders(intake, server, count):
    for number, options in enumerate(SENDERS.values()):
        assert run_curl(server, *options, body=make_gzip(number)) == 201
    wait_for("reports", lambda: count("report") == len(SENDERS))


def send_raw(server, text):
    """The status of what is written as it is; None when there is none."""
    connection = server.connect(False)
    connection.connect()
    connection.sock.sendall(text)
    connection.sock.settimeout(5)
    try:
        answer = http.client.HTTPResponse(connection.sock, method="POST")
        answer.begin()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def test_lengths(intake, server, spool, count):
    """No body that is not complete counts, and no request harms others."""
    head = (b"POST " + httpsintake.AT.encode() + b" HTTP/1.1\r\nHost: localhost"
            b"\r\nConnection: close\r\nContent-Type: application/tlsrpt+json"
            b"\r\n")
    for fields, status in (
            (b"", (400, 411)), (b"Content-Length: x\r\n", (400,)),
            (b"Content-Length: -1\r\n", (400,)),
            (b"Content-Length: 99999999999999999999\r\n", (400, 413)),
            (b"Content-Length: 40000000\r\n", (413,)),
            (b"Content-Length: 5\r\nContent-Length: 6\r\n", (400,))):
        assert send_raw(server, head + fields + b"\r\n") in status, fields
    connection = server.connect(False)
    connection.connect()
    connection.sock.sendall(head + b"Content-Length: 500\r\n\r\n{")
    connection.close()
    assert server.post(make_json(), JSON).status == 201
    wait_for("report", lambda: count("report") == 1)
    wait_for("end of what was cut off", lambda: not list_spool(spool))
    assert count("report") == 1


def test_the_limit_is_that_of_messages(start, server, count):
    """To the byte, with what the mail around it adds."""
    start(max_message_size="64K")
    wait_for_limits(server)
    small, big = (b'{"x":"%s"}' % (b"x" * size) for size in (40000, 60000))
    assert server.post(small, JSON).status == 201
    for chunked in (False, True):
        body = iter([big]) if chunked else big
        assert server.post(body, JSON).status == 413


def test_what_is_no_report(intake, server, query):
    """It is accepted, since nobody has read it, and then not lost."""
    sent = {b"{": "bad-json", b"\x1f\x8b\x08\x00": "bad-gzip",
            gzip.compress(make_json())[:100]: "bad-gzip"}
    for body in sent:
        assert server.post(body, JSON).status == 201
    assert server.post(b"Subject: hello\r\n\r\nhello", MAIL).status == 201
    wait_for("quarantine", lambda: query(
        "SELECT count(*) FROM tlsrpt.quarantine")[0][0] == 3)
    wait_for("no report", lambda: intake.log_lines(
        "H.*: no-report channel=https"))
    assert not query("SELECT 1 FROM tlsrpt.report")


def test_foreign_domain(start, server, query):
    start(policy_domains=["other.example"])
    wait_for_limits(server)
    assert server.post(make_json(), JSON).status == 201
    wait_for("quarantine", lambda: query(
        "SELECT reason FROM tlsrpt.quarantine") == [("foreign-domain",)])


def test_a_signed_message(start, server, query, resolver, key):
    """The one way to be believed. What a filter would have written into a mail
    does not count: its sender wrote all of it."""
    start(dkim="authres", trusted_authserv_id=signing.AUTHSERV_ID,
          resolv_conf=resolver.resolv_conf)
    wait_for_limits(server)
    written = ("Authentication-Results: %s; dkim=pass header.d=google.com\r\n"
               % signing.AUTHSERV_ID).encode()
    signed = signing.sign(make_mail(1), "google.com", key)
    broken = signing.sign(make_mail(2), "google.com", key).replace(
        b"Subject: ", b"Subject: x")
    for mail in (signed, written + broken, written + make_mail(3)):
        assert server.post(mail, MAIL).status == 201
    wait_for("reports", lambda: query(
        "SELECT report_id, auth_domain FROM tlsrpt.v_report ORDER BY 1") == [
        ("https-1", "google.com"), ("https-2", ""), ("https-3", "")])


def plant(spool, received, mail):
    """A file as tlsrpt-https has written it then."""
    path = spool + "/new/0000000000000000.0.%d" % received
    with open(path, "wb") as file:
        file.write(b"[envelope]\nreceived=%d\nqueue-id=H1\nsize=%d\n\n" % (
            received, len(mail)) + mail)


def make_undecided(number, key):
    report = make_report(number)
    report["contact-info"] = "tls@" + signing.BROKEN
    mail = reportmail.make_mail("google", report, daemon.RUA).replace(
        b"google.com", signing.BROKEN.encode())
    return signing.sign(mail, signing.BROKEN, key)


def test_a_signature_that_cannot_be_checked(
        start, server, spool, query, resolver, key):
    """A stranger's name server must not fill the spool for good."""
    intake = start(dkim="verify", resolv_conf=resolver.resolv_conf)
    wait_for_limits(server)
    mails = [make_undecided(number, key) for number in (1, 2)]
    assert server.post(mails[0], MAIL).status == 201
    wait_for("problem", lambda: intake.log_lines("https: the DKIM signature"))
    plant(spool, time.time() - 2 * 86400, mails[1])
    wait_for("report", lambda: query(
        "SELECT report_id, auth_domain FROM tlsrpt.v_report") == [
        ("https-2", "")])
    wait_for("the other one alone", lambda: len(list_spool(spool)) == 1)


def test_nobody_takes_it_in(start, server, spool):
    """Without a daemon that knows of the spool nothing is accepted; while it is
    away for a while, it is."""
    clear(spool)
    answer = server.post(make_json(), JSON)
    assert answer.status == 503
    assert answer.getheader("Retry-After") == "3600"
    milter = start()
    wait_for_limits(server)
    milter.stop()
    assert server.post(make_json(), JSON).status == 201
    os.chmod(spool + "/new", 0o500)
    assert server.post(make_json(), JSON).status == 503
    os.chmod(spool + "/new", 0o770)
    assert not list_spool(spool, "tmp")


def test_full(start, server, spool, cluster, database, count):
    """The database is away, and the spool is full: others keep theirs."""
    milter = start(https_spool_max_bytes="1M", database=cluster.conninfo(
        "nowhere", daemon.WRITER))
    wait_for_limits(server)
    statuses = [server.post(make_gzip(number), GZIP).status
                for number in range(260)]
    assert statuses == [201] * 256 + [503] * 4
    assert server.post(None, None, method="OPTIONS").status == 503
    assert os.listdir(milter.directory + "/spool/new") == []
    milter.write_config(database=cluster.conninfo(database, daemon.WRITER))
    milter.stop()
    milter.start()
    wait_for("reports", lambda: count("report") == 256, timeout=60)
    assert server.post(make_gzip(300), GZIP).status == 201


class Senders:
    """Send until they are stopped, and know what was accepted."""

    def __init__(self, server):
        self.server = server
        self.accepted = set()
        self.stopping = threading.Event()
        self.number = iter(range(10 ** 9))

    def send(self):
        while not self.stopping.is_set():
            number = next(self.number)
            try:
                answer = self.server.post(make_gzip(number), GZIP)
            except (OSError, http.client.HTTPException):
                continue
            if 200 <= answer.status < 300:
                self.accepted.add("https-%d" % number)
            else:
                assert answer.status >= 500


def find_programs(server):
    done = subprocess.run(["pgrep", "-f", server.program], check=False,
                          capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def kill_programs(server):
    for number in find_programs(server):
        try:
            with open("/proc/%d/comm" % number) as file:
                if file.read() == "tlsrpt-https\n":
                    os.kill(number, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass


def crash_daemon(milter):
    milter.send_signal(signal.SIGKILL)
    milter.child.wait()
    milter.start()


def crash_database(server):
    server.crash()
    server.start()


@pytest.fixture
def durable(workspace, ctl_program):
    """Keeps what it has committed when it crashes, which others do not
    notice."""
    server = PrivatePostgres(
        workspace + "/db-https", durable=True).create().start()
    daemon.create_database(server, ctl_program)
    yield server
    server.stop()
    shutil.rmtree(workspace + "/db-https")


@pytest.fixture
def most_seconds():
    return 180


def test_what_was_accepted_is_stored_once(start, server, spool, durable):
    """Program, daemon and database are killed at any moment."""
    milter = start(database=durable.conninfo("tlsrpt", daemon.WRITER))
    wait_for_limits(server)
    generator = random.Random(1)
    senders = Senders(server)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        threads = [pool.submit(senders.send) for _ in range(3)]
        until = time.monotonic() + 6
        while time.monotonic() < until:
            time.sleep(generator.uniform(0.01, 0.2))
            kind = generator.randrange(8)
            if kind == 0:
                crash_daemon(milter)
            elif kind == 1:
                crash_database(durable)
            else:
                kill_programs(server)
        senders.stopping.set()
        for thread in threads:
            thread.result()
    assert len(senders.accepted) > 10
    wait_for("empty spool", lambda: not list_spool(spool), timeout=60)
    stored = durable.psql(
        "SELECT report_id || ' ' || count(*) FROM tlsrpt.report"
        " GROUP BY report_id", "tlsrpt").splitlines()
    assert {line.split()[1] for line in stored} == {"1"}
    assert senders.accepted <= {line.split()[0] for line in stored}
    assert not list_spool(spool, "corrupt")
