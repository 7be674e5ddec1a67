# SPDX-License-Identifier: BSD-2-Clause
"""tlsreport dashboard: the command, and its page in a browser."""

import datetime
import os
import subprocess
import time

import psycopg2
import pytest
from selenium.webdriver.common.keys import Keys

import daemon
import history
from browser import Browser
from dashboardpage import (
    DAYS, LOW_CONTRAST, MARKUP, SELECTIONS, Selection, plant_markup, read_data,
    read_numbers)
from process import wait_for

DONE, BAD, USAGE, UNAVAILABLE = range(4)


@pytest.fixture(scope="module")
def browser(workspace):
    started = Browser(workspace + "/chromium")
    yield started
    started.stop()


@pytest.fixture
def desktop(browser):
    browser.prefer("light")
    browser.resize(1280)
    return browser


@pytest.fixture(scope="module")
def run_ctl(ctl_program):
    def run(*arguments, status=DONE):
        done = subprocess.run([ctl_program, *arguments], capture_output=True,
                              check=False, timeout=80)
        assert done.returncode == status, (arguments, done)
        assert b"Sanitizer" not in done.stderr
        return done.stdout.decode() + done.stderr.decode()

    return run


@pytest.fixture(scope="module")
def months(workspace, cluster, template, run_ctl):
    """The database with DAYS days of reports, most of them in the daily sums;
    `page` is what the command made of them."""
    cluster.psql("CREATE DATABASE months TEMPLATE " + template)
    directory = workspace + "/months"
    os.mkdir(directory)
    history.write_reports(directory, history.make_reports(DAYS))
    run_ctl("import", "-d", cluster.conninfo("months", daemon.WRITER),
            directory)
    cluster.psql(history.SIGN, "months")
    run_ctl("maintain", "-d", cluster.conninfo("months"))
    page = workspace + "/months.html"
    run_ctl("dashboard", "-o", page, "-d",
            cluster.conninfo("months", daemon.READER))
    yield page
    cluster.psql("DROP DATABASE months WITH (FORCE)")


