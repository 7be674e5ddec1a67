# SPDX-License-Identifier: BSD-2-Clause
"""What tlsreport says of policies, MX hosts and single reports."""

import json
import subprocess
from datetime import timedelta

import pytest

import reportmail
from demo import read_sample
from test_cli import BAD, DONE, ctl, owner, reader, writer

def make_policy(kind, domain, mode=None, successful=1, failures=()):
    """A policy; failures are pairs of a result type and sessions."""
    lines = {"sts": ["version: STSv1"], "tlsa": ["3 1 1 0a"]}.get(kind, [])
    lines += ["mode: " + mode] if mode else []
    return {
        "policy": {"policy-type": kind, "policy-domain": domain,
                   "policy-string": lines},
        "summary": {"total-successful-session-count": successful,
                    "total-failure-session-count": sum(
                        sessions for _, sessions in failures)},
        "failure-details": [
            {"result-type": result_type, "failed-session-count": sessions,
             "receiving-mx-hostname": "mx." + domain}
            for result_type, sessions in failures]}


def make_report(reporter, age, *policies, report_id=None):
    day = reportmail.yesterday() - timedelta(age)
    return {
        "organization-name": reporter, "contact-info": "tls@r.example",
        "report-id": report_id or "%s %s" % (day, reporter),
        "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                       "end-datetime": "%sT23:59:59Z" % day},
        "policies": list(policies)}


@pytest.fixture
def store(ctl, writer):
    def store(*reports):
        for report in reports:
            ctl("import", "-d", writer, "-",
                stdin=json.dumps(report).encode())
    return store


@pytest.fixture
def summary(ctl, reader):
    def summary(*words):
        rows = json.loads(ctl("summary", "--json", "-d", reader, *words))
        return {row["policy_domain"]: row for row in rows}
    return summary


# Of each domain what reporters said so many days before the last, and its mode.
MODES = {
    "enforce.test": ([("A", 0, "sts", "enforce")], "enforce"),
    "testing.test": ([("A", 0, "sts", "testing")], "testing"),
    "off.test": ([("A", 0, "sts", "none")], "none"),
    "nothing.test": ([("A", 0, "no-policy-found", None)], "none"),
    "odd.test": ([("A", 0, "sts", None)], "unknown"),
    # A sender that does not ask for policies says nothing against one.
    "asked.test": ([("A", 1, "sts", "enforce"),
                    ("B", 0, "no-policy-found", None)], "enforce"),
    "changed.test": ([("A", 1, "sts", "testing"),
                      ("A", 0, "sts", "enforce")], "enforce"),
    "removed.test": ([("A", 5, "sts", "enforce"),
                      ("A", 0, "no-policy-found", None)], "none"),
    "differ.test": ([("A", 1, "sts", "testing"),
                     ("B", 0, "sts", "enforce")], "mixed"),
    # What was said long ago does not count.
    "gone.test": ([("A", 3, "sts", "testing"),
                   ("B", 0, "sts", "enforce")], "enforce"),
    "both.test": ([("A", 0, "sts", "enforce"),
                   ("A", 0, "tlsa", None)], "enforce, DANE"),
    "dane.test": ([("A", 0, "no-policy-found", None),
                   ("B", 0, "tlsa", None)], "DANE"),
}


def list_mode_reports():
    said = {}
    for domain, (policies, _) in MODES.items():
        for reporter, age, kind, mode in policies:
            said.setdefault((reporter, age), []).append(
                make_policy(kind, domain, mode))
    return [make_report(*key, *policies) for key, policies in said.items()]


def test_modes(store, summary, ctl, owner):
    store(*list_mode_reports())
    expected = {domain: mode for domain, (_, mode) in MODES.items()}
    for _ in ("before", "behind"):
        assert {domain: row["mode"] for domain, row in summary().items()
                } == expected
        ctl("maintain", "-d", owner)
    assert summary("-o", "A")["differ.test"]["mode"] == "testing"
    assert summary("-D", "both.test")["both.test"]["mode"] == "enforce, DANE"
    assert summary("--since", "1d")["differ.test"]["mode"] == "enforce"


def test_what_enforcing_would_withhold(store, summary, ctl, reader):
    failures = (("certificate-expired", 7), ("sts-policy-fetch-error", 2))
    store(make_report("A", 0, *(
        make_policy("sts", mode + ".test", mode, 10, failures)
        for mode in ("enforce", "testing", "none"))))
    assert {domain: (row["failed_sessions"], row["withheld_sessions"],
                     row["would_withhold_sessions"])
            for domain, row in summary().items()} == {
        "enforce.test": (9, 7, 0), "testing.test": (9, 0, 7),
        "none.test": (9, 0, 0)}
    text = ctl("summary", "-d", reader, "-D", "testing.test")
    assert "  if enforced  " in text.split("\n")[2]
    assert "  withheld  " not in text


