# SPDX-License-Identifier: BSD-2-Clause
"""What the page says is so at every moment, for everybody and on paper."""

import csv
import datetime
import io
import pathlib
import re

import pytest

import daemon
import history
from dashboardpage import read_data
from process import wait_for

OPEN_ALL = ("document.querySelectorAll('details').forEach("
            "(node) => { node.open = true; })")


def age_page(page, days):
    """As if it had been made so many days earlier."""
    path = pathlib.Path(page)
    text = path.read_text(encoding="utf-8")
    made = datetime.datetime.now(
        datetime.timezone.utc) - datetime.timedelta(days)
    old = path.with_name("old.html")
    old.write_text(re.sub('"made":"[^"]*"', '"made":"%s"' % made.strftime(
        "%Y-%m-%dT%H:%M:%SZ"), text), encoding="utf-8")
    return str(old)


@pytest.fixture
def clean(query, make_page):
    """The page of a domain without any failure."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - d,"
          " 'kiosk.test', 'google.com', 'Google Inc.', 1, 100, 0"
          " FROM generate_series(1, 30) AS d")
    return make_page()


def test_all_is_well(desktop, clean):
    desktop.open(clean)
    assert desktop.find("#verdict").get_attribute("class") == "verdict good"
    assert desktop.driver.title == "All is well · kiosk.test · TLS reports"


@pytest.mark.parametrize("days, stale", ((1.9, False), (2.1, True), (40, True)))
def test_an_old_page_says_so_first(desktop, clean, days, stale):
    desktop.open(age_page(clean, days))
    verdict = desktop.text("#verdict")
    assert verdict.startswith("Out of date") == stale
    assert ("made %d days ago" % days in verdict) == stale
    assert ("good" in desktop.find("#verdict").get_attribute("class")) != stale
    assert desktop.driver.title.startswith("Out of date") == stale


def test_an_empty_page_gets_old(desktop, make_page):
    page = make_page()
    desktop.open(page)
    assert not desktop.find("#verdict").is_displayed()
    desktop.open(age_page(page, 3))
    assert desktop.text("#verdict").startswith("Out of date")
    assert desktop.is_ready()


# What an address may ask for, and what is said about that.
FRAGMENTS = (
    ("type=tlsa-invalid", None),
    ("type=certificate-expired", None),
    ("domain=example.org", None),
    ("reporter=Example+University", None),
    ("signed=yes", None),
    ("type=nonsense", "failure type nonsense"),
    ("domain=nowhere.test", "has nowhere.test in its name"),
    ("reporter=Nobody", "no report of Nobody"),
    ("signed=maybe", "the name maybe"),
    ("from=soon", "soon is not a day"),
    ("colour=red", "the name colour"),
)


@pytest.mark.parametrize("fragment, complaint", FRAGMENTS)
def test_a_filter_makes_nothing_good(desktop, months, fragment, complaint):
    desktop.open(months)
    level = desktop.find("#verdict").get_attribute("class")
    assert "critical" in level
    desktop.open(months, fragment)
    assert desktop.find("#verdict").get_attribute("class") == level
    assert "kiosk.test" in desktop.text("#verdict")
    assert (complaint is None) == (desktop.find_all(".unknown") == [])
    assert complaint is None or complaint in desktop.text("#matches")


def test_days_that_were_fine_make_nothing_good(desktop, months):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    desktop.open(months, "domain=mail.example&from=%s&to=%s" % (
        today - datetime.timedelta(4), today - datetime.timedelta(2)))
    assert "critical" in desktop.find("#verdict").get_attribute("class")
    assert "Chosen here: " in desktop.text("#verdict")
    assert desktop.text("#n-share .value") == "0 %"


def test_incidents_are_first_on_a_phone(desktop, months):
    desktop.resize(390, mobile=True)
    desktop.open(months)
    tops = desktop.run(
        "return ['#s-incidents', '#filtering', '.charts'].map((name) =>"
        " document.querySelector(name).getBoundingClientRect().top)")
    assert tops == sorted(tops)
    assert tops[0] < 400
    first = desktop.find("#t-incidents tbody tr").text
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert "mx2.kiosk.test" in first
    assert str(today - datetime.timedelta(5)) in first
    assert not desktop.find("#filter").is_displayed()
    desktop.find("#filtering summary").click()
    assert desktop.find("#filter").is_displayed()


def test_paper_says_what_it_shows(desktop, months):
    desktop.open(months, "domain=kiosk.test&type=certificate-expired")
    desktop.tell("Emulation.setEmulatedMedia", media="print")
    desktop.run("dispatchEvent(new Event('beforeprint'))")
    period = " to ".join(desktop.run(
        "return ['from', 'to'].map((name) =>"
        " document.querySelector('#f-' + name).value)"))
    for place in ("#about", "#matches", "#verdict .chosen"):
        text = desktop.find(place).text
        for words in (period, "kiosk.test", "certificate-expired"):
            assert words in text, place
    assert not desktop.find("#filter").is_displayed()
    desktop.run("dispatchEvent(new Event('afterprint'))")
    desktop.tell("Emulation.setEmulatedMedia", media="")


def test_weeks_beyond_four_months(desktop, query, make_page):
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - d,"
          " 'kiosk.test', 'google.com', 'Google Inc.', 1, 90,"
          " CASE WHEN d <= 7 THEN 10 ELSE 0 END"
          " FROM generate_series(1, 200) AS d")
    desktop.open(make_page("--since", "200d"))
    assert desktop.text("#c-sessions") == "Sessions by day"
    desktop.choose("#f-period", "All 200 days")
    assert desktop.text("#c-sessions") == "Sessions by week"
    plot = desktop.find("#chart-sessions .plot")
    assert plot.get_attribute("aria-valuemax") == "28"
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert plot.get_attribute("aria-valuetext").startswith(
        "%s to %s: 630 encrypted, 70 failed, 10.0 %% failed of all" % (
            today - datetime.timedelta(7), today - datetime.timedelta(1)))
    desktop.run(OPEN_ALL)
    wait_for("the weeks", lambda: desktop.column("#t-days", 1))
    assert sum(int(text.replace(",", ""))
               for text in desktop.column("#t-days", 2)) == 200 * 90
    assert desktop.complaints() == []


def test_days_of_incidents_are_marked(desktop, months):
    desktop.open(months)
    assert "critical incident" in desktop.text("#chart-sessions .legend")
    assert "at mx2.kiosk.test" in desktop.find(
        "#chart-sessions .plot").get_attribute("aria-valuetext")


def test_tables_have_names(desktop, months):
    desktop.open(months)
    desktop.run(OPEN_ALL)
    wait_for("the days", lambda: desktop.column("#t-days", 1))
    names = desktop.run(
        "return Array.from(document.querySelectorAll('table'), (table) =>"
        " document.getElementById(table.getAttribute('aria-labelledby'))"
        "?.textContent)")
    assert len(names) >= 7 and all(names)
    assert len(set(names)) == len(names)


def test_title_says_whose_and_how_it_is(desktop, months):
    desktop.open(months)
    assert desktop.driver.title == "Act now · 11 domains · TLS reports"
    desktop.enter("#f-domain", "kiosk.test")
    assert desktop.driver.title == "Act now · kiosk.test · TLS reports"


def make_failing_report(day):
    return {
        "organization-name": "Google Inc.", "contact-info": "a@b.test",
        "report-id": "failing",
        "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                       "end-datetime": "%sT23:59:59Z" % day},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": "kiosk.test",
                       "policy-string": ["version: STSv1", "mode: enforce"],
                       "mx-host": ["*.kiosk.test"]},
            "summary": {"total-successful-session-count": 50,
                        "total-failure-session-count": 30},
            "failure-details": [{
                "result-type": "certificate-expired",
                "sending-mta-ip": "192.0.2.1",
                "receiving-mx-hostname": "mx1.kiosk.test",
                "receiving-ip": "192.0.2.25",
                "failed-session-count": 30,
                "failure-reason-code": "X509_V_ERR_ODD"}]}]}


def test_details_of_an_incident(
        desktop, run_ctl, cluster, database, query, make_page, tmp_path):
    """From a report with them to the page."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    history.write_reports(
        tmp_path, [make_failing_report(today - datetime.timedelta(1))])
    run_ctl("import", "-d", cluster.conninfo(database, daemon.WRITER),
            str(tmp_path))
    query(history.SIGN)
    run_ctl("maintain", "-d", cluster.conninfo(database))
    page = make_page()
    with open(page, encoding="utf-8") as file:
        assert read_data(file.read())["open_incidents"] == 1
    desktop.open(page)
    desktop.find("#t-incidents summary").click()
    text = desktop.find("#t-incidents tbody").text
    for words in ("X509_V_ERR_ODD", "192.0.2.25", "What to do.",
                  "mx1.kiosk.test", "Google Inc."):
        assert words in text, words
    assert desktop.column("#t-incidents", 4) == ["30"]
    assert desktop.column("#t-incidents", 5) == ["37.5 %"]
    assert desktop.complaints() == []


