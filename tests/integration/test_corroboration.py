# SPDX-License-Identifier: BSD-2-Clause
"""Reports that nobody believes open an alert only where something else shows
the same: ten thousand of them open none, and one that is true is told."""

import json
import os
import subprocess
import time

import pytest

import alerting
from alerting import ALPHA, make_failure, make_mail, make_report
from checking import Laboratory, load_cases
from daemon import WRITER, write_config
from process import wait_for
from signing import AUTHSERV_ID

CASES = {case.name: case for case in load_cases()}
BROKEN = CASES["mx-certificate-expired"].domain
FINE = CASES["fine"].domain
LIES = 10000
OPTIONS = {"alert_corroboration": "yes", "dkim": "authres",
           "trusted_authserv_id": AUTHSERV_ID}
# What is said, of whom, at which host; signed by a domain of their own or not.
KINDS = (
    ("certificate-expired", FINE, "mx1." + FINE, False),
    ("certificate-expired", FINE, "mx1." + FINE, True),
    ("sts-policy-invalid", BROKEN, "mx1." + BROKEN, False),
    ("certificate-host-mismatch", BROKEN, "mx1." + BROKEN, True),
    ("certificate-expired", BROKEN, "mx%d.liar.example", False),
    ("certificate-expired", "made-up%d.example", "mx1.made-up.example", False),
    ("tlsa-invalid", "made-up%d.example", "mx1.made-up.example", True),
)


def make_lie(number):
    kind, domain, host, signed = KINDS[number % len(KINDS)]
    liar = "liar%d.example" % number
    fill = [text % number if "%" in text else text for text in (domain, host)]
    return make_mail(liar, make_report(
        liar, fill[0], alerting.yesterday(), 1,
        [make_failure(kind, fill[1], 1000)]), signed)


def write_mbox(path, mails):
    with open(path, "wb") as file:
        for mail in mails:
            file.write(b"From x Thu Jan  1 00:00:00 1970\n" +
                       mail.replace(b"\r\n", b"\n") + b"\n")
    return str(path)


@pytest.fixture(scope="module")
def laboratory(workspace):
    if os.getuid() != 0:
        pytest.skip("the laboratory needs root")
    laboratory = Laboratory(
        workspace + "/laboratory-corroboration",
        [CASES["mx-certificate-expired"], CASES["fine"]]).create().start()
    yield laboratory
    laboratory.stop()


@pytest.fixture
def milter(start_milter, query):
    query("DELETE FROM tlsrpt.trusted_signer")
    query("INSERT INTO tlsrpt.trusted_signer VALUES (%s)", ALPHA)
    query("DELETE FROM tlsrpt.alert_rule WHERE kind = 'probe'")
    return start_milter(max_untrusted_rows=1000000, **OPTIONS)


@pytest.fixture
def deliverer(ctl_program, cluster, database, laboratory, tmp_path):
    """Who looks at domains, and tells of alerts into a file."""
    command = tmp_path / "tell"
    command.write_text("#!/bin/sh\ncat >>%s\n" % (tmp_path / "told"))
    command.chmod(0o755)
    (tmp_path / "told").touch()
    path = write_config(str(tmp_path / "alert.conf"), {
        **OPTIONS, "database": cluster.conninfo(database, WRITER),
        "watch_interval": 3600, "alert_command": [str(command)],
        "probe_resolvers": [laboratory.resolver],
        "probe_trust_anchor": laboratory.anchor,
        "probe_ca_file": laboratory.ca_file, "probe_timeout": 4,
        "probe_smtp_port": laboratory.ports["smtp"],
        "probe_https_port": laboratory.ports["https"]})
    with subprocess.Popen([ctl_program, "-c", path, "alert", "deliver"],
                          stderr=subprocess.PIPE, text=True) as service:
        yield service
        service.terminate()
        _, complaints = service.communicate(timeout=20)
        assert (service.returncode, complaints) == (0, "")


@pytest.fixture
def send(ctl_program, milter, tmp_path):
    def run(*mails):
        path = write_mbox(tmp_path / "reports.mbox", mails)
        done = subprocess.run(
            [ctl_program, "-c", milter.config, "import", path], check=False,
            capture_output=True, text=True, timeout=80)
        assert done.returncode == 0, (done.stdout[-500:], done.stderr[-500:])

    return run


def test_ten_thousand_lies(milter, query, send, request, tmp_path, ctl_program,
                           cluster, database):
    day = alerting.yesterday() - alerting.days(2)
    send(*(make_mail(ALPHA, make_report(ALPHA, domain, day, 100))
           for domain in (BROKEN, FINE)))
    wait_for("roll-ups", lambda: query(
        "SELECT count(*) FROM tlsrpt.daily_domain") == [(2,)])
    request.getfixturevalue("deliverer")
    wait_for("looks", lambda: query(
        "SELECT count(*) FROM tlsrpt.v_observation") == [(2,)])

    begun = time.monotonic()
    send(*map(make_lie, range(LIES)))
    stored = time.monotonic()
    wait_for("end of the flood", lambda: query(
        "SELECT count(*) FROM tlsrpt.daily_reporter") == [(LIES + 1,)] and query(
        "SELECT count(*) FROM tlsrpt.alert_pending") == [(0,)], 60)
    print("\n%d lies in %.1f s, folded and evaluated %.1f s later" % (
        LIES, stored - begun, time.monotonic() - stored))
    assert query("SELECT * FROM tlsrpt.v_alert") == []
    assert set(query("SELECT policy_domain FROM tlsrpt.watched")) == {
        (BROKEN,), (FINE,)}

    send(make_mail("witness.example", make_report(
        "witness.example", BROKEN, alerting.yesterday(), 100,
        [make_failure("certificate-expired", "mx1." + BROKEN, 7)]), False))
    told = tmp_path / "told"
    wait_for("alert", lambda: told.read_text() != "", 30)
    news = json.loads(told.read_text().splitlines()[0])
    incident, = news["incidents"]
    assert (incident["result_type"], incident["receiving_mx_hostname"],
            incident["sample_domains"], incident["failed_sessions"],
            incident["withheld_sessions"], incident["unauthenticated_sessions"],
            incident["reporters"], incident["signers"]) == (
        "certificate-expired", "mx1." + BROKEN, [BROKEN], 7, 0, 7,
        ["Witness"], [""])
    assert "of these, 7 sessions by unauthenticated reporters" in " ".join(
        news["text"].split())
    row, = json.loads(subprocess.run(
        [ctl_program, "-d", cluster.conninfo(database), "rule", "test",
         "certificate-expired", "--json"],
        check=True, capture_output=True, text=True, timeout=60).stdout)
    assert (row["policy_domain"], row["failed_sessions"],
            row["unauthenticated_sessions"], row["needs"]) == (
        BROKEN, 7, 7, "alert_corroboration")
    assert not milter.log_lines("maintenance:.*(slow|leaving)")
