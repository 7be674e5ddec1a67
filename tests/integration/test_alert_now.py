# SPDX-License-Identifier: BSD-2-Clause
"""Alerts say what is so now: reports come in about domains of the laboratory,
and whoever delivers the alerts looks at these first."""

import json
import os
import re
import subprocess
import time

import pytest

import alerting
from alerting import ALPHA, make_failure, make_mail, make_report
from checking import Laboratory, load_cases
from daemon import READER, RUA, WRITER, write_config
from process import wait_for
from signing import AUTHSERV_ID

CASES = {case.name: case for case in load_cases()}
DATE = r"\d{4}-\d\d-\d\d"
STILL = r"still so on {mx1} \(not_after %s\)" % DATE
# Case, what was reported of its first host, and what is so.
SEEN = (
    ("postfix-expired", "certificate-expired", STILL),
    ("postfix-no-starttls", "starttls-not-supported", "still so on {mx1}"),
    ("postfix", "starttls-not-supported",
     "fine from here: nothing like it is seen"),
    ("mx-ipv6-name-alone", "certificate-host-mismatch",
     r"still so on ::1 \(not_after %s\), only on IPv6" % DATE),
    ("mx-certificate-rsa-expired", "certificate-expired",
     STILL + ", only RSA"),
    ("mx-certificate-needs-sni", "certificate-host-mismatch",
     STILL + ", only without SNI"),
    ("mx-certificate-expired-not-loaded", "certificate-expired",
     STILL + "; renewed on disk, not loaded: reload the mail server"),
    ("mx-certificate-new", "certificate-expired",
     r"no longer so since {today} \(renewed, valid until %s\); "
     "waits for reporters" % DATE),
    ("mx-hang", "certificate-expired", "cannot be seen from here: no answer in "
     "time"),
    ("sts-policy-404", "sts-policy-fetch-error",
     "still so: sts-policy-status at https://.*"),
    ("tlsa-mismatch", "validation-failure", "still so on {mx1}"),
)
WHEN = r", on %s at \d\d:\d\d UTC" % DATE
# An alert comes by then after its report.
MOST_SECONDS = 60


@pytest.fixture(scope="module")
def laboratory(workspace):
    if os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    laboratory = Laboratory(workspace + "/laboratory-now", [
        CASES[name] for name in (*(row[0] for row in SEEN), "mx-ipv6", "fine",
                                 "sts-mx-not-covered-enforce")
    ]).create().start()
    yield laboratory
    laboratory.stop()


@pytest.fixture
def config(cluster, database, tmp_path, laboratory):
    """For whoever tells, which writes to a file."""
    command = tmp_path / "tell"
    command.write_text("#!/bin/sh\ncat >>%s\n" % (tmp_path / "told"))
    command.chmod(0o755)

    def write(**options):
        return write_config(str(tmp_path / "alert.conf"), {
            "database": cluster.conninfo(database, WRITER),
            "report_addresses": [RUA], "dkim": "authres",
            "trusted_authserv_id": AUTHSERV_ID, "alert_probe": "yes",
            "alert_command": [str(command)],
            "probe_resolvers": [laboratory.resolver],
            "probe_trust_anchor": laboratory.anchor,
            "probe_ca_file": laboratory.ca_file,
            "probe_smtp_port": laboratory.ports["smtp"],
            "probe_https_port": laboratory.ports["https"], **options})

    return write


@pytest.fixture
def ctl(ctl_program):
    def run(*words):
        done = subprocess.run(
            [ctl_program, *words], capture_output=True, check=False,
            text=True, timeout=90)
        assert done.returncode == 0, (words, done)
        assert "Sanitizer" not in done.stderr
        return done.stdout

    return run


@pytest.fixture
def report(ctl, config, tmp_path):
    """Stores what ALPHA saw yesterday of the first host of a case."""
    def send(name, result_type):
        domain = CASES[name].domain
        path = tmp_path / (name + ".eml")
        path.write_bytes(make_mail(ALPHA, make_report(
            ALPHA, domain, alerting.yesterday(), 1000,
            [make_failure(result_type, "mx1." + domain, 7)])))
        ctl("import", "-c", config(), str(path))

    return send


@pytest.fixture
def told(tmp_path):
    """Incidents that were told, by the first domain."""
    def read():
        lines = (tmp_path / "told").read_text().splitlines()
        return {incident["sample_domains"][0]: incident
                for line in lines for incident in json.loads(line)["incidents"]}

    return read


def expand(pattern, case):
    today = alerting.yesterday() + alerting.days(1)
    return pattern.replace("{mx1}", re.escape(case.addresses["mx1"])).replace(
        "{today}", today.isoformat())


def test_what_is_so_now(ctl, config, report, told, query):
    for name, result_type, _ in SEEN:
        report(name, result_type)
    start = time.monotonic()
    next_file = CASES["mx-certificate-expired-not-loaded"].files["next"]
    path = config(probe_certificate_files=[next_file], probe_timeout=4)
    ctl("maintain", "-c", path)
    ctl("alert", "deliver", "-o", "-c", path)
    assert time.monotonic() - start < MOST_SECONDS
    incidents = told()
    for name, _, pattern in SEEN:
        case = CASES[name]
        assert re.fullmatch(expand(pattern, case) + WHEN,
                            incidents[case.domain]["now"]), name
    shown = query("SELECT sample_domains[1], now FROM tlsrpt.v_incident")
    assert dict(shown) == {domain: incident["now"]
                           for domain, incident in incidents.items()}


