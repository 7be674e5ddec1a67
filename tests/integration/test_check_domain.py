# SPDX-License-Identifier: BSD-2-Clause
"""What the command says of a domain, for every case of tests/probe."""

import contextlib
import json
import os
import pty
import re
import resource
import signal
import socket
import socketserver
import subprocess
import threading
import time

import pytest

from checking import (
    Checks, Laboratory, STATUS, is_slow, load_cases, needs_postfix,
    read_findings)

CASES = {case.name: case for case in load_cases()}
TABLE = "../../probe/finding.def"
# Seconds for a domain, and what the rest may take beside that.
PATIENCE = 2
MORE = 3
# What only the database knows.
WITH_HISTORY = {
    "reported-failing", "reported-old-policy", "reported-none",
    "fine-from-here", "sts-policy-changed-same-id",
    "sts-id-changed-same-policy"}


@pytest.fixture(scope="session")
def checks(workspace, ctl_program):
    known = subprocess.run([ctl_program, "help"], capture_output=True,
                           text=True, check=False, timeout=30)
    if "check-domain" not in known.stdout:
        pytest.skip("the command is not built")
    laboratory = Laboratory(
        workspace + "/laboratory", list(CASES.values())).create().start()
    try:
        yield Checks(ctl_program, laboratory).run_all()
    finally:
        laboratory.stop()


@pytest.mark.parametrize("name", CASES)
def test_case(checks, name):
    if needs_postfix(CASES[name]) and os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    checks.check(CASES[name])


def test_status_is_of_the_worst(checks):
    assert checks.status == STATUS["critical"]


@pytest.mark.parametrize(
    "name", ["fine", "fine-dane", "bare", "mx-absent", "dns-unreachable"])
def test_status_of_one(checks, name):
    case = CASES[name]
    status, _ = checks.run([case.domain])
    assert status == STATUS[case.expected["verdict"]]


def test_no_end_takes_longer_than_allowed(checks):
    """Whatever the other ends do, all at once."""
    domains = [case.domain for case in CASES.values() if is_slow(case)]
    start = time.monotonic()
    _, results = checks.run(
        domains, ["--timeout", str(PATIENCE), "--jobs", str(len(domains))])
    assert time.monotonic() - start < PATIENCE + MORE
    assert len(results) == len(domains)


class Stripping(socketserver.BaseRequestHandler):
    """Asks for no signatures on behalf of those who do."""

    def handle(self):
        question, answering = self.request
        end = question.index(b"\0", 12) + 5
        question = question[:10] + b"\0\0" + question[12:end]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(1)
            asking.connect(("127.0.0.1", self.server.upstream))
            asking.send(question)
            answering.sendto(asking.recv(4096), self.client_address)


@pytest.fixture
def stripping(checks):
    """The address of a resolver that hands on no signatures."""
    with socketserver.ThreadingUDPServer(
            ("127.0.0.1", 0), Stripping) as server:
        server.upstream = checks.laboratory.dns_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "127.0.0.1@%d" % server.server_address[1]
        server.shutdown()
        thread.join()


def test_without_signatures_dane_is_unknown(checks, stripping):
    domains = [CASES[name].domain for name in ("fine", "fine-both")]
    status, results = checks.run(domains, resolver=stripping)
    assert "DNSSEC" in checks.complaints
    assert [results[one]["verdict"] for one in domains] == ["ok", "unknown"]
    assert status == STATUS["unknown"]
    assert not any(mx["secure"] for one in domains for mx in
                   results[one]["mx"])


@pytest.mark.parametrize("is_silent", [True, False])
def test_no_resolver(checks, is_silent):
    """One that never answers, and none at all."""
    domain = CASES["fine"].domain
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        if not is_silent:
            silent.close()
        start = time.monotonic()
        status, results = checks.run(
            [domain], ["--timeout", str(PATIENCE)],
            resolver="127.0.0.1@%d" % port)
    assert time.monotonic() - start < PATIENCE + 2 * MORE
    assert read_findings(results[domain]) == [("dns-unreachable", domain)]
    assert results[domain]["verdict"] == "unknown"
    assert status == STATUS["unknown"]


def call(checks, *words, **more):
    """As people do, for text."""
    return subprocess.run(
        [checks.program, "check-domain", *checks.laboratory.options(),
         *words], capture_output=True, text=True, check=False, timeout=60,
        **more)


