# SPDX-License-Identifier: BSD-2-Clause
"""What the command advises, from reports and from how domains are now."""

import json
import subprocess

import pytest

from checking import Laboratory, load_cases, write_value
from daemon import READER

# By what is seen now, of domains that reports would have go on.
CLEAN = ["fine", "tlsrpt-missing", "sts-max-age-short"]
BROKEN = {
    "mx-certificate-expired": "mx-certificate-expired at mx1.",
    "mx-certificate-soon": "mx-certificate-soon at mx1.",
    "sts-mx-not-covered": "sts-mx-not-covered at",
    "sts-policy-404": "sts-policy-status at",
    "sts-missing": "no policy can be had now",
    "fine-enforce": "the policy is in another mode by now",
}
UNSEEN = ["dns-unreachable"]
CASES = {case.name: case for case in load_cases()
         if case.name in {*CLEAN, *BROKEN, *UNSEEN}}
# Each of two reporters says so on every one of twenty days.
REPORT = (
    "SELECT count(tlsrpt.ingest(gen_random_uuid(), sha256(%s::bytea), 'here',"
    " reporter || '.example', reporter, NULL, reporter, start, start + 86399,"
    " NULL, '{}', '{sts}', ARRAY[%s], ARRAY[%s], '{\"{}\"}', '{9}',"
    " ARRAY[bad::bigint], '{NULL}', array_fill(1::smallint, ARRAY[rows]),"
    " array_fill('certificate-expired'::text, ARRAY[rows]),"
    " array_fill(NULL::inet, ARRAY[rows]),"
    " array_fill('mx.test'::text, ARRAY[rows]),"
    " array_fill(NULL::text, ARRAY[rows]),"
    " array_fill(NULL::inet, ARRAY[rows]),"
    " array_fill(bad::bigint, ARRAY[rows]),"
    " array_fill(NULL::text, ARRAY[rows]),"
    " array_fill(NULL::text, ARRAY[rows]),"
    " array_fill(NULL::text, ARRAY[rows])))"
    " FROM unnest('{a,b}'::text[]) AS reporter,"
    " generate_series(1, 20) AS ago, LATERAL (SELECT extract(epoch FROM"
    "  date_trunc('day', now() AT TIME ZONE 'UTC')"
    "  AT TIME ZONE 'UTC')::bigint - 86400 * ago, %s,"
    "  least(%s, 1)) AS of (start, bad, rows)")


@pytest.fixture
def report(query):
    def add(domain, mode="testing", bad=0):
        assert query(REPORT, domain, domain,
                     "{version: STSv1,mode: %s,max_age: 86400}" % mode,
                     bad, bad) == [(40,)]
    return add


@pytest.fixture(scope="module")
def laboratory(workspace):
    started = Laboratory(
        workspace + "/advise", list(CASES.values())).create().start()
    yield started
    started.stop()


@pytest.fixture
def config(laboratory, cluster, database, tmp_path):
    settings = {
        "database": cluster.conninfo(database, READER),
        "probe_resolvers": [laboratory.resolver],
        "probe_trust_anchor": laboratory.anchor,
        "probe_ca_file": laboratory.ca_file,
        "probe_smtp_port": laboratory.ports["smtp"],
        "probe_https_port": laboratory.ports["https"],
        "probe_timeout": 8,
    }
    path = tmp_path / "tlsrpt.conf"
    path.write_text("".join("%s = %s\n" % (name, write_value(value))
                            for name, value in settings.items()))
    return str(path)


@pytest.fixture
def advise(ctl_program, config):
    def run(*words, status=0):
        done = subprocess.run(
            [ctl_program, "-c", config, "advise", *words],
            capture_output=True, text=True, check=False, timeout=60)
        assert "Sanitizer" not in done.stderr, done.stderr
        assert done.returncode == status, done.stderr
        return done

    return run


@pytest.fixture
def advise_each(advise):
    def run(*words):
        return {row["policy_domain"]: row
                for row in json.loads(advise("--json", *words).stdout)}
    return run


def test_what_is_seen_now_counts(report, advise_each):
    for case in CASES.values():
        report(case.domain)
    rows = advise_each(*[case.domain for case in CASES.values()])
    for name in CLEAN:
        row = rows[CASES[name].domain]
        assert (row["verdict"], row["reasons"], row["looked"]) == (
            "enforce-now", [], True)
        assert row["not_looked"] is None
    for name, reason in BROKEN.items():
        row = rows[CASES[name].domain]
        assert row["verdict"] == "keep-testing", row
        assert row["looked"]
        assert any(reason in one for one in row["reasons"]), row
    for name in UNSEEN:
        row = rows[CASES[name].domain]
        assert (row["verdict"], row["looked"], row["not_looked"]) == (
            "enforce-now", False, "the DNS does not answer")


def test_table(report, advise):
    report(CASES["fine"].domain)
    report(CASES["sts-policy-404"].domain)
    report("bad.test", "enforce", 3)
    text = advise().stdout
    lines = text.splitlines()
    assert lines[0].split() == [
        "domain", "mode", "days", "reporters", "failures", "verdict"]
    assert [line.split() for line in lines if line[0] != " "][1:] == [
        ["bad.test", "enforce", "20", "2", "120", "hold-back"],
        [CASES["fine"].domain, "testing", "20", "2", "0", "enforce-now"],
        [CASES["sts-policy-404"].domain, "testing", "20", "2", "0",
         "keep-testing"]]
    words = " ".join(text.split())
    assert ("Repair what makes senders withhold mail: certificate-expired at"
            " mx.test; if that takes long, go back to mode testing. Mail of"
            " 120 sessions was withheld, the last on ") in words
    assert ("Change the mode of the policy to enforce, and then the id in the"
            " record _mta-sts.fine.test: see tlsreport setup") in words
    assert "Leave the mode of the policy as it is. Seen now: sts-" in words


def test_without_a_look(report, advise, advise_each):
    report(CASES["sts-policy-404"].domain)
    row = advise_each("--no-probe")[CASES["sts-policy-404"].domain]
    assert (row["verdict"], row["looked"], row["not_looked"]) == (
        "enforce-now", False, "as --no-probe wants it")
    assert "Not looked at: as --no-probe" in " ".join(
        advise("--no-probe").stdout.split())


def test_at_most_twenty(report, query, advise_each):
    names = ["d%02d.test" % number for number in range(22)]
    for name in names:
        report(name)
    rows = advise_each()
    assert [rows[name]["looked"] for name in names] == [True] * 20 + [False] * 2
    assert "name it" in rows[names[20]]["not_looked"]
    assert all(row["looked"] for row in advise_each(*names).values())


def test_nothing_is_known(advise):
    done = advise()
    assert (done.stdout, done.stderr) == ("Nothing found.\n", "")
    done = advise("no.test", "--json")
    assert json.loads(done.stdout) == []
    assert 'about a domain "no.test"' in done.stderr
    advise("-d", "host=/nonexistent", status=3)


def test_hostile_names(report, advise):
    report("x\u202e\u001b[31m..test")
    text = advise().stdout
    assert "\u001b" not in text and "\u202e" not in text
    assert "this is not the name of a domain" in " ".join(text.split())


def test_status_says_so(report, advise, ctl_program, config):
    report(CASES["fine"].domain)
    report("bad.test", "enforce", 3)
    text = subprocess.run(
        [ctl_program, "-c", config, "status"], capture_output=True, text=True,
        check=False, timeout=30).stdout
    assert ("Policies    1 to hold back, 1 to enforce, see tlsreport advise\n"
            in text)
