# SPDX-License-Identifier: BSD-2-Clause
"""The tables of tlsreport, in all forms."""

import contextlib
import csv
import io
import json
import os
import pty
import subprocess
import termios
from datetime import timedelta

import pytest

import reportmail
from test_cli import (
    DONE, UNAVAILABLE, ctl, files, filled, owner, reader, writer)

TABLES = ("summary", "failures", "reports", "reporters")
# People do not see these.
FOR_PROGRAMS = ("host_of", "received_by", "report_key")


def run_on_terminal(width, command):
    """What a program shows on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, width))
    with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs,
            env={**os.environ, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}) as child:
        os.close(theirs)
        shown = b""
        # Linux ends the reading of a terminal that nobody has with an error.
        with contextlib.suppress(OSError):
            while block := os.read(ours, 65536):
                shown += block
        os.close(ours)
    assert child.returncode == DONE, shown
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("filled")
class TestTables:
    @pytest.mark.parametrize("table", TABLES)
    def test_formats_agree(self, ctl, reader, table):
        text = ctl(table, "-d", reader)
        rows = json.loads(ctl(table, "--json", "-d", reader))
        lines = list(csv.DictReader(io.StringIO(
            ctl(table, "--csv", "-d", reader))))
        assert rows
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows):
            assert list(line) == list(row)
        assert "kiosk.test" in text or table == "reporters"

    def test_failures(self, ctl, reader):
        rows = json.loads(ctl("failures", "--json", "-d", reader,
                              "--type", "certificate-expired"))
        row, = rows
        assert row["result_type"] == "certificate-expired"
        assert row["policy_domain"] == "kiosk.test"
        assert row["organization_name"] == "Google Inc."
        assert row["receiving_mx_hostname"] == "mx2.kiosk.test"
        assert row["failed_sessions"] == 45

    def test_a_row_is_as_bad_as_its_worst_day(
            self, ctl, reader, cluster, database):
        cluster.psql("""
            INSERT INTO tlsrpt.daily_failure (day, policy_domain, auth_domain,
              organization_name, result_type, receiving_mx_hostname, cause,
              failed_sessions)
            SELECT current_date - age, 'worse.test', 'a.example', 'A', type,
              'mx.worse.test', type, 2
            FROM generate_series(1, 2) AS age,
              unnest('{certificate-not-trusted,validation-failure}'::text[]) AS type;
            INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain,
              result_type, receiving_mx_hostname, organization_name, state,
              severity, first_day, last_day, failed_sessions,
              withheld_sessions, all_sessions, reporters, incident_id)
            VALUES (99, 'any', 'worse.test', 'certificate-not-trusted',
              'mx.worse.test', '', 'open', 'critical', current_date - 1,
              current_date - 1, 2, 0, 9, '{A}', 99)
            """, database)
        rows = json.loads(ctl("failures", "--json", "-d", reader,
                              "--domain", "worse.test"))
        assert {row["result_type"]: (row["severity"], row["failed_sessions"])
                for row in rows} == {
                    "certificate-not-trusted": ("critical", 4),
                    "validation-failure": ("warning", 4)}

    def test_summary(self, ctl, reader):
        rows = json.loads(ctl("summary", "--json", "-d", reader,
                              "--domain", "kiosk.test"))
        row, = rows
        assert row["successful_sessions"] == 230 + 187 + 41
        assert row["failed_sessions"] == 45 + 3

    def test_trend(self, ctl, reader, writer):
        """In eighths: 14 clean days, one of 5 %, one without a report."""
        last = reportmail.yesterday()
        for age in set(range(16)) - {1}:
            report = reportmail.make_report(
                "google", age, "trend.test", last - timedelta(age), 0)
            for policy in report["policies"]:
                policy["policy"]["policy-domain"] = "trend.test"
                policy["summary"] = {
                    "total-successful-session-count": 100 - 5 * (age == 5),
                    "total-failure-session-count": 5 * (age == 5)}
            ctl("import", "-d", writer, "-",
                stdin=json.dumps(report).encode())
        row, = json.loads(ctl(
            "summary", "--json", "-d", reader, "--domain", "trend.test",
            "--since", str(last - timedelta(15)), "--until", str(last)))
        assert row["trend"] == [0, 0, 0, 0, 0, 2.5, 0, 0]
        row, = json.loads(ctl(
            "summary", "--json", "-d", reader, "--domain", "trend.test",
            "--since", str(last - timedelta(2))))
        assert row["trend"] == [0, None, 0]

    def test_reporters(self, ctl, reader):
        rows = json.loads(ctl("reporters", "--json", "-d", reader))
        assert [(row["organization_name"], row["authenticated"],
                 row["domains"], row["reports"], row["failed_sessions"])
                for row in rows] == [
            ("Google Inc.", False, 1, 2, 45),
            ("Example University", False, 1, 1, 3)]
        assert all(row["first_day"] <= row["last_day"] for row in rows)
        assert json.loads(ctl("reporters", "--json", "-d", reader,
                              "--since", "2d", "--domain", "no*")) == []

    @pytest.mark.parametrize("words", [
        ("summary", "--organization"), ("reporters", "--domain")])
    def test_sums_of_all_are_those_of_each(self, ctl, reader, words):
        """What a pattern that fits everything leaves is not read from the
        sums of all reporters or domains."""
        table, option = words
        for more in [], ["--authenticated"], ["--since", "2000-01-01"]:
            look = (table, "--json", "-d", reader, *more)
            assert ctl(*look) == ctl(*look, option, "*")

    def test_filters(self, ctl, reader):
        def reports(*filters):
            return json.loads(ctl(
                "reports", "--json", "-d", reader, *filters))

        assert len(reports()) == 3
        assert len(reports("--organization", "example*")) == 1
        assert len(reports("--since", "2d")) == 2
        assert len(reports("--until", "2000-01-01")) == 0
        assert len(reports("--limit", "1")) == 1
        assert len(reports("--domain", "KIOSK.test.")) == 3
        assert len(reports("-n1")) == 1
        assert len(reports("-Dnone.test", "-DKIOSK.test")) == 3
        assert len(reports("-D", "none.test,kiosk.test")) == 3
        assert len(reports("-o", "google inc.,nobody", "-o", "no")) == 2
        assert len(reports("--since", "1m", "--until", "today")) == 3
        assert reports("--authenticated") == []

    def test_names_that_no_report_has(self, ctl_program, reader):
        def complaints(*words):
            done = subprocess.run(
                [ctl_program, *words, "-d", reader], check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            return done.stderr.decode().splitlines()

        assert complaints("summary", "-Dkiosk") == [
            'tlsreport: no report names the domain "kiosk"; '
            "nearest: kiosk.test"]
        assert complaints("failures", "-o", "google", "-o", "Google Inc.") == [
            'tlsreport: no report is from "google"; nearest: Google Inc.']
        assert complaints("reports", "-t", "certificate-expird") == [
            'tlsreport: no report has the result type "certificate-expird"; '
            "nearest: certificate-expired"]
        assert complaints("summary", "-t", "tlsa-invalid") == []
        assert complaints("reports", "-n1") == []
        assert complaints("dashboard", "-o-", "-D", "kiosk.tst") == [
            'tlsreport: no report names the domain "kiosk.tst"; '
            "nearest: kiosk.test"]

    def test_a_domain_as_people_write_it(self, ctl, reader, writer):
        report = reportmail.make_report("google", 1, "b\u00fccher.test")
        ctl("import", "-d", writer, "-", stdin=json.dumps(report).encode())
        for name in ("b\u00fccher.test", "B\u00dcCHER.test.", "xn--bcher*"):
            row, = json.loads(ctl(
                "summary", "--json", "-d", reader, "--domain", name))
            assert row["policy_domain"] == "xn--bcher-kva.test"

    @pytest.mark.parametrize("width", (44, 60, 80))
    @pytest.mark.parametrize("table", TABLES)
    def test_narrow_terminals(self, ctl_program, ctl, reader, table, width):
        """No line is wider, and no day, number or domain is cut."""
        text = run_on_terminal(width, [ctl_program, table, "-d", reader])
        rows = json.loads(
            ctl(table, "--json", "-d", reader), parse_float=str)
        assert max(map(len, text.splitlines())) <= width
        for row in rows:
            for name, value in row.items():
                if name in FOR_PROGRAMS or value is None:
                    continue
                if not isinstance(value, (bool, list)):
                    assert str(value) in text

    def test_reports_by_their_day(self, ctl, reader, writer):
        """A late one stands with its day, with and without its domain."""
        late = reportmail.make_report(
            "google", 1, "kiosk.test",
            reportmail.yesterday() - timedelta(10), 0)
        for policy in late["policies"]:
            policy["policy"]["policy-domain"] = "kiosk.test"
        ctl("import", "-d", writer, "-", stdin=json.dumps(late).encode())
        for filters in ([], ["--domain", "kiosk.test"], ["--domain", "*"]):
            rows = json.loads(ctl(
                "reports", "--json", "-d", reader, *filters))
            days = [row["day"] for row in rows]
            assert len(days) == 4
            assert days == sorted(days, reverse=True), filters
            assert rows[-1]["report_id"] == late["report-id"]

    def test_reports_that_failed(self, ctl, reader):
        for filters in ([], ["--domain", "kiosk.test"]):
            row, = json.loads(ctl(
                "reports", "--json", "-d", reader, *filters,
                "--type", "certificate-expired"))
            assert row["failed_sessions"] == 45

    @pytest.mark.parametrize("table", TABLES)
    def test_of_which_days(self, ctl, reader, writer, table):
        """Sums are of thirty days, and say so; the list has all."""
        old = reportmail.make_report(
            "google", 1, "old.test", reportmail.yesterday() - timedelta(60), 3)
        for policy in old["policies"]:
            policy["policy"]["policy-domain"] = "old.test"
        ctl("import", "-d", writer, "-", stdin=json.dumps(old).encode())
        first = str(reportmail.yesterday() - timedelta(29))

        def look(*words):
            return ctl(table, "-d", reader, "--domain", "old.test", *words)

        if table == "reports":
            assert "old.test" in look()
        else:
            assert look() == (
                "Nothing found since %s; see --since.\n"
                % first)
            assert json.loads(look("--json")) == []
            assert ctl(table, "-d", reader).startswith(
                "Since %s; see --since.\n\n" % first)
        for words in (["--since", "70d"], ["--until", "today"]):
            text = look(*words)
            assert "Since" not in text and "Nothing" not in text

    def test_details(self, ctl, reader):
        expired, plain = json.loads(ctl(
            "failures", "--json", "--details", "-d", reader))
        assert expired["failure_reason_codes"] is None
        assert expired["receiving_ips"] == "198.51.100.12, 2001:db8:12::12"
        assert expired["sending_mta_ips"] == "192.0.2.51, 2001:db8:25::51"
        assert plain["receiving_mx_helos"] == "mx1.kiosk.test"
        text = ctl("failures", "--details", "-d", reader)
        assert "\nMX addresses  198.51.100.12, 2001:db8:12::12\n" in text
        assert "\nMX greetings  mx1.kiosk.test\n" in text
        assert "reasons" not in text
        assert "failure_reason_codes" not in ctl(
            "failures", "--csv", "-d", reader)

    def test_the_writer_may_not(self, ctl, writer):
        ctl("summary", "-d", writer, status=UNAVAILABLE)
