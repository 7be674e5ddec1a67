# SPDX-License-Identifier: BSD-2-Clause
"""What tlsreport says of alerts and rules, and does with them."""

import json

import pytest

from daemon import READER
from test_alerts import (
    BAD, DONE, UNAVAILABLE, USAGE, config, ctl, environment, expired, make_failure,
    report)


class TestCommands:
    @pytest.fixture(autouse=True)
    def alerts(self, report):
        report(expired(), expired("mx2.one.test"),
               make_failure("odd\u202e\u001b[31m", "mx3", 90000))

    @pytest.fixture
    def owner(self, cluster, database):
        return cluster.conninfo(database)

    @pytest.fixture
    def reader(self, cluster, database):
        return cluster.conninfo(database, READER)

    def list(self, ctl, reader, *words, status=BAD):
        return json.loads(ctl("alert", "list", "--json", "-d", reader,
                              *words, status=status))

    def test_list(self, ctl, reader):
        rows = self.list(ctl, reader)
        assert [(row["severity"], row["receiving_mx_hostname"],
                 row["policy_domains"], row["sample_domains"])
                for row in rows] == [
            ("critical", "mx.one.test", 1, ["one.test"]),
            ("critical", "mx2.one.test", 1, ["one.test"])]
        each = self.list(ctl, reader, "--each")
        assert [row["result_type"] for row in each] == [
            "certificate-expired", "certificate-expired", "failure-share"]
        text = ctl("alert", "list", "-d", reader, status=BAD)
        assert "The certificate has expired at mx2.one.test (7 of" in text
        assert ctl("alert", "list", "--csv", "-d", reader,
                   status=BAD).count("\n") == 3

    def test_acknowledge(self, ctl, reader, owner, config):
        first, second = [
            row["incident_id"] for row in self.list(ctl, reader)]
        assert "%d: acknowledged" % first in ctl(
            "alert", "ack", str(first), "-c", config())
        ctl("alert", "ack", str(first), "-c", config(), status=BAD)
        assert ctl("alert", "ack", "99", "1-3", "-d", owner, status=BAD)
        rows = self.list(ctl, reader, status=DONE)
        assert {row["state"] for row in rows} == {"acknowledged"}
        assert all(row["acknowledged_by"] for row in rows)
        ctl("alert", "ack", "1", "-d", reader, status=UNAVAILABLE)

    def test_acknowledge_by_cause(self, ctl, reader, owner):
        ack = "alert", "ack", "-d", owner
        assert "no open alert is about this" in ctl(
            *ack, "--host", "mx9.one.test", status=BAD)
        assert "1 alert acknowledged" in ctl(*ack, "--host", "mx.one.test")
        assert [row["state"] for row in self.list(ctl, reader)] == [
            "acknowledged", "open"]
        ctl(*ack, "--type", "certificate-expired", "--host", "x", status=BAD)
        assert "1 alert acknowledged" in ctl(
            *ack, "--type", "certificate-expired")
        ctl(*ack, status=USAGE)
        ctl("alert", "ack", "1", "--type", "x", "-d", owner, status=USAGE)

    def test_show(self, ctl, reader, report):
        text = ctl("alert", "show", "1", "2", "-d", reader)
        assert "CRITICAL: The certificate has expired" in text
        assert "mx2.one.test" in text
        assert "State       open, since 2" in text
        assert "What to do  Renew" in text
        assert "tlsreport alert ack 1" in text
        ctl("alert", "show", "4", "-d", reader, status=BAD)

    def test_over(self, ctl, reader, report):
        report(age=-1, good=10 ** 8)
        assert self.list(ctl, reader, status=DONE) == []
        assert "Nothing is wrong." in ctl("alert", "list", "-d", reader)
        assert len(self.list(ctl, reader, "--all", status=DONE)) == 2
        assert "OVER: The certificate" in ctl(
            "alert", "show", "1", "-d", reader)

    def test_rules(self, ctl, reader, owner, report):
        def rules():
            return {row.pop("name"): row for row in json.loads(ctl(
                "rule", "list", "--json", "-d", reader))}

        shipped = rules()
        assert shipped["certificate-expired"]["severity"] == "critical"
        ctl("rule", "set", "mine", "-d", owner, "--types", "odd*, !sts-policy-invalid",
            "--domains", "*.test", "--severity", "critical", "--days", "3",
            "--percent", "2.5", "--unauthenticated", "yes")
        assert rules()["mine"] == {
            "enabled": True, "kind": "failure", "result_types": "odd*,!sts-policy-invalid",
            "policy_domains": "*.test", "sessions": 1, "percent": 2.5,
            "days": 3, "severity": "critical", "withheld_severity": None,
            "unauthenticated": True}
        ctl("rule", "set", "mine", "-d", owner, "--sessions", "100",
            "--withheld-severity", "warning")
        assert rules()["mine"]["sessions"] == 100
        assert rules()["mine"]["withheld_severity"] == "warning"
        assert rules()["mine"]["percent"] == 2.5
        ctl("rule", "set", "mine", "-d", owner, "--withheld-severity", "same")
        assert rules()["mine"]["withheld_severity"] is None
        row, = json.loads(ctl("rule", "test", "mine", "--json", "-d", owner))
        assert row["failed_sessions"] == 90000
        assert (row["unauthenticated_sessions"], row["needs"]) == (0, None)
        text = ctl("rule", "test", "mine", "-d", owner)
        assert "odd\\u202e\\x1b[31m" in text.lower()

        ctl("maintain", "-d", owner)
        assert self.list(ctl, reader, "--each")[0]["rule"] in (
            "mine", "certificate-expired")
        assert len(self.list(ctl, reader, "--each")) == 4
        ctl("rule", "disable", "mine", "-d", owner)
        assert rules()["mine"]["enabled"] is False
        ctl("maintain", "-d", owner)
        assert len(self.list(ctl, reader, "--each")) == 3
        assert json.loads(ctl("rule", "test", "mine", "--json", "-d", owner))
        ctl("rule", "enable", "mine", "-d", owner)
        ctl("maintain", "-d", owner)
        assert len(self.list(ctl, reader, "--each")) == 4
        ctl("rule", "delete", "mine", "-d", owner)
        assert rules() == shipped
        for action in ("enable", "disable", "delete", "test"):
            ctl("rule", action, "mine", "-d", owner, status=BAD)
        ctl("rule", "set", "mine", "-d", reader, status=UNAVAILABLE)
        assert rules() == shipped


