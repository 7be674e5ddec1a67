# SPDX-License-Identifier: BSD-2-Clause
"""The page of tlsreport dashboard in a browser."""

import datetime
import itertools
import os
import pathlib
import time

import pytest
from selenium.webdriver.common.keys import Keys

import history
from dashboardpage import (
    DAYS, LOW_CONTRAST, MARKUP, SELECTIONS, Selection, plant_markup,
    read_data, read_numbers)
from process import wait_for


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
        (text.replace(",", "") for text in desktop.column("#t-domains", 5))))
    assert set(desktop.column("#t-domains", 2)) == {"enforce"}
    rows = ask("SELECT receiving_mx_hostname, sum(failed_sessions)::text"
               " FROM tlsrpt.v_daily_failure GROUP BY 1")
    assert {name or "not given": failed for name, failed in rows} == dict(zip(
        desktop.column("#t-hosts", 1),
        (text.replace(",", "") for text in desktop.column("#t-hosts", 3))))
    rows = ask("SELECT DISTINCT title, receiving_mx_hostname"
               " FROM tlsrpt.v_alert"
               " WHERE state <> 'resolved' AND receiving_mx_hostname <> ''")
    shown = list(zip(desktop.column("#t-incidents", 1),
                     desktop.column("#t-incidents", 2)))
    assert rows
    for title, host in rows:
        assert any(title in what and host in where for what, where in shown), (
            title, host, shown)
    assert desktop.number("#n-incidents .value") == len(shown)


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
        if name == "by-day-title":
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


@pytest.mark.parametrize("width", (320, 390, 768, 1024, 1440))
def test_no_scrolling_sideways(desktop, months, width):
    """Nothing is cut, neither at first nor when all is opened."""
    desktop.resize(width, mobile=width < 1000)
    desktop.open(months)
    for _ in range(2):
        assert desktop.run(
            "return document.documentElement.scrollWidth") <= width
        assert desktop.run(
            "return Array.from(document.querySelectorAll('.scroll')).filter("
            "(box) => box.scrollWidth > box.clientWidth)"
            ".map((box) => box.parentNode.id)") == []
        assert desktop.run(
            "return Math.max(...Array.from("
            "document.querySelectorAll('canvas'),"
            " (canvas) => canvas.getBoundingClientRect().right))") <= width
        desktop.run("document.querySelectorAll('details').forEach("
                    "(node) => { node.open = true; })")
        wait_for("the days", lambda: desktop.column("#t-days", 1))


def test_a_table_fits_again_when_the_window_does(desktop, months):
    desktop.open(months)
    assert desktop.find_all("#t-domains .narrow") == []
    desktop.resize(320)
    wait_for("narrow rows", lambda: desktop.find_all("#t-domains .narrow"))
    desktop.resize(1280)
    wait_for("columns", lambda: not desktop.find_all("#t-domains .narrow"))


@pytest.fixture
def plant(query):
    plant_markup(query)


def test_planted_markup_stays_text(desktop, plant, make_page):
    page = make_page()
    with open(page, encoding="utf-8") as file:
        source = file.read()
    assert source.count("</script>") == 2
    assert "<img" not in source and "\u2028" not in source
    desktop.open(page)
    assert desktop.is_ready()
    shown = MARKUP.replace("\u2028", r"\u2028").replace("\u202e", r"\u202e")
    for table, columns in (("types", [1]), ("domains", [1]), ("hosts", [1, 2]),
                           ("reporters", [1]), ("reports", [3, 4, 5]),
                           ("incidents", [1, 2, 9])):
        for column in columns:
            cell, = desktop.run(
                "return Array.from(document.querySelectorAll(arguments[0]),"
                " (cell) => cell.textContent)",
                "#t-%s tbody tr > :nth-child(%d)" % (table, column))
            assert shown in cell, (table, column)
    assert "codes: " + shown in desktop.text("#t-incidents details")
    desktop.find("#t-types button.name").click()
    assert shown in desktop.text("#explanation")
    assert desktop.driver.title.endswith(shown.strip() + " · TLS reports")
    assert desktop.find_all("main img, main script") == []
    assert desktop.complaints() == []


def test_a_reporter_that_reports_report_mail(desktop, make_page, query):
    query("INSERT INTO tlsrpt.daily_domain (day, policy_domain, auth_domain,"
          " organization_name, reports, successful_sessions, failed_sessions)"
          " SELECT current_date - d, domain, signer, 'Org', 1, 1, 0"
          " FROM generate_series(1, 9) AS d, unnest(ARRAY['', 'a.example'])"
          " AS signer, unnest(ARRAY['one.example', 'two.example']) AS domain")
    query("INSERT INTO tlsrpt.report_loop (policy_domain, auth_domain,"
          " organization_name, first_day, last_day, days, contact_info)"
          " VALUES ('one.example', 'a.example', 'Org', current_date - 8,"
          " current_date - 1, 8, 'a@<b>x</b>'), ('two.example', 'a.example',"
          " 'Org', current_date - 99, current_date - 90, 10, NULL)")
    desktop.open(make_page("--since", "30d"))
    texts = desktop.run(
        "return Array.from(document.querySelectorAll('#t-reporters tbody tr'),"
        " (row) => row.textContent)")
    looping, = [text for text in texts if "own report mail" in text]
    assert "signed by a.example" in looping
    assert "Sessions with one.example are mail in which its" in looping
    assert "Ask Org (signed by a.example), a@<b>x</b>, to leave" in looping
    assert "two.example" not in looping
    assert desktop.complaints() == []