def test_past_incidents(desktop, query, make_page):
    query("INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain,"
          " result_type, receiving_mx_hostname, organization_name, state,"
          " severity, first_day, last_day, failed_sessions,"
          " withheld_sessions, all_sessions, reporters, opened_at,"
          " resolved_at, incident_id) VALUES (1, 'ours', 'kiosk.test',"
          " 'certificate-expired', 'mx2.kiosk.test', '', 'resolved',"
          " 'critical', current_date - 5, current_date - 4, 3, 2, 8,"
          " '{Google Inc.}', now() - interval '3 days', now(), 1)")
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - d,"
          " 'kiosk.test', 'google.com', 'Google Inc.', 1, 5, 0"
          " FROM generate_series(1, 9) AS d")
    desktop.open(make_page())
    row, = desktop.find_all("#t-past-incidents tbody tr")
    assert "mx2.kiosk.test" in row.text and "Google Inc." in row.text
    assert desktop.column("#t-past-incidents", 5) == ["2"]
    assert desktop.column("#t-incidents", 1) == []
    days = [str(datetime.datetime.now(datetime.timezone.utc).date() -
                datetime.timedelta(age)) for age in (5, 4, 3, 0)]
    assert [desktop.column("#t-past-incidents", place)[0]
            for place in (3, 4, 7, 8)] == days


