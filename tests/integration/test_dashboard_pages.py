# SPDX-License-Identifier: BSD-2-Clause
"""Reports that open, and pages of tlsreport dashboard --each, in a browser."""

import functools
import http.server
import threading

import pytest
from selenium.webdriver.common.keys import Keys

import daemon
from dashboardpage import MARKUP, plant_markup, read_data
from process import wait_for

OPENER = "#t-reports button.opener"


@pytest.fixture
def serve():
    """Serves a directory, and returns its address."""
    servers = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def run(directory):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(Handler, directory=str(directory)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return "http://127.0.0.1:%d/" % server.server_port

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def visit(browser, address):
    browser.driver.get("about:blank")
    browser.driver.get_log("browser")
    browser.driver.get(address)


def test_a_report_opens(desktop, months, ask, run_ctl, cluster):
    """To what "reports --show" says about it."""
    desktop.open(months, "type=certificate-expired")
    opener = desktop.find(OPENER)
    key = opener.get_attribute("aria-controls").removeprefix("details-")
    assert opener.get_attribute("aria-expanded") == "false"
    opener.send_keys(Keys.ENTER)
    assert opener.get_attribute("aria-expanded") == "true"
    assert desktop.run("return document.activeElement === arguments[0]",
                       opener)
    text = desktop.run("return document.querySelector(arguments[0])"
                       ".innerText", "#details-" + key)
    shown = run_ctl("reports", "--show", key, "-d",
                    cluster.conninfo("months", daemon.READER))
    assert "The certificate has expired" in text
    words = shown.split()[5:]
    assert [word for word in words if word not in text.split()] == []
    desktop.enter("#f-domain", "kiosk.test")
    assert len(desktop.find_all("#t-reports tr.details")) == 1
    opener = desktop.find("[aria-controls='details-%s']" % key)
    opener.send_keys(Keys.SPACE)
    assert desktop.find_all("#t-reports tr.details") == []
    assert opener.get_attribute("aria-expanded") == "false"
    assert desktop.complaints() == []


def test_an_old_report_says_how_to_see_it(desktop, months):
    desktop.open(months)
    with open(months, encoding="utf-8") as file:
        data = read_data(file.read())
    assert len(data["details"]) == data["stored_count"] == 50
    assert [report["omitted"] for report in data["reports"]] == (
        [None] * 50 + ["old"] * 150)
    heading = desktop.find("#t-reports thead th:first-child button")
    heading.click()
    opener = desktop.find(OPENER)
    key = opener.get_attribute("aria-controls").removeprefix("details-")
    opener.click()
    text = desktop.find("#details-" + key).text
    assert "its 50 newest reports" in text
    assert "tlsreport reports --show " + key in text


def fail_often(query, failures, text="x"):
    query("INSERT INTO tlsrpt.report SELECT current_date - 1,"
          " gen_random_uuid(), sha256(''), now(), 'mx.example', '', 'Org',"
          " NULL, 'id',"
          " (current_date - 1)::timestamp AT TIME ZONE 'UTC',"
          " (current_date - 1)::timestamp AT TIME ZONE 'UTC', NULL")
    query("INSERT INTO tlsrpt.policy SELECT day, report_key, 1, 'sts',"
          " 'kiosk.test', 'enforce', '{}', '{}', 5, 3, NULL"
          " FROM tlsrpt.report")
    query("INSERT INTO tlsrpt.failure SELECT day, report_key, 1, n,"
          " 'certificate-expired', NULL, NULL, NULL, NULL, 1, %s, NULL, NULL"
          " FROM tlsrpt.report, generate_series(1, %s) AS n", text, failures)
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'kiosk.test', '', 'Org', 1, 5, 3")


@pytest.mark.parametrize("failures, text, is_there", (
    (100, "x", True), (501, "x", False), (10, 5000 * "x", False)))
def test_a_report_too_long_for_the_page(
        desktop, query, make_page, failures, text, is_there):
    fail_often(query, failures, text)
    desktop.open(make_page())
    desktop.find(OPENER).click()
    shown = desktop.find("#t-reports tr.details").text
    assert ("The certificate has expired" in shown) == is_there
    assert ("too long" in shown) != is_there
    assert desktop.complaints() == []


def test_planted_markup_in_a_report_stays_text(desktop, query, make_page):
    plant_markup(query)
    desktop.open(make_page())
    desktop.find(OPENER).click()
    shown = MARKUP.replace("\u2028", r"\u2028").replace("\u202e", r"\u202e")
    assert desktop.text("#t-reports tr.details").count(shown) >= 5
    assert desktop.find_all("main img, main script") == []
    assert desktop.complaints() == []


def test_details_of_one_domain_alone(run_ctl, cluster, database, query,
                                     tmp_path):
    """A page of --each has nothing of what a report says about others."""
    fail_often(query, 3)
    query("INSERT INTO tlsrpt.policy SELECT day, report_key, 2, 'sts',"
          " 'secret.test', 'enforce', '{}', '{mx.secret.test}', 7, 2, NULL"
          " FROM tlsrpt.report")
    query("UPDATE tlsrpt.report SET extra ="
          " '{\"remarks\": [\"secret.test is odd\"]}'")
    query("INSERT INTO tlsrpt.failure SELECT day, report_key, 2, 9,"
          " 'starttls-not-supported', NULL, 'mx.secret.test', NULL, NULL, 2,"
          " NULL, NULL, NULL FROM tlsrpt.report")
    run_ctl("dashboard", "--each", str(tmp_path), "-d",
            cluster.conninfo(database, daemon.READER))
    page = (tmp_path / "kiosk.test.html").read_text()
    assert "secret" not in page
    data = read_data(page)
    report, = data["reports"]
    assert report["types"] == ["certificate-expired"]
    assert report["omitted"] is None
    assert ["sentence", "5 sessions reached TLS, 3 failed (37.5 %).",
            "bad"] in data["details"][report["key"]]


def test_details_of_a_report_about_many_domains(
        run_ctl, cluster, database, query, tmp_path):
    """It would be read as often as it names domains."""
    fail_often(query, 3)
    query("INSERT INTO tlsrpt.policy SELECT day, report_key, n, 'sts',"
          " 'd' || n, 'enforce', '{}', '{}', 7, 0, NULL"
          " FROM tlsrpt.report, generate_series(2, 101) AS n")
    run_ctl("dashboard", "--each", str(tmp_path), "-d",
            cluster.conninfo(database, daemon.READER))
    data = read_data((tmp_path / "kiosk.test.html").read_text())
    report, = data["reports"]
    assert report["omitted"] == "long"
    assert report["types"] == ["certificate-expired"]
    assert "details" not in data


@pytest.mark.parametrize("width", (390, 1280))
@pytest.mark.parametrize("theme", ("light", "dark"))
def test_wcag_of_open_reports(desktop, months, axe, theme, width):
    desktop.resize(width, mobile=width < 1000)
    desktop.prefer(theme)
    desktop.open(months, "type=certificate-expired")
    for opener in desktop.find_all(OPENER)[:3]:
        opener.click()
    assert desktop.run("return document.documentElement.scrollWidth") <= width
    assert axe(desktop) == []


def test_what_is_withheld(desktop, months, ask):
    desktop.open(months)
    rows = ask("SELECT policy_domain, sum(withheld_sessions)::text"
               " FROM tlsrpt.v_daily_failure WHERE day >= current_date - 30"
               " GROUP BY 1")
    shown = dict(zip(desktop.column("#t-domains", 1),
                     (text.replace(",", "")
                      for text in desktop.column("#t-domains", 7))))
    assert {name: shown[name] for name, _ in rows} == dict(rows)
    assert any(count != "0" for count in shown.values())
    assert set(desktop.column("#t-domains", 8)) == {"0"}


@pytest.fixture
def listed(run_ctl, cluster, database, query, tmp_path, serve):
    """The address of the list of 300 domains."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'd' || n || '.example', '', 'Org', 1, 5, n %% 3"
          " FROM generate_series(1, 300) AS n")
    run_ctl("dashboard", "--each", str(tmp_path / "pages"), "--title", "Ours",
            "-d", cluster.conninfo(database, daemon.READER))
    return serve(tmp_path / "pages")


def test_the_list_is_filtered(desktop, listed):
    visible = ("return Array.from(document.querySelectorAll('tbody tr'))"
               ".filter((row) => row.checkVisibility()).length")
    visit(desktop, listed)
    box = desktop.find("#filter")
    assert desktop.run(visible) == 300
    assert desktop.text("#found") == ""
    box.send_keys(" D12")
    assert desktop.run(visible) == 11
    assert desktop.text("#found") == "11 of 300 match."
    box.send_keys(".")
    assert desktop.text("#found") == "1 of 300 matches."
    box.send_keys("x")
    assert desktop.run(visible) == 0
    assert desktop.text("#found") == "No domain matches."
    box.send_keys(Keys.ESCAPE)
    wait_for("all", lambda: desktop.run(visible) == 300)
    box.send_keys("d12.", Keys.TAB)
    assert desktop.run("return document.activeElement.textContent") == (
        "d12.example")
    desktop.press(Keys.ENTER)
    wait_for("the page", lambda: desktop.driver.current_url.endswith(
        "/d12.example.html"))
    assert desktop.find("h1").text == "Ours: d12.example"
    assert desktop.is_ready()
    desktop.driver.back()
    wait_for("the filtered list", lambda: desktop.run(visible) == 1)
    assert desktop.complaints() == []


@pytest.mark.parametrize("width", (390, 1280))
@pytest.mark.parametrize("theme", ("light", "dark"))
def test_wcag_of_the_list(desktop, listed, axe, theme, width):
    desktop.resize(width, mobile=width < 1000)
    desktop.prefer(theme)
    visit(desktop, listed)
    desktop.find("#filter").send_keys("d12")
    assert desktop.run("return document.documentElement.scrollWidth") <= width
    assert axe(desktop) == []


# Clean for three weeks, failing in mode testing, and without a policy.
POLICIES = """
    INSERT INTO tlsrpt.daily_policy (day, policy_domain, organization_name,
      auth_domain, policy_type, sts_mode, reports, successful_sessions,
      failed_sessions)
    SELECT current_date - d, domain, signer, signer, type, mode, 1, 9, bad
    FROM generate_series(1, 21) AS d,
      (VALUES ('clean.example', 'sts', 'testing', 0),
        ('fails.example', 'sts', 'testing', 3),
        ('bare.example', 'no-policy-found', '', 0)
      ) AS policy (domain, type, mode, bad),
      (VALUES ('a.example'), ('b.example')) AS reporter (signer);
    INSERT INTO tlsrpt.daily_domain (day, policy_domain, organization_name,
      auth_domain, reports, successful_sessions, failed_sessions)
    SELECT day, policy_domain, organization_name, auth_domain, reports,
      successful_sessions, failed_sessions FROM tlsrpt.daily_policy
"""
ADVICE = [["clean.example", "enforce-now", "testing", "21", "2"],
          ["fails.example", "keep-testing", "testing", "0", "0"],
          ["bare.example", "publish", "none", "–", "–"]]


def read_advice(desktop):
    rows = list(zip(*(desktop.column("#t-rollout", column)
                      for column in (1, 2, 3, 5, 6))))
    return [[domain, advice.split()[0], *others]
            for domain, advice, *others in rows]


def test_what_to_do_next_with_policies(desktop, query, make_page):
    query(POLICIES)
    desktop.open(make_page())
    assert read_advice(desktop) == ADVICE
    assert "14 are needed" in desktop.text("#t-rollout tr:nth-child(2)")
    desktop.enter("#f-domain", "fails")
    assert read_advice(desktop) == ADVICE[1:2]
    (yesterday,), = query("SELECT (current_date - 1)::text")
    desktop.open(make_page("--until", yesterday))
    assert desktop.find_all("#s-rollout") == []


def test_what_to_do_next_on_each_page(desktop, query, serve, run_ctl, cluster,
                                      database, tmp_path):
    query(POLICIES)
    run_ctl("dashboard", "--each", str(tmp_path / "each"), "-d",
            cluster.conninfo(database, daemon.READER))
    address = serve(tmp_path / "each")
    for row in ADVICE:
        visit(desktop, address + row[0] + ".html")
        assert read_advice(desktop) == [row]
    visit(desktop, address)
    listing = dict(zip(desktop.column("table", 1), desktop.column("table", 6)))
    assert {name: listing[name] for name, *_ in ADVICE} == {
        name: verdict for name, verdict, *_ in ADVICE}
    assert desktop.complaints() == []