def test_hosts_are_no_domains(store, summary, ctl, reader):
    """A policy of DANE names the MX host, which may be another's."""
    store(
        make_report("Postfix", 0, make_policy("sts", "a.test", "enforce"),
                    make_policy("tlsa", "mx1.a.test", successful=30),
                    make_policy("tlsa", "in.mail.sub.a.test"),
                    make_policy("tlsa", "mx.elsewhere.test",
                                failures=(("tlsa-invalid", 4),))),
        make_report("Google", 0, make_policy("sts", "a.test", "enforce"),
                    make_policy("sts", "sub.a.test", "enforce")),
        make_report("Microsoft", 0, make_policy("tlsa", "a.test")))
    rows = summary()
    assert {domain: (row["mode"], row["host_of"])
            for domain, row in rows.items()} == {
        "a.test": ("enforce, DANE", None),
        "sub.a.test": ("enforce", None),
        "mx1.a.test": ("DANE host", "a.test"),
        "in.mail.sub.a.test": ("DANE host", "sub.a.test"),
        "mx.elsewhere.test": ("DANE host", None)}
    assert list(rows) == ["mx.elsewhere.test", "a.test", "mx1.a.test",
                          "sub.a.test", "in.mail.sub.a.test"]
    row = summary("-D", "mx1.a.test")["mx1.a.test"]
    assert (row["mode"], row["host_of"]) == ("DANE host", "a.test")
    rows = json.loads(ctl("reporters", "--json", "-d", reader))
    assert {row["organization_name"]: (row["domains"], row["mx_hosts"])
            for row in rows} == {
        "Postfix": (1, 3), "Google": (2, 0), "Microsoft": (1, 0)}


class TestOneReport:
    @pytest.fixture
    def show(self, ctl_program, reader):
        def show(*words, status=DONE):
            done = subprocess.run(
                [ctl_program, "reports", "-d", reader, "--show", *words],
                capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == status, done
            assert "Sanitizer" not in done.stderr
            return done.stdout if status == DONE else done.stderr
        return show

    @pytest.fixture
    def several(self, store):
        policy = make_policy("sts", "a.test", "enforce")
        store(make_report("A", 0, policy, report_id="one"),
              make_report("B", 0, policy, report_id="one-more"),
              make_report("C", 1, policy, report_id="same"),
              make_report("D", 0, policy, make_policy("sts", "b.test"),
                          report_id="same"))

    def test_as_a_file(self, ctl, show, reader, store):
        """All that a report says, through the database and back."""
        odd = make_report(
            "<b>\u001b[2J", 0,
            make_policy("sts", "a.test", "testing", 5,
                        (("certificate-expired", 3), ("odd", 4))),
            make_policy("tlsa", "mx.a.test"))
        odd["policies"][0]["more"] = {"null": None, "list": [1, "x"]}
        odd["policies"][0]["policy"]["mx-host"] = ["*.a.test", "b.test"]
        odd["policies"][0]["failure-details"][1].update({
            "sending-mta-ip": "[2001:DB8::1]", "receiving-ip": "192.0.2.1",
            "receiving-mx-helo": "mx", "failure-reason-code": "x\n\"y\"",
            "additional-information": "https://a.test/?\u2028",
            "unknown": 7})
        odd["unknown"] = "kept"
        samples = (json.loads(read_sample(name, age)) for age, name in enumerate(
            ("google", "microsoft", "postfix", "certificate-expired"), 1))
        for report in (odd, *samples):
            text = json.dumps(report).encode()
            store(report)
            identifier = report["report-id"]
            assert json.loads(show(identifier, "--json")) == json.loads(
                ctl("show", "--json", "-", stdin=text))
            explained = show(identifier)
            assert explained.startswith(ctl("show", "-", stdin=text))
            assert "In the database\n  Key   " in explained
            assert "\n  Signed by   nobody: unauthenticated\n" in explained
            assert "\x1b" not in explained

    @pytest.mark.usefixtures("several")
    def test_which_one(self, ctl, show, reader):
        keys = {row["organization_name"]: row["report_key"]
                for row in json.loads(ctl("reports", "--json", "-d", reader))}
        assert "TLS report of A\n" in show("one")
        assert "TLS report of B\n" in show("one-")
        for name, key in keys.items():
            assert "TLS report of %s\n" % name in show(key)
            assert "TLS report of %s\n" % name in show(key[:18].upper())
        assert "TLS report of C\n" in show("same", "--until", "2d")
        text = show("same", status=BAD).splitlines()
        assert text[0] == ('tlsreport: "same" names several reports:'
                           ' give more of the id, or the key')
        assert [line.endswith("key " + keys[name]) for line, name
                in zip(text[1:], "DC", strict=True)] == [True, True]
        assert show("on", status=BAD).count("\n") == 3
        assert show("none", status=BAD) == (
            'tlsreport: no report has the id or key "none"\n')
        assert "no report has" in show("%", status=BAD)

    @pytest.mark.usefixtures("several")
    def test_a_tenant_sees_his_part(self, cluster, database, ctl, owner):
        cluster.psql("CREATE ROLE tenant_a LOGIN")
        try:
            ctl("db", "grant", "tenant", "tenant_a", "a.test", "-d", owner)
            tenant = cluster.conninfo(database, "tenant_a")
            key = next(row["report_key"] for row in json.loads(
                ctl("reports", "--json", "-d", tenant))
                if row["organization_name"] == "D")
            report = json.loads(
                ctl("reports", "--json", "-d", tenant, "--show", key))
            assert [policy["policy"]["policy-domain"]
                    for policy in report["policies"]] == ["a.test"]
            assert "remarks" not in report
        finally:
            cluster.psql("DROP OWNED BY tenant_a", database)
            cluster.psql("DROP ROLE tenant_a")