@pytest.mark.parametrize("words", [
    [""], ["-"], ["192.0.2.1"], ["2001:db8::1"], ["a..test"], ["-a.test"],
    ["a-.test"], ["a" * 64 + ".test"], ["a." * 127 + "test"], ["user@"],
    ["*.fine.test"], ["fine test"], ["--jobs", "0", "fine.test"],
    ["--timeout", "0", "fine.test"], ["--days", "-1", "fine.test"]])
def test_what_is_no_domain_or_number(checks, words):
    options = words[:-1]
    done = call(checks, *options, "--", words[-1])
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_each_domain_once(checks):
    """However it is written."""
    done = call(checks, "--json", "fine.test", "FINE.test.", "user@fine.test",
                CASES["idn"].domain, "b\u00fccher.test")
    assert [one["domain"] for one in json.loads(done.stdout)] == [
        "fine.test", CASES["idn"].domain]


def test_records_can_be_copied(checks):
    """A line of the master form is never broken."""
    done = call(checks, "tlsrpt-missing.test", "tlsa-mismatch.test")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert ('_smtp._tls.tlsrpt-missing.test. IN TXT "v=TLSRPTv1; '
            'rua=mailto:tls-reports@tlsrpt-missing.test"') in lines
    assert any(re.fullmatch(
        r"_25\._tcp\.mx1\.tlsa-mismatch\.test\. IN TLSA 3 1 1 [0-9a-f]{64}",
        line) for line in lines)


@pytest.mark.parametrize("files", [13, 16])
def test_what_is_not_tried_is_no_fault(checks, files):
    """No file was left for it here."""
    done = call(checks, "--json", "--timeout", "3", "mx-many-addresses.test",
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_NOFILE, (files, files)))
    result, = json.loads(done.stdout)
    assert {code for code, _ in read_findings(result)} <= {"dns-unreachable"}
    tries = {address["result"] for mx in result["mx"]
             for address in mx["addresses"]}
    assert tries <= {"ok", "not-tried"}
    assert "not-tried" not in tries or result["verdict"] == "unknown"


def test_nobody_reads_on(checks):
    """As with head(1): what is under way is finished, the rest is left."""
    domains = ["fine.test", *(
        "d%d.mx-hang.test" % number for number in range(50)), "mx-hang.test"]
    child = subprocess.Popen(
        [checks.program, "check-domain", *checks.laboratory.options(),
         "--jobs", "1", "--timeout", "2", *domains], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    assert child.stdout.readline() == b"fine.test: OK\n"
    child.stdout.close()
    assert child.wait(MORE + PATIENCE) != 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(checks, number):
    """At once, and the line of a terminal is clean. Whoever runs the tests in
    the background may have SIGINT ignored."""
    terminal, other = pty.openpty()
    child = subprocess.Popen(
        ["env", "--default-signal", checks.program, "check-domain",
         *checks.laboratory.options(), "mx-hang.test", "mx-ehlo-silent.test"],
        stdout=subprocess.DEVNULL, stderr=other)
    shown = b""
    while b"0 of 2 domains" not in shown:
        shown += os.read(terminal, 1000)
    child.send_signal(number)
    assert child.wait(PATIENCE) == -number
    os.close(other)
    with contextlib.suppress(OSError):
        while True:
            shown += os.read(terminal, 1000)
    os.close(terminal)
    assert shown.endswith(b"\r\x1b[K")


def test_every_finding_has_a_case():
    if not os.path.exists(TABLE):
        pytest.skip("the table of findings is not there")
    with open(TABLE) as file:
        codes = set(re.findall(r'"([a-z-]+)",\s*[A-Z]+,', file.read()))
    assert codes
    expected = {one["code"] for case in CASES.values()
                for one in json.loads(case.expected_text)["findings"]}
    assert codes - expected == WITH_HISTORY
    assert expected - codes == set()


@pytest.mark.parametrize("command", ["check-domain", "setup"])
@pytest.mark.parametrize("option, complaint", [
    ("--trust-anchor", "trust anchor /nonexistent cannot be read"),
    ("--ca-file", "/nonexistent: no certificate authority")])
def test_a_file_that_is_not_there(ctl_program, command, option, complaint):
    """A mistake of the command line, and of no domain."""
    done = subprocess.run(
        [ctl_program, command, option, "/nonexistent", "--resolver",
         "127.0.0.1@9", "fine.test"],
        capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert complaint in done.stderr