@pytest.fixture(scope="module")
def ask(cluster, months):
    """Asks the views, as the reader does, for one row."""
    connection = psycopg2.connect(cluster.conninfo("months", daemon.READER))
    connection.autocommit = True

    def run(statement, **parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    yield run
    connection.close()


def test_loads_nothing_else(desktop, months):
    desktop.open(months)
    assert desktop.is_ready()
    assert [url for url in desktop.requests()
            if not url.startswith("data:")] == ["file://" + months]
    assert len(desktop.find_all("canvas")) == 2
    assert desktop.print_pdf()[:5] == b"%PDF-"
    assert desktop.complaints() == []


def test_numbers_are_those_of_the_views(desktop, months, ask):
    desktop.open(months)
    for selection in SELECTIONS:
        selection.choose(desktop)
        assert read_numbers(desktop) == selection.numbers(ask), vars(selection)
    desktop.find("#reset").click()
    assert read_numbers(desktop) == SELECTIONS[0].numbers(ask)
    assert desktop.complaints() == []


def test_tables_are_those_of_the_views(desktop, months, ask):
    desktop.open(months)
    desktop.choose("#f-period", "All %d days" % DAYS)
    desktop.find("#t-domains .more").click()
    rows = ask("SELECT policy_domain, sum(failed_sessions)::text"
               " FROM tlsrpt.v_daily_domain GROUP BY 1")
    assert dict(rows) == dict(zip(
        desktop.column("#t-domains", 1),
        (text.replace(",", "") for text in desktop.column("#t-domains", 4))))
    rows = ask("SELECT receiving_mx_hostname, sum(failed_sessions)::text"
               " FROM tlsrpt.v_daily_failure GROUP BY 1")
    assert {name or "not given": failed for name, failed in rows} == dict(zip(
        desktop.column("#t-hosts", 1),
        (text.replace(",", "") for text in desktop.column("#t-hosts", 3))))
    rows = ask("SELECT result_type, severity FROM tlsrpt.v_alert"
               " WHERE state <> 'resolved' ORDER BY 2, 1")
    assert rows and rows == sorted(zip(
        (text.split()[0] for text in desktop.column("#t-alerts", 2)),
        desktop.column("#t-alerts", 1)), key=lambda row: (row[1], row[0]))
    assert desktop.number("#n-alerts .value") == len(rows)


def test_a_type_filters_everything(desktop, months, ask):
    desktop.open(months)
    before = read_numbers(desktop)
    desktop.find("#chart-failures .legend button").click()
    chosen = desktop.find("#f-type").get_attribute("value")
    (title, remedy), = ask(
        "SELECT title, remedy FROM tlsrpt.result_type_info"
        " WHERE result_type = %(type)s", type=chosen)
    assert title in desktop.text("#explanation")
    first, *rest = remedy.split("DOMAIN")
    assert first in desktop.text("#explanation")
    assert all(text in desktop.text("#explanation") for text in rest)
    assert "DOMAIN" not in desktop.text("#explanation")
    assert {outage.domain for outage in history.OUTAGES
            if outage.result_type == chosen} == set(
                desktop.column("#t-domains", 1))
    assert [text.split()[0] for text in desktop.column("#t-types", 1)] == [
        chosen]
    assert read_numbers(desktop) == Selection(type=chosen).numbers(ask)
    chosen_numbers = read_numbers(desktop)
    desktop.driver.back()
    wait_for("the way back", lambda: read_numbers(desktop) == before)
    desktop.driver.forward()
    wait_for("the way forth",
             lambda: read_numbers(desktop) == chosen_numbers != before)


def test_keyboard_alone(desktop, months):
    desktop.open(months)
    focused = []
    for _ in range(200):
        desktop.press(Keys.TAB)
        name = desktop.run(
            "const node = document.activeElement;"
            "return node.id || node.getAttribute('aria-label')"
            " || node.textContent")
        if name == "" or name in focused[-1:]:
            continue
        focused.append(name)
        if name == "The charts as a table":
            break
    for name in ("f-domain", "f-reporter", "f-type", "f-period",
                 "Sessions by day", "Failed sessions by day and type"):
        assert name in focused, focused
    desktop.press(Keys.ENTER)
    wait_for("the days", lambda: len(desktop.column("#t-days", 1)) == 30)
    plot = desktop.find("#chart-sessions .plot")
    plot.send_keys(Keys.HOME, Keys.ARROW_RIGHT)
    day = Selection().first + datetime.timedelta(1)
    assert plot.get_attribute("aria-valuetext").startswith("%s: " % day)
    assert str(day) in desktop.text("#chart-sessions .readout")
    heading = desktop.find("#t-domains thead th:first-child button")
    heading.send_keys(Keys.ENTER)
    names = desktop.column("#t-domains", 1)
    assert names == sorted(names)
    assert desktop.find("#t-domains thead th:first-child").get_attribute(
        "aria-sort") == "ascending"
    desktop.press(Keys.ENTER)
    assert desktop.column("#t-domains", 1)[0] == sorted(history.DOMAINS)[-1]
    summary = desktop.find("#t-types summary")
    summary.send_keys(Keys.ENTER)
    assert "What to do." in desktop.find("#t-types details").text
    desktop.find("#t-types button.name").send_keys(Keys.ENTER)
    assert desktop.run("return document.activeElement.id") == (
        "explanation-title")


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_contrast(desktop, months, theme):
    desktop.open(months, "type=certificate-expired")
    desktop.prefer(theme)
    desktop.run("document.querySelectorAll('details').forEach("
                "(node) => { node.open = true; })")
    seen, low = desktop.run(LOW_CONTRAST)
    assert seen > 100
    assert low == []


def test_theme_is_chosen_and_kept(desktop, months):
    back = "return getComputedStyle(document.body).backgroundColor"
    desktop.open(months)
    light = desktop.run(back)
    desktop.find("#theme input[value=dark]").send_keys(Keys.SPACE)
    dark = desktop.run(back)
    assert dark != light
    assert desktop.open(months).run(back) == dark
    desktop.find("#theme input[value=auto]").send_keys(Keys.SPACE)
    assert desktop.run(back) == light


@pytest.mark.parametrize("width", (320, 390, 820))
def test_no_scrolling_sideways(desktop, months, width):
    desktop.resize(width, mobile=True)
    desktop.open(months)
    assert desktop.run(
        "return document.documentElement.scrollWidth") <= width
    assert desktop.run("return Math.max(...Array.from("
                       "document.querySelectorAll('canvas'),"
                       " (canvas) => canvas.getBoundingClientRect().right))"
                       ) <= width


@pytest.fixture
def plant(query):
    plant_markup(query)


def test_planted_markup_stays_text(
        desktop, run_ctl, cluster, database, plant, tmp_path):
    page = str(tmp_path / "page.html")
    run_ctl("dashboard", "-o", page, "-d",
            cluster.conninfo(database, daemon.READER))
    with open(page, encoding="utf-8") as file:
        source = file.read()
    assert source.count("</script>") == 2
    assert "<img" not in source and "\u2028" not in source
    desktop.open(page)
    assert desktop.is_ready()
    shown = MARKUP.replace("\u2028", r"\u2028").replace("\u202e", r"\u202e")
    for table, columns in (("types", [1]), ("domains", [1]), ("hosts", [1, 2]),
                           ("reporters", [1]), ("reports", [3, 4, 5]),
                           ("alerts", [2, 3, 4])):
        for column in columns:
            cell, = desktop.run(
                "return Array.from(document.querySelectorAll(arguments[0]),"
                " (cell) => cell.textContent)",
                "#t-%s tbody tr > :nth-child(%d)" % (table, column))
            assert shown in cell, (table, column)
    desktop.find("#t-types button.name").click()
    assert shown in desktop.text("#explanation")
    assert desktop.driver.title == "TLS reports"
    assert desktop.find_all("main img, main script") == []
    assert desktop.complaints() == []


def test_no_reports_yet(desktop, run_ctl, cluster, database, tmp_path):
    page = str(tmp_path / "page.html")
    run_ctl("dashboard", "-o", page, "-d",
            cluster.conninfo(database, daemon.READER))
    desktop.open(page)
    assert "No reports yet" in desktop.find("#empty").text
    assert not desktop.find("#filter").is_displayed()
    assert desktop.complaints() == []


def test_many_domains(desktop, run_ctl, cluster, database, query, tmp_path):
    """400 days, 1 000 domains that are listed and 50 that are not."""
    query("INSERT INTO tlsrpt.daily_domain"
          " SELECT current_date - d, 'd' || n || '.example', '', 'Org', 1,"
          " 1000 - n / 2, CASE WHEN (d + n) %% 50 = 0 THEN 1000 - n / 2"
          " ELSE 0 END"
          " FROM generate_series(1, 400) AS d, generate_series(1, 1050) AS n")
    page = str(tmp_path / "page.html")
    started = time.monotonic()
    run_ctl("dashboard", "-o", page, "--since", "400d", "-d",
            cluster.conninfo(database, daemon.READER))
    made = time.monotonic()
    desktop.open(page)
    loaded = desktop.run("const entry = performance.getEntriesByType("
                         "'navigation')[0]; return entry.loadEventEnd / 1000")
    desktop.run("const begun = performance.now();"
                "document.querySelector('#f-period').value = 'all';"
                "document.querySelector('#f-period').dispatchEvent("
                "new Event('change'));"
                "window.lasted = performance.now() - begun")
    print("\n%d kB made in %.1f s, loaded in %.2f s, filtered in %.2f s" % (
        os.path.getsize(page) // 1000, made - started, loaded,
        desktop.run("return window.lasted") / 1000))
    assert desktop.is_ready()
    (sessions,), = query(
        "SELECT sum(successful_sessions + failed_sessions)::bigint"
        " FROM tlsrpt.v_daily_domain")
    assert desktop.number("#n-sessions .value") == sessions
    assert "Of 1,050 domains the 1,000" in desktop.text("#notes")
    assert "All reports are unauthenticated" in desktop.text("#notes")
    assert len(desktop.find_all("#domains option")) == 1000
    assert desktop.text("#n-failing .value") == "1,001+"
    assert desktop.column("#t-domains", 1)[0] == "d1.example"
    assert loaded < 10


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
        assert {alert["domain"] for alert in data["alerts"]} == {"kiosk.test"}

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
