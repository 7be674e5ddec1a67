# SPDX-License-Identifier: BSD-2-Clause
"""What check-domain says of open alerts and of policies that reporters used, by
how a domain of tests/probe looks now."""

import datetime
import json
import os
import re
import subprocess

import pytest

import alerting
import reporters
from alerting import ALPHA, BETA, make_failure, make_mail
from checking import Laboratory, load_cases
from daemon import READER, RUA, WRITER, write_config
from signing import AUTHSERV_ID
from test_check_domain import CASES

DONE, BAD, USAGE, UNAVAILABLE = range(4)
NAMES = ("fine", "mx-certificate-expired", "mx-absent", "tlsa-mismatch",
         "sts-policy-404")
RENEWED = "renewed"
DAY = datetime.timedelta(1)
AGES = {"604800": 7 * DAY, "2592000": 30 * DAY}
# What no terminal should be sent.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
HOSTILE = "Evil \x1b[31mred\x07\u202e\x9b2J \\\" Inc. " + "x" * 300
HOSTILE_HOST = "mx\x1b]0;owned\x07.fine.test"


def make_renewed(directory):
    """As fine, with a certificate of this morning."""
    path = directory / RENEWED
    path.mkdir()
    for name in ("zone", "policy"):
        (path / name).write_text(CASES["fine"].read(name))
    (path / "servers.json").write_text(json.dumps({"smtp": {"mx1": {
        "certificate": {"days": [-1, 89]}}}}))
    return type(CASES["fine"])(str(path), len(CASES))


@pytest.fixture(scope="module")
def laboratory(workspace, tmp_path_factory):
    by_name = {case.name: case for case in load_cases()}
    cases = [by_name[name] for name in NAMES]
    cases.append(make_renewed(tmp_path_factory.mktemp("case")))
    started = Laboratory(workspace + "/evidence", cases).create().start()
    yield started
    started.stop()


@pytest.fixture
def run(ctl_program):
    def call(*words, status=DONE, **more):
        done = subprocess.run(
            [ctl_program, *words], capture_output=True, text=True,
            check=False, timeout=60, **more)
        assert done.returncode == status, (words, done)
        assert "Sanitizer" not in done.stderr
        return done

    return call


@pytest.fixture
def report(run, cluster, database, tmp_path):
    """Stores what somebody saw of a policy on a day, and has it looked at."""
    config = write_config(str(tmp_path / "tlsrpt.conf"), {
        "database": cluster.conninfo(database, WRITER),
        "report_addresses": [RUA], "dkim": "authres",
        "trusted_authserv_id": AUTHSERV_ID})

    def store(policy, *failures, reporter=ALPHA, name="Alpha", age=1):
        day = alerting.yesterday() - (age - 1) * DAY
        whole = reporters.frame(
            name, reporters.whole_day(day), "tls@" + reporter,
            "%s_%s" % (day, policy["policy-domain"]), [{
                "policy": policy,
                "summary": {
                    "total-successful-session-count": 100,
                    "total-failure-session-count": sum(
                        one["failed-session-count"] for one in failures)},
                "failure-details": list(failures)}])
        path = tmp_path / "report.eml"
        path.write_bytes(make_mail(reporter, whole))
        run("import", "-c", config, str(path))
        run("maintain", "-c", config)

    return store


@pytest.fixture
def look(run, laboratory, cluster, database):
    """What is found of a domain, with what the database knows."""
    def call(name, *options, user=READER, status=None):
        words = [
            "check-domain", name + ".test", "-d",
            cluster.conninfo(database, user), *laboratory.options(),
            "--timeout", "8", *options]
        return run(*words, status=BAD if status is None else status,
                   env={**os.environ, "LC_ALL": "C.UTF-8"})

    def findings(name, **options):
        done = look_at(name, "--json", **options)
        assert done.stderr == ""
        found, = json.loads(done.stdout)
        return {one["code"]: one for one in found["findings"]}

    look_at = call
    findings.run = call
    return findings


def expired(domain, host=None, result_type="certificate-expired"):
    return reporters.sts(domain), make_failure(
        result_type, host or "mx1." + domain, 45)


def address_of(laboratory, name):
    case, = [one for one in laboratory.cases if one.name == name]
    return case.addresses["mx1"]


def test_still_so(report, look, laboratory):
    report(*expired("mx-certificate-expired.test"))
    found = look("mx-certificate-expired")["reported-failing"]
    assert found["severity"] == "critical"
    assert found["where"] == "mx1.mx-certificate-expired.test"
    assert "certificate-expired in 45 sessions" in found["text"]
    assert ": still so on %s" % address_of(
        laboratory, "mx-certificate-expired") in found["text"]
    assert re.search(r"\ntlsreport alert show \d+$", found["remedy"])


