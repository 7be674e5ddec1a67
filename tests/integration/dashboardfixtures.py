# SPDX-License-Identifier: BSD-2-Clause
"""A browser, a database with months of reports, and the page made of it."""

import json
import os
import shutil
import subprocess

import psycopg2
import pytest

import daemon
import history
from browser import Browser
from dashboardpage import DAYS

DONE = 0
PAGE_SOURCE = os.path.abspath("../../dashboards/page")
# What fold() would have added with the rows of the days.
SUM_UP = """
SET search_path = tlsrpt;
INSERT INTO daily_domain_sum
SELECT day, policy_domain, auth_domain <> '', sum(reports),
  sum(successful_sessions), sum(failed_sessions)
FROM daily_domain GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING;
INSERT INTO daily_reporter_sum
SELECT day, auth_domain, organization_name, sum(reports),
  sum(successful_sessions), sum(failed_sessions)
FROM daily_domain GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING;
INSERT INTO daily_type_sum
SELECT day, auth_domain, organization_name, result_type, sum(failed_sessions),
  sum(withheld_sessions), sum(would_withhold_sessions)
FROM daily_failure GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING;
SELECT sum_week(monday)
FROM (SELECT DISTINCT week_of(day) FROM daily_domain_sum) AS week (monday)
"""


@pytest.fixture(scope="session")
def browser(workspace):
    started = Browser(workspace + "/chromium")
    yield started
    started.stop()


@pytest.fixture
def desktop(browser):
    browser.prefer("light")
    browser.resize(1280)
    return browser


@pytest.fixture(scope="session")
def run_ctl(ctl_program):
    def run(*arguments, status=DONE):
        done = subprocess.run([ctl_program, *arguments], capture_output=True,
                              check=False, timeout=80)
        assert done.returncode == status, (arguments, done)
        assert b"Sanitizer" not in done.stderr
        return done.stdout.decode() + done.stderr.decode()

    return run


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
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


@pytest.fixture
def make_page(run_ctl, cluster, database, tmp_path):
    """Makes a page of a database of the test's own, and returns its path. Tests
    may have written the rows of days themselves."""
    def make(*arguments, name="page.html"):
        page = str(tmp_path / name)
        cluster.psql(SUM_UP, database)
        run_ctl("dashboard", "-o", page, *arguments, "-d",
                cluster.conninfo(database, daemon.READER))
        return page

    return make


@pytest.fixture(scope="session")
def axe(workspace):
    """Finds what of a page is against WCAG 2.2 AA: rules, and where."""
    directory = workspace + "/axe"
    os.mkdir(directory)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(PAGE_SOURCE, name), directory)
    if shutil.which("npm") is None:
        pytest.skip("needs npm")
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
         "--prefer-offline"], cwd=directory, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("npm: " + done.stderr.decode()[-200:])
    with open(directory + "/node_modules/axe-core/axe.min.js",
              encoding="utf-8") as file:
        script = file.read()

    def look(browser):
        browser.run(script)
        found = browser.driver.execute_async_script("""
            axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a",
                "wcag21aa", "wcag22aa", "best-practice"]}).then(arguments[0])
            """)
        assert len(found["passes"]) > 20
        return [(rule["id"], node["html"]) for rule in found["violations"]
                for node in rule["nodes"]]

    return look