def test_a_table_is_saved(desktop, query, make_page, tmp_path):
    names = ["=1+1", "\uff1dcmd", " @x", 'a "b", c', "d\n"] + [
        "n%d" % n for n in range(10)]
    for name in names:
        query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
              " 'kiosk.test', 'x.test', %s, 1, 5, 3", name)
    desktop.tell("Browser.setDownloadBehavior", behavior="allow",
                 downloadPath=str(tmp_path))
    desktop.open(make_page())
    desktop.find("#t-reporters .csv").click()
    saved = tmp_path / "tls-reporters.csv"
    wait_for("the file", saved.exists)
    rows = list(csv.reader(io.StringIO(saved.read_text(encoding="utf-8"))))
    assert rows[0] == ["Reporter", "Reports", "Sessions", "Failed", "Share",
                       "Last day"]
    signer = " (signed by x.test)"
    assert sorted(row[0] for row in rows[1:]) == sorted(
        ["'=1+1" + signer, "'\uff1dcmd" + signer, "' @x" + signer,
         'a "b", c' + signer, "d\\u000a" + signer] +
        ["n%d" % n + signer for n in range(10)])
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert rows[1][1:] == ["1", "8", "3", "0.375",
                           str(today - datetime.timedelta(1))]
    assert desktop.complaints() == []


def test_long_tables_have_pages(desktop, query, make_page):
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'd' || n, '', 'Org', 1, 5, 1000 - n"
          " FROM generate_series(1, 250) AS n")
    desktop.open(make_page())

    def read():
        return [int(name[1:]) for name in desktop.column("#t-domains", 1)]

    def press(name):
        button, = [button for button in desktop.find_all("#t-domains button")
                   if button.text == name]
        button.click()

    assert read() == list(range(1, 11))
    press("Next")
    assert read() == list(range(11, 21))
    assert desktop.run("return document.activeElement.textContent") == "Next"
    assert desktop.text("#t-domains .range") == "11–20 of 250"
    press("Show 100 at a time")
    press("Next")
    press("Next")
    assert read() == list(range(201, 251))
    assert desktop.run(
        "return document.activeElement.textContent") == "201–250 of 250"
    press("Previous")
    assert read() == list(range(101, 201))