def test_words_of_mail_and_command(
        ctl, config, report, tmp_path, query, cluster, database):
    report("postfix-expired", "certificate-expired")
    ctl("maintain", "-c", config())
    ctl("alert", "deliver", "-o", "-c", config())
    line, = (tmp_path / "told").read_text().splitlines()
    pattern = r"\n  Now +still so on 127\.[\d.]+ \(not_after %s\), on" % DATE
    assert re.search(pattern, json.loads(line)["text"])
    (number,), = query("SELECT incident_id FROM tlsrpt.v_incident")
    assert re.search(pattern, ctl("alert", "show", str(number), "-d",
                                  cluster.conninfo(database, READER)))


@pytest.mark.parametrize("options, problem", [
    ({"probe_resolvers": ["127.0.0.1@9"], "probe_timeout": 2}, "no answer in time|SERVFAIL"),
    ({"probe_trust_anchor": "/nonexistent/root.key"},
     "trust anchor /nonexistent/root.key cannot be read: .*")])
def test_nothing_is_hidden_nor_late(
        ctl, config, report, told, options, problem):
    report("postfix-expired", "certificate-expired")
    path = config(**options)
    ctl("maintain", "-c", path)
    start = time.monotonic()
    ctl("alert", "deliver", "-o", "-c", path)
    assert time.monotonic() - start < 30
    incident, = told().values()
    assert re.fullmatch("cannot be seen from here: (%s)" % problem + WHEN,
                        incident["now"])


def test_not_looked_at_too_often(ctl, config, report, query):
    report("postfix-no-starttls", "starttls-not-supported")
    ctl("maintain", "-c", config())
    looked = []
    for back in ("0", "59 minutes", "359 minutes", "361 minutes"):
        query("UPDATE tlsrpt.incident_now SET looked_at = "
              "clock_timestamp() - '%s'::interval" % back)
        ctl("alert", "deliver", "-o", "-c", config())
        looked.append(query("SELECT extract(epoch FROM clock_timestamp() - "
                            "looked_at)::integer / 60 FROM tlsrpt.incident_now"
                            )[0][0])
    assert looked == [0, 59, 359, 0]


def test_no_look_where_none_is_wanted(ctl, config, report, told, query):
    report("postfix-expired", "certificate-expired")
    path = config(alert_probe="no")
    ctl("maintain", "-c", path)
    ctl("alert", "deliver", "-o", "-c", path)
    incident, = told().values()
    assert incident["now"] is None
    assert query("SELECT count(*) FROM tlsrpt.incident_now")[0][0] == 0


def test_watched_domains(ctl, config, told, query, tmp_path):
    """A fault is told before anybody reports it, and once."""
    names = ("postfix-expired", "sts-mx-not-covered-enforce", "tlsa-mismatch",
             "fine")
    domains = [CASES[name].domain for name in names]
    path = config(policy_domains=domains, watch_interval=3600,
                  probe_timeout=4)
    for _ in range(2):
        ctl("alert", "deliver", "-o", "-c", path)
        ctl("maintain", "-c", path)
    ctl("alert", "deliver", "-o", "-c", path)
    found = {domain: (incident["result_type"], incident["severity"],
                      incident["receiving_mx_hostname"])
             for domain, incident in told().items()}
    assert found == {
        domains[0]: ("mx-certificate-expired", "warning", "mx1." + domains[0]),
        domains[1]: ("sts-mx-not-covered", "critical", "mx1." + domains[1]),
        domains[2]: ("tlsa-mismatch", "critical", "mx1." + domains[2])}
    lines = (tmp_path / "told").read_text().splitlines()
    assert len(lines) == 1
    text = json.loads(lines[0])["text"]
    assert text.index("mx1." + domains[1]) < text.index("mx1." + domains[0])
    assert "WARNING: The certificate has expired\n  MX          mx1." + \
        domains[0] in text
    assert "tlsreport check-domain " + domains[0] in text
    assert "seen from here, not reported yet" in text
    assert "sessions" not in text and "  Mail " not in text
    rows = query("SELECT policy_domain, count(*) FROM tlsrpt.v_observation "
                 "GROUP BY policy_domain")
    assert dict(rows) == dict.fromkeys(domains, 1)


def test_watching_beside_delivery(ctl_program, config, query):
    """In the service, until it is stopped."""
    domains = [CASES[name].domain for name in ("fine", "mx-certificate-new")]
    path = config(policy_domains=domains, watch_interval=3600)
    with subprocess.Popen(
            [ctl_program, "-c", path, "alert", "deliver"],
            stderr=subprocess.PIPE, text=True) as service:
        try:
            wait_for("observations", lambda: query(
                "SELECT count(*) FROM tlsrpt.v_observation") == [(2,)])
        finally:
            service.terminate()
            _, complaints = service.communicate(timeout=20)
    assert (service.returncode, complaints) == (0, "")
