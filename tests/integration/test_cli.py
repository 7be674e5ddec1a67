# SPDX-License-Identifier: BSD-2-Clause
"""tlsreport against a real database."""

import contextlib
import csv
import gzip
import io
import json
import os
import pty
import subprocess
import termios
from datetime import timedelta

import pytest

import reportmail
from daemon import READER, RUA, WRITER, write_config
from demo import read_sample

DONE, BAD, USAGE, UNAVAILABLE = range(4)


@pytest.fixture
def ctl(ctl_program):
    """Runs tlsreport and returns its output; `status` is expected."""
    def run(*arguments, status=DONE, stdin=b""):
        done = subprocess.run(
            [ctl_program, *arguments], input=stdin, capture_output=True,
            check=False, timeout=60)
        assert done.returncode == status, (arguments, done)
        assert b"Sanitizer" not in done.stderr
        if status != DONE:
            assert done.stdout + done.stderr
        return done.stdout.decode()

    return run


@pytest.fixture
def writer(cluster, database):
    return cluster.conninfo(database, WRITER)


@pytest.fixture
def reader(cluster, database):
    return cluster.conninfo(database, READER)


@pytest.fixture
def owner(cluster, database):
    return cluster.conninfo(database)


@pytest.fixture
def files(tmp_path):
    """One report each as mail, JSON and gzip."""
    text = read_sample("google", 3)
    mail = reportmail.make_mail_of_text("google", text, RUA)
    contents = {
        "report.eml": mail,
        "report.json": read_sample("postfix", 2).encode(),
        "report.json.gz": gzip.compress(
            read_sample("certificate-expired", 1).encode()),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in contents]


@pytest.fixture
def filled(ctl, writer, files):
    ctl("import", "-d", writer, *files)


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


def import_counts(ctl, database, *paths, **options):
    rows = json.loads(ctl(
        "import", "--json", "-d", database, *paths, **options))
    return {row["outcome"]: row["count"] for row in rows}


class TestDatabase:
    @pytest.fixture
    def empty(self, cluster):
        cluster.psql("CREATE DATABASE empty")
        yield cluster.conninfo("empty")
        cluster.psql("DROP DATABASE empty WITH (FORCE)")

    def test_from_nothing(self, ctl, empty):
        ctl("db", "upgrade", "-d", empty, status=UNAVAILABLE)
        ctl("check-db", "-d", empty, status=BAD)
        ctl("db", "init", "-d", empty)
        ctl("db", "init", "-d", empty, status=BAD)
        assert "has version" in ctl("db", "upgrade", "-d", empty)
        ctl("check-db", "-d", empty)

    def test_status(self, ctl, owner, filled):
        text = ctl("db", "status", "-d", owner)
        assert "version" in text
        rows = json.loads(ctl("db", "status", "--json", "-d", owner))
        values = {row["item"]: row["value"] for row in rows}
        assert len(values) == len(rows)
        assert values["reports"] == values["not yet rolled up"] == "3"
        assert all(values["size of " + table].endswith("B") for table in (
            "the schema", "daily_domain", "quarantine", "report"))
        assert {item for item in values if item.startswith("last day")} == {
            "last day of Google Inc., unauthenticated",
            "last day of Example University, unauthenticated"}

    def test_grant_makes_roles(self, ctl, owner, query):
        ctl("db", "grant", "reader", "someone_new", "-d", owner)
        ctl("db", "grant", "reader", "someone_new", "-d", owner)
        try:
            assert query("SELECT count(*) FROM tlsrpt.v_report",
                         user="someone_new") == [(0,)]
        finally:
            query("DROP OWNED BY someone_new")
            query("DROP ROLE someone_new")

    def test_grant_wants_a_kind(self, ctl, owner):
        ctl("db", "grant", "owner", "someone", "-d", owner, status=USAGE)

    def test_maintain_rolls_up(self, ctl, owner, filled, query):
        before = query("SELECT * FROM tlsrpt.v_daily_policy ORDER BY 1, 2, 3")
        assert query("SELECT count(*) FROM tlsrpt.outbox") == [(3,)]
        ctl("maintain", "-d", owner)
        assert query("SELECT count(*) FROM tlsrpt.outbox") == [(0,)]
        assert query("SELECT * FROM tlsrpt.v_daily_policy"
                     " ORDER BY 1, 2, 3") == before