class TestStatus:
    def test_status(self, ctl, report, cluster, database):
        reader = cluster.conninfo(database, READER)
        assert "No report has arrived yet." in ctl("status", "-d", reader)
        assert ctl("status", "--plugin", "-d", reader, status=3).startswith(
            "TLSRPT UNKNOWN - No report has arrived yet | incidents=0 ")
        report(age=1)
        assert "All is well" in ctl("status", "-d", reader)
        assert ctl("status", "--plugin", "-d", reader).startswith(
            "TLSRPT OK - All is well: nothing has failed for 1 day | ")
        ctl("rule", "set", "odd", "--types", "odd*",
            "-d", cluster.conninfo(database))
        report(make_failure("odd|x", "mx.one.test", 7), good=1)
        text = ctl("status", "-d", reader, status=BAD)
        assert text.startswith(
            "1 incident is open, and senders withhold mail.\n\nOpen\n  1    Ses")
        line = ctl("status", "--plugin", "-d", reader, status=1)
        assert line.startswith("TLSRPT WARNING - 1 incident is open, and"
                               " senders withhold mail: Sessions fail with"
                               " odd/x at mx.one.test | incidents=1 sessions=")
        assert line.count("|") == line.count("\n") == 1
        assert json.loads(ctl("status", "--json", "-d", reader, status=BAD))[
            "digest"]["verdict"] == "warning"
        ctl("alert", "ack", "1", "-d", cluster.conninfo(database))
        ctl("status", "-d", reader)
        assert ctl("status", "--plugin", "-d", "host=/nonexistent",
                   status=3).startswith("TLSRPT UNKNOWN - no connection")

    def test_digest(self, ctl, report, cluster, database):
        report(expired())
        reader = cluster.conninfo(database, READER)
        text = ctl("digest", "-d", reader)
        assert text.startswith("It works: 1 reporter has reported.\n")
        assert "100007; before: 0" in text
        assert "before: 0" in ctl("digest", "--since", "14d", "-d", reader)
        ctl("digest", "--since", "soon", "-d", reader, status=USAGE)

    def test_delivery(self, ctl, config, report, query, tmp_path):
        """The service delivers it when it is due, and once."""
        script = tmp_path / "command"
        script.write_text("#!/bin/sh\ncat >>%s/news\n" % tmp_path)
        script.chmod(0o755)
        path = config(alert_command=[str(script)])
        report()
        deliver = "alert", "deliver", "-o", "-c", path
        assert ctl(*deliver) == ""
        query("UPDATE tlsrpt.alert_channel"
              " SET digest_at = now() - interval '7 days'")
        assert ctl(*deliver) == "command: delivered the digest\n"
        assert ctl(*deliver) == ""
        news, = (tmp_path / "news").read_text().splitlines()
        news = json.loads(news)
        assert news["incidents"] == [] and news["digest"]["sessions"] == 100000
        assert "It works" in news["text"]
        query("UPDATE tlsrpt.alert_channel"
              " SET digest_at = now() - interval '7 days'")
        assert ctl("alert", "deliver", "-o", "-c", config(
            alert_command=[str(script)], digest="off")) == ""