def test_renewed(report, look):
    """On the last day on which it was seen: that explains it."""
    report(*expired("renewed.test"))
    found = look("renewed", status=DONE)
    renewed = alerting.yesterday()
    assert found["reported-failing"]["severity"] == "notice"
    assert ": no longer so since %s (renewed, valid until %s); waits for " \
        "reporters." % (renewed, renewed + 90 * DAY) \
        in found["reported-failing"]["text"]
    assert "fine-from-here" not in found


def test_fine_from_here(report, look):
    """Nothing was renewed, and nothing is wrong."""
    report(*expired("fine.test"))
    found = look("fine", status=DONE)
    assert found["reported-failing"]["severity"] == "notice"
    assert found["reported-failing"]["text"].endswith(
        ": fine from here: nothing like it is seen.")
    assert "certificate-expired" in found["fine-from-here"]["text"]
    assert found["fine-from-here"]["where"] == "mx1.fine.test"


def test_unseen(report, look):
    report(*expired("mx-absent.test"))
    found = look("mx-absent")["reported-failing"]
    assert found["severity"] == "critical"
    assert ": cannot be seen from here: Connection refused." in found["text"]


def test_host_that_has_gone(report, look):
    report(*expired("fine.test", "mx9.fine.test"))
    found = look("fine", status=DONE)
    assert ": fine from here: no longer an MX host." \
        in found["reported-failing"]["text"]


def test_policy_that_cannot_be_fetched(report, look):
    report(reporters.sts("sts-policy-404.test"), {
        "result-type": "sts-policy-fetch-error", "failed-session-count": 45})
    found = look("sts-policy-404")["reported-failing"]
    assert found["where"] == "sts-policy-404.test"
    assert ": still so: sts-policy-status at https://mta-sts." \
        in found["text"]


def test_dane_goes_by_the_host(report, look, laboratory):
    host = "mx1.tlsa-mismatch.test"
    report({"policy-type": "tlsa", "policy-domain": host, "mx-host": [host],
            "policy-string": ["3 1 1 " + 64 * "a"]},
           make_failure("validation-failure", host, 45))
    found = look("tlsa-mismatch")["reported-failing"]
    assert found["where"] == host
    assert ": still so on %s" % address_of(
        laboratory, "tlsa-mismatch") in found["text"]


def policy(domain, mode, max_age):
    described = reporters.sts(domain)
    described["policy-string"] = [
        "version: STSv1", "mode: " + mode, "mx: mx1." + domain,
        "max_age: " + max_age]
    return described


def test_old_policies(report, look):
    """Of each reporter the last counts; the one that is published is no
    finding."""
    report(policy("fine.test", "enforce", "2592000"), age=5)
    report(policy("fine.test", "none", "604800"), age=3)
    report(policy("fine.test", "testing", "604800"), reporter=BETA,
           name="Beta")
    found = look("fine", status=DONE)
    last = alerting.yesterday() - 2 * DAY
    assert found["reported-old-policy"]["text"].startswith(
        'Reporters used another policy than the one that is published now: '
        '"Alpha (signed by alpha.example)" (none, until %s). ' % (
            last + DAY + AGES["604800"])), found
    assert "reported-failing" not in found


def test_tenants_see_only_their_own(report, look, run, cluster, database):
    report(*expired("mx-certificate-expired.test"))
    report(*expired("fine.test"))
    run("db", "grant", "tenant", "tenant_evidence", "fine.test", "-d",
        cluster.conninfo(database))
    own = look("fine", user="tenant_evidence", status=DONE)
    others = look("mx-certificate-expired", user="tenant_evidence")
    assert "reported-failing" in own
    assert "mx-certificate-expired" in others
    assert "reported-failing" not in others


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_without_database(run, laboratory, options):
    """One line, whatever the number of domains."""
    done = run("check-domain", "fine.test", "renewed.test", "-d",
               "host=/nowhere dbname=none", *laboratory.options(), *options)
    line, = done.stderr.splitlines()
    assert "no database" in line


def test_hostile_texts(report, look, query):
    report(policy("fine.test", "none", "604800"), name=HOSTILE)
    report(*expired("fine.test"), reporter=BETA, name=HOSTILE)
    query("UPDATE tlsrpt.alert SET result_type = %s,"
          " receiving_mx_hostname = %s"
          " WHERE receiving_mx_hostname = 'mx1.fine.test'",
          HOSTILE, HOSTILE_HOST)
    text = look.run("fine").stdout
    assert "reported-failing" in text and "reported-old-policy" in text
    assert not RAW.search(text)
    assert "\\x1b" in text and "x" * 100 not in text
    found = json.loads(look.run("fine", "--json").stdout)
    for one in found[0]["findings"]:
        assert not RAW.search(one["text"] + one["where"])
        assert "x" * 100 not in one["text"]