class TestImport:
    def test_files(self, ctl, writer, files, count):
        assert import_counts(ctl, writer, *files)["stored"] == 3
        assert count("v_report") == 3

    def test_twice(self, ctl, writer, files, count):
        import_counts(ctl, writer, *files)
        counts = import_counts(ctl, writer, *files)
        assert (counts["stored"], counts["duplicate"]) == (0, 3)
        assert count("v_report") == 3

    @pytest.mark.parametrize("index", range(3))
    def test_standard_input(self, ctl, writer, files, count, index):
        with open(files[index], "rb") as file:
            counts = import_counts(ctl, writer, "-", stdin=file.read())
        assert counts["stored"] == 1
        assert count("v_report") == 1

    def test_one_report_by_mail_and_as_file(
            self, mta, milter, ctl, writer, files, count):
        with open(files[0], "rb") as file:
            assert mta.send(file.read(), RUA)[0] == 250
        assert import_counts(ctl, writer, files[0])["duplicate"] == 1
        assert count("v_report") == 1

    def test_a_broken_file_among_good_ones(
            self, ctl, writer, files, tmp_path, count):
        broken = tmp_path / "broken.json"
        broken.write_text('{"report-id": "x"')
        counts = import_counts(
            ctl, writer, files[0], str(broken), files[1], status=BAD)
        assert counts["stored"] == 2
        assert counts["refused"] == 1
        assert count("v_report") == 2

    def test_dry_run(self, ctl, writer, files, count):
        ctl("import", "--dry-run", *files)
        assert count("v_report") == 0

    def test_many(self, ctl, writer, tmp_path, count):
        for seed in range(1200):
            (tmp_path / ("%d.json" % seed)).write_text(json.dumps(
                reportmail.make_report("google", seed)))
        paths = [str(path) for path in tmp_path.glob("*.json")]
        assert import_counts(ctl, writer, *paths)["stored"] == 1200
        assert count("v_report") == 1200

    def test_a_missing_file(self, ctl, writer):
        ctl("import", "-d", writer, "/nonexistent/report.json", status=BAD)

    def test_the_reader_may_not(self, ctl, reader, files):
        ctl("import", "-d", reader, files[0], status=UNAVAILABLE)


TABLES = ("summary", "failures", "reports", "reporters")


@pytest.mark.usefixtures("filled")
class TestPurge:
    @pytest.fixture
    def purge(self, ctl, owner, writer, tmp_path):
        path = write_config(str(tmp_path / "purge.conf"), {
            "report_addresses": [RUA], "database": writer,
            "retention_days": 60, "max_report_age": 1000})
        old = reportmail.make_report(
            "google", 1, day=reportmail.yesterday() - timedelta(150))
        (tmp_path / "old.json").write_text(json.dumps(old))
        ctl("import", "-c", path, str(tmp_path / "old.json"))
        return lambda *words, **options: ctl(
            "purge", "-c", path, *words, **{"status": DONE, **options})

    def test_what_is_old_goes(self, purge, owner, count):
        planned = json.loads(purge("--dry-run", "--json", "-d", owner))
        assert count("v_report") == 4
        assert [row["rows"] for row in planned][:2] == [1, 1]
        assert json.loads(purge("--json", "-d", owner)) == planned
        assert count("v_report") == 3
        assert purge("-d", owner) == "Nothing is old enough to be removed.\n"

    def test_the_writer_may_not(self, purge, count):
        purge(status=UNAVAILABLE)
        assert count("v_report") == 4


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
            for value in row.values():
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

    def test_the_writer_may_not(self, ctl, writer):
        ctl("summary", "-d", writer, status=UNAVAILABLE)


class TestStatuses:
    def test_no_server(self, ctl, tmp_path):
        nowhere = "host=%s dbname=x" % tmp_path
        for words in (["summary"], ["check-db"], ["db", "status"]):
            ctl(*words, "-d", nowhere, status=UNAVAILABLE)

    @pytest.mark.parametrize("words", (
        [], ["nonsense"], ["summary", "--nonsense"], ["show"], ["import"],
        ["db"], ["summary", "--since", "yesterday-ish", "-d", "dbname=x"],
        ["summary", "-c", "/nonexistent.conf"]))
    def test_usage(self, ctl, words):
        ctl(*words, status=USAGE)

    def test_show(self, ctl, files, tmp_path):
        text = ctl("show", files[2])
        assert "Google Inc." in text
        assert "mx2.kiosk.test" in text
        assert "45" in text
        broken = tmp_path / "broken.json"
        broken.write_text("{}")
        ctl("show", str(broken), status=BAD)

    def test_show_json(self, ctl, files):
        shown = json.loads(ctl("show", "--json", files[0]))
        with open(files[0], "rb") as file:
            sent, = reportmail.read_reports(file.read())
        for name in ("organization-name", "report-id", "date-range"):
            assert shown[name] == sent[name]

    def test_check_config(self, ctl, writer, tmp_path):
        path = str(tmp_path / "tlsrpt-milter.conf")
        write_config(path, {
            "socket": "unix:%s/m.sock" % tmp_path,
            "database": writer,
            "report_addresses": [RUA],
            "spool_directory": str(tmp_path),
        })
        ctl("check-config", "-c", path)
        with open(path, "a") as file:
            file.write('after_store = "explode"\n')
        ctl("check-config", "-c", path, status=BAD)
        ctl("summary", "-c", path, status=USAGE)
