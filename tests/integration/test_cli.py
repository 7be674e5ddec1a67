# SPDX-License-Identifier: BSD-2-Clause
"""tlsreport against a real database."""

import gzip
import json
import subprocess
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