def test_no_reports_yet(desktop, make_page):
    desktop.open(make_page())
    assert "No reports yet" in desktop.find("#empty").text
    assert not desktop.find("#filter").is_displayed()
    assert desktop.is_ready()
    assert desktop.complaints() == []


def test_many_domains(desktop, make_page, query):
    """60 days of 2 000 domains, each of which is there with all of them."""
    query("INSERT INTO tlsrpt.daily_domain"
          " SELECT current_date - d, 'd' || n || '.example', '', 'Org', 1,"
          " 3000 - n, CASE WHEN (d + n) %% 60 = 0 THEN 2000 - n"
          " ELSE 0 END"
          " FROM generate_series(1, 60) AS d, generate_series(1, 2000) AS n")
    started = time.monotonic()
    page = make_page("--since", "60d")
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
    assert "All reports are unauthenticated" in desktop.text("#notes")
    assert desktop.column("#t-domains", 1)[0] == "d1.example"
    for number in (1, 1001, 2000):
        desktop.enter("#f-domain", "d%d.example" % number)
        (sessions,), = query(
            "SELECT sum(successful_sessions + failed_sessions)::bigint"
            " FROM tlsrpt.v_daily_domain WHERE policy_domain = %s",
            "d%d.example" % number)
        assert desktop.number("#n-sessions .value") == sessions
        assert desktop.column("#t-domains", 1) == ["d%d.example" % number]
        assert len(desktop.find_all("#domains option")) < 102
    assert loaded < 10


SERIES = (("sessions", ("reporter",), ("reports", "successful", "failed")),
          ("failures", ("reporter", "type", "host"), ("failed", "withheld")))


def sum_up_series(page, name, keys, values):
    """Of all domains, by the other keys and the day."""
    columns = read_data(pathlib.Path(page).read_text(encoding="utf-8"))[name]
    rows = zip(columns["step"], *(columns[value] for value in values))
    sums = {}
    for series, days in enumerate(columns["days"]):
        day = 0
        for step, *counts in itertools.islice(rows, days):
            day += step
            key = (*(columns[key][series] for key in keys), day)
            sums[key] = [sum(pair) for pair in zip(
                counts, sums.get(key, [0] * len(counts)))]
    return sums


def test_fewer_hosts_where_days_are_many(make_page, query):
    """Those with the most failures have rows of their own."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - day,"
          " 'd' || n || '.example', 'org.example', 'Org', 1, 5, n"
          " FROM generate_series(1, 400) AS day, generate_series(1, 60) AS n")
    query("INSERT INTO tlsrpt.daily_failure (day, policy_domain, auth_domain,"
          " organization_name, result_type, receiving_mx_hostname, cause,"
          " failed_sessions) SELECT day, policy_domain, auth_domain,"
          " organization_name, 'validation-failure', 'mx.' || policy_domain,"
          " 'validation-failure', failed_sessions FROM tlsrpt.daily_domain")

    def read_hosts():
        page = make_page("--since", "500d")
        data = read_data(pathlib.Path(page).read_text(encoding="utf-8"))
        assert data["host_count"] == 60
        return data["hosts"], sum_up_series(
            page, "failures", ("host",), ("failed",))

    hosts, sums = read_hosts()
    assert hosts == ["mx.d%d.example" % n for n in range(60, 0, -1)]
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'all.example', '', 'Many', 300000, 1, 0")
    listed, fewer = read_hosts()
    assert listed == hosts[:50]
    others = {(host, day): count for (host, day), count in fewer.items()
              if host == 50}
    assert others == {(50, day): [sum(range(1, 11))]
                      for host, day in sums if host == 0}
    assert {key: sums[key] for key in sums if key[0] < 50} == {
        key: fewer[key] for key in fewer if key[0] < 50}


def test_more_domains_than_a_page_has_days_of(desktop, make_page, query):
    """More rows than there are for a day; the sums are those of all."""
    query("INSERT INTO tlsrpt.daily_domain"
          " SELECT current_date - 1, 'd' || n || '.example', signer, 'Org', 5,"
          " 20000 - n, n %% 2 FROM generate_series(1, 1050) AS n,"
          " unnest(ARRAY['', 'org.example']) AS signer")
    page = make_page()
    desktop.open(page)
    assert "domains the" not in desktop.text("#notes")
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'all.example', '', 'Many', 300000, 1, 0")
    query("INSERT INTO tlsrpt.daily_failure (day, policy_domain, auth_domain,"
          " organization_name, result_type, receiving_mx_hostname, cause,"
          " failed_sessions, withheld_sessions)"
          " SELECT day, policy_domain, auth_domain, organization_name,"
          " 'validation-failure', 'mx.' || policy_domain,"
          " 'validation-failure', failed_sessions, failed_sessions"
          " FROM tlsrpt.daily_domain WHERE failed_sessions > 0")
    make_page()
    whole = make_page("--domain", "*.example", name="whole.html")
    assert [sum_up_series(page, *what) for what in SERIES] == [
        sum_up_series(whole, *what) for what in SERIES]
    desktop.open(page)
    assert "Of 1,051 domains the 166" in desktop.text("#notes")
    assert desktop.text("#n-failing .value") == "525"
    assert desktop.text("#n-failing .muted") == "of 1,051"
    assert desktop.column("#t-types", 5)[0] == "167+"
    desktop.enter("#f-domain", "d1050.example")
    assert desktop.column("#t-more-domains", 1) == ["d1050.example"]
    assert desktop.column("#t-more-domains", 2) == ["37,900"]
    assert "only the sums" in desktop.text("#verdict")
    assert desktop.find_all(".unknown") == []
