# SPDX-License-Identifier: BSD-2-Clause
"""tlsreport dashboard: the command, and the data that it writes."""

import datetime
import os
import re
import subprocess

import pytest

import daemon
from dashboardpage import MARKUP, plant_markup, read_data

DONE, BAD, USAGE, UNAVAILABLE = range(4)


class TestCommand:
    @pytest.fixture
    def reader(self, cluster, database):
        return cluster.conninfo(database, daemon.READER)

    def test_a_page_is_replaced_and_keeps_its_mode(
            self, run_ctl, reader, tmp_path):
        page = tmp_path / "page.html"
        link = tmp_path / "link.html"
        page.write_text("old")
        page.chmod(0o604)
        link.symlink_to(page)
        with open(page) as old:
            run_ctl("dashboard", "-o", str(link), "-d", reader)
            assert old.read() == "old"
        assert link.is_symlink()
        assert page.stat().st_mode & 0o777 == 0o604
        assert "<!DOCTYPE html>" in page.read_text()
        assert sorted(os.listdir(tmp_path)) == ["link.html", "page.html"]

    def test_what_goes_wrong(self, run_ctl, reader, writer, tmp_path):
        run_ctl("dashboard", "-d", reader, status=USAGE)
        run_ctl("dashboard", "-o", "-", "--since", "soon", "-d", reader,
                status=USAGE)
        run_ctl("dashboard", "-o", "-", "--since", "2026-02-02", "--until",
                "2026-02-01", "-d", reader, status=USAGE)
        run_ctl("dashboard", "-o", str(tmp_path / "no" / "page"), "-d", reader,
                status=BAD)
        run_ctl("dashboard", "-o", "-", "-d", writer, status=UNAVAILABLE)
        run_ctl("dashboard", "-o", "-", "-d", "host=%s" % tmp_path,
                status=UNAVAILABLE)
        assert os.listdir(tmp_path) == []

    @pytest.fixture
    def writer(self, cluster, database):
        return cluster.conninfo(database, daemon.WRITER)

    def test_only_some(self, run_ctl, cluster, months):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        first, last = today - datetime.timedelta(9), today - datetime.timedelta(3)
        data = read_data(run_ctl(
            "dashboard", "-o", "-", "--domain", "*.TEST", "--since", str(first),
            "--until", str(last), "-d",
            cluster.conninfo("months", daemon.READER)))
        assert data["domains"] == ["kiosk.test"]
        assert (data["since"], data["until"]) == (str(first), str(last))
        assert {report["day"] for report in data["reports"]} == {
            str(first + datetime.timedelta(n)) for n in range(7)}
        assert {name for incident in data["incidents"]
                for name in incident["domains"]} == {"kiosk.test"}

    def test_only_authenticated(self, run_ctl, cluster, months):
        data = read_data(run_ctl(
            "dashboard", "-o-", "-a", "-D", "none.test,kiosk.test", "-d",
            cluster.conninfo("months", daemon.READER)))
        assert data["authenticated"] is True
        assert data["domains"] == ["kiosk.test"]
        assert all(signed for _, signed, _ in data["reporters"])
        assert data["reports"]
        assert all(report["signed"] for report in data["reports"])

    def test_reporters_of_one_name(self, run_ctl, reader, query):
        """Anybody may take a name: who has signed tells them apart."""
        query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1, 'a.test',"
              " signer, 'Google Inc.', 1, 5, 3"
              " FROM unnest('{\"\", google.com, evil.test}'::text[]) AS signer")
        data = read_data(run_ctl("dashboard", "-o", "-", "-d", reader))
        assert sorted(data["reporters"], key=str) == [
            ["Google Inc.", False, None], ["Google Inc.", True, "evil.test"],
            ["Google Inc.", True, None]]

    def test_each_domain_has_a_page(self, run_ctl, cluster, months, tmp_path):
        reader = cluster.conninfo("months", daemon.READER)
        own = tmp_path / "own.html"
        own.write_text("mine")
        run_ctl("dashboard", "--each", str(tmp_path), "-d", reader)
        pages = {path.name for path in tmp_path.glob("*.html")}
        assert {"index.html", "own.html", "kiosk.test.html"} < pages
        page = (tmp_path / "kiosk.test.html").read_text()
        assert "shop.example" not in page
        each = read_data(page)
        alone = read_data(run_ctl(
            "dashboard", "-o", "-", "-D", "kiosk.test", "-d", reader))
        for name in ("domains", "sessions", "failures", "incidents", "modes",
                     "past_incidents", "reporters", "hosts", "explanations"):
            assert each[name] == alone[name], name
        assert "kiosk.test.html" in (tmp_path / "index.html").read_text()
        run_ctl("dashboard", "--each", str(tmp_path), "-D", "kiosk.test",
                "--title", "Of <us>", "-d", reader)
        assert {path.name for path in tmp_path.glob("*.html")} == {
            "index.html", "own.html", "kiosk.test.html"}
        assert own.read_text() == "mine"
        assert "<title>Of &lt;us&gt;</title>" in (
            tmp_path / "kiosk.test.html").read_text()

    def test_a_tenant_sees_his_domains(self, run_ctl, cluster, months):
        owner = cluster.conninfo("months")
        run_ctl("db", "grant", "tenant", "shopkeeper", "shop.example", "-d",
                owner)
        page = run_ctl("dashboard", "-o", "-", "-d",
                       cluster.conninfo("months", "shopkeeper"))
        data = read_data(page)
        assert data["domains"] == ["shop.example"]
        assert {name for report in data["reports"]
                for name in report["domains"]} == {"shop.example"}
        assert "kiosk.test" not in page
        cluster.psql("DROP OWNED BY shopkeeper; DROP ROLE shopkeeper",
                     "months")

    def test_a_tenant_gets_pages_of_his_domains(
            self, run_ctl, cluster, months, tmp_path):
        run_ctl("db", "grant", "tenant", "shopkeeper", "shop.example", "-d",
                cluster.conninfo("months"))
        run_ctl("dashboard", "--each", str(tmp_path), "-d",
                cluster.conninfo("months", "shopkeeper"))
        cluster.psql("DROP OWNED BY shopkeeper; DROP ROLE shopkeeper",
                     "months")
        assert {path.name for path in tmp_path.glob("*.html")} == {
            "index.html", "shop.example.html"}
        page = (tmp_path / "shop.example.html").read_text()
        assert read_data(page)["domains"] == ["shop.example"]
        assert read_data(page)["details"]
        for path in tmp_path.glob("*.html"):
            assert "kiosk.test" not in path.read_text(), path

    def test_hostile_names_of_domains(
            self, run_ctl, reader, query, tmp_path):
        """Reports of strangers name them; they are files, too."""
        plant_markup(query)
        names = ["../../etc/x", "index", ".hidden", "a/b", "a\nb", "",
                 "x" * 300, "\u00fc.example", '"><script>alert(1)</script>',
                 "--output", "plain.example"]
        for name in names:
            query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
                  " %s, '', 'Org', 1, 5, 0", name)
        pages = tmp_path / "pages"
        run_ctl("dashboard", "--each", str(pages), "-d", reader)
        assert os.listdir(tmp_path) == ["pages"]
        files = {path.name for path in pages.iterdir()} - {"assets"}
        assert {name for name in files if not name.startswith("_")} == {
            "index.html", "plain.example.html"}
        assert len(files) == len(names) + 2
        assert all(re.fullmatch("_[0-9a-f]{64}[.]html", name)
                   for name in files if name.startswith("_"))
        index = (pages / "index.html").read_text()
        assert set(re.findall('<a href="([^"]*)">', index)) == files - {
            "index.html"}
        assert index.count("<script") == 1 and "<img" not in index
        shown = {name for path in pages.glob("_*.html")
                 for name in read_data(path.read_text())["domains"]}
        assert shown == {*names, MARKUP} - {"plain.example"}

    def test_progress_on_a_terminal(
            self, ctl_program, reader, query, tmp_path):
        query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
              " 'd' || n || '.example', '', 'Org', 1, 5, 0"
              " FROM generate_series(1, 260) AS n")
        command = [ctl_program, "dashboard", "--each", str(tmp_path), "-d",
                   reader]
        ours, its = os.openpty()
        done = subprocess.run(command, stderr=its, check=True, timeout=80,
                              stdout=subprocess.PIPE)
        os.close(its)
        said = os.read(ours, 4096).decode()
        os.close(ours)
        assert "250 of 260 pages" in said
        assert said.endswith("\r\033[K")
        assert done.stdout == b""
        done = subprocess.run(command, capture_output=True, check=True,
                              timeout=80)
        assert (done.stdout, done.stderr) == (b"", b"")

    def test_what_is_withheld(self, run_ctl, reader, query):
        """As the summary has it."""
        query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1, name,"
              " '', 'Org', 1, 5, 9 FROM unnest('{a.test,b.test}'::text[])"
              " AS name")
        query("INSERT INTO tlsrpt.daily_failure (day, policy_domain,"
              " auth_domain, organization_name, result_type,"
              " receiving_mx_hostname, failed_sessions, cause,"
              " withheld_sessions, would_withhold_sessions) VALUES"
              " (current_date - 1, 'a.test', '', 'Org', 'x', 'm', 9, 'x', 7,"
              " 0), (current_date - 1, 'b.test', '', 'Org', 'x', 'm', 9, 'x',"
              " 0, 8)")
        data = read_data(run_ctl("dashboard", "-o", "-", "-d", reader))
        assert data["domains"] == ["a.test", "b.test"]
        assert data["failures"]["withheld"] == [7, 0]
        assert data["failures"]["would_withhold"] == [0, 8]