@pytest.mark.parametrize("width", (390, 1280))
@pytest.mark.parametrize("theme", ("light", "dark"))
def test_wcag(desktop, months, axe, theme, width):
    desktop.resize(width)
    desktop.prefer(theme)
    desktop.open(months, "type=certificate-expired")
    desktop.run(OPEN_ALL)
    wait_for("the days", lambda: desktop.column("#t-days", 1))
    assert axe(desktop) == []


def test_wcag_of_an_empty_page(desktop, make_page, axe):
    desktop.open(make_page())
    assert axe(desktop) == []


def test_an_incident_of_more_domains_than_it_names(desktop, query, make_page):
    """A filter on any of them finds it, and on no other."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'd' || n, 'google.com', 'Google Inc.', 1, 5, 3"
          " FROM generate_series(1, 40) AS n")
    query("INSERT INTO tlsrpt.daily_failure (day, policy_domain, auth_domain,"
          " organization_name, result_type, receiving_mx_hostname,"
          " failed_sessions, cause) SELECT current_date - 1, 'd' || n,"
          " 'google.com', 'Google Inc.', 'certificate-expired', 'mx.test', 3,"
          " 'certificate-expired' FROM generate_series(1, 30) AS n")
    query("INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain,"
          " result_type, receiving_mx_hostname, organization_name, state,"
          " severity, first_day, last_day, failed_sessions,"
          " withheld_sessions, all_sessions, reporters, opened_at,"
          " incident_id) SELECT n, 'ours', 'd' || n, 'certificate-expired', 'mx.test', '',"
          " 'open', 'critical', current_date - 1, current_date - 1, 3, 0, 8,"
          " '{Google Inc.}', now(), 1 FROM generate_series(1, 30) AS n")
    desktop.open(make_page())
    assert desktop.column("#t-incidents", 3) == ["30"]
    for number, found in ((1, 1), (17, 1), (30, 1), (31, 0), (40, 0)):
        desktop.enter("#f-domain", "d%d" % number)
        assert len(desktop.column("#t-incidents", 1)) == found, number
    assert "critical" in desktop.find("#verdict").get_attribute("class")


def test_policies_of_domains(desktop, query, make_page):
    expected = {"enforce.test": "enforce", "both.test": "testing, DANE",
                "no.test": "none", "mx.dane.test": "DANE host",
                "change.test": "enforce", "odd.test": "mixed",
                "old.test": "enforce"}
    rows = (
        ("enforce.test", "a", "sts", "enforce", 1),
        ("enforce.test", "b", "no-policy-found", "", 1),
        ("both.test", "a", "sts", "testing", 1),
        ("both.test", "b", "tlsa", "", 1),
        ("no.test", "a", "no-policy-found", "", 1),
        ("mx.dane.test", "a", "tlsa", "", 2),
        ("change.test", "a", "sts", "testing", 3),
        ("change.test", "a", "sts", "enforce", 2),
        ("odd.test", "a", "sts", "testing", 2),
        ("odd.test", "b", "sts", "enforce", 3),
        ("old.test", "a", "sts", "enforce", 20),
    )
    for domain, name, kind, mode, age in rows:
        query("INSERT INTO tlsrpt.daily_policy (day, policy_domain,"
              " auth_domain, organization_name, policy_type, sts_mode,"
              " reports, successful_sessions, failed_sessions)"
              " VALUES (current_date - %s, %s, '', %s, %s, %s, 1, 5, 0)",
              age, domain, name, kind, mode)
        query("INSERT INTO tlsrpt.daily_domain"
              " VALUES (current_date - %s, %s, '', %s, 1, 5, 0)",
              age, domain, "%s%s%s" % (name, kind, mode))
    desktop.open(make_page())
    assert dict(zip(desktop.column("#t-domains", 1),
                    desktop.column("#t-domains", 2))) == expected
    assert desktop.text("#n-failing .muted") == "of 6"
    assert "7 domains" not in desktop.text("body")
    assert desktop.driver.title.endswith("6 domains · TLS reports")
