# SPDX-License-Identifier: BSD-2-Clause
"""The rules for Prometheus by its own tests, and what
prometheus-sql-exporter makes of the views."""

import collections
import datetime
import pathlib
import re
import subprocess

import pytest
import yaml

import grafana
import storedreports
from daemon import READER
from sqlexporter import SqlExporter
from storedreports import EXPIRED, GOOGLE

DIRECTORY = grafana.DASHBOARDS / "prometheus"
TESTS = pathlib.Path(__file__).resolve().parents[1] / "dashboards"
CONFIG = DIRECTORY / "sql-exporter.yml"
MANUAL = pathlib.Path(__file__).resolve().parents[2] / "man/tlsrpt-milter.8"
RULES = sorted(path.name for path in DIRECTORY.glob("*.rules.yml"))
# Put in by the exporter, the same for all.
OWN_LABELS = ("database", "driver", "host", "sql_job", "user")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
SAMPLE = re.compile(r"^(\w+)\{(.*)\} (\S+)$", re.M)
MOST_SERIES = {
    "sql_tlsrpt_week": 8, "sql_tlsrpt_domain_week": 100,
    "sql_tlsrpt_failures": 100, "sql_tlsrpt_reporter_last_day_seconds": 50}


@pytest.fixture
def promtool(unpacked):
    def run(*arguments, stdin=None):
        done = subprocess.run(
            [unpacked + "/usr/bin/promtool", *map(str, arguments)],
            input=stdin, capture_output=True, text=True, check=False,
            timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def list_rules(name):
    groups = yaml.safe_load((DIRECTORY / name).read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("name", RULES)
def test_rules(promtool, name):
    assert "SUCCESS" in promtool("check", "rules", DIRECTORY / name)
    test = TESTS / name.replace(".yml", ".test.yml")
    assert "SUCCESS" in promtool("test", "rules", test)
    tried = test.read_text()
    for rule in list_rules(name):
        own_name = rule.get("alert") or rule["record"]
        assert own_name in tried, own_name


def test_rules_use_metrics_that_are_there():
    known = set(re.findall(r"^\.It Li (tlsrpt_milter_\w+)",
                           MANUAL.read_text(), re.M))
    for rule in list_rules("tlsrpt-milter.rules.yml"):
        used = set(re.findall(
            r"(?<![:\w])tlsrpt_milter_\w+(?![:\w])", rule["expr"]))
        assert {name.removesuffix("_bucket") for name in used} <= known
    queries, = (job["queries"] for job in yaml.safe_load(
        CONFIG.read_text())["jobs"])
    known = {"sql_" + query["name"] for query in queries}
    assert known == set(MOST_SERIES)
    for rule in list_rules("tlsrpt.rules.yml"):
        used = set(re.findall(r"sql_tlsrpt_\w+", rule["expr"]))
        assert used <= known


@pytest.fixture(scope="module")
def reports():
    """Also more domains and reporters than series are wanted of."""
    many = [
        storedreports.StoredReport(2, "Org %d" % number, "org%d.test" % number,
                                   (storedreports.Policy(
                                       "many%d.test" % number, 1,
                                       (storedreports.Failure(
                                           "tlsa-invalid", "mx.test", 1),)),))
        for number in range(120)]
    return storedreports.make_reports() + many


@pytest.fixture(scope="module")
def database(cluster, template, reports):
    with storedreports.filled_database(cluster, template, reports) as name:
        yield name


@pytest.fixture
def start_exporter(workspace, unpacked, cluster, tmp_path):
    """Gives a function that starts one for a database."""
    started = []

    def start(database):
        # The shipped configuration names the one of the manual.
        text = CONFIG.read_text()
        assert text.count("postgres:///tlsrpt\n") == 1
        config = tmp_path / "sql-exporter.yml"
        config.write_text(text.replace(
            "postgres:///tlsrpt\n", "postgres:///%s\n" % database))
        started.append(SqlExporter(
            workspace, unpacked + "/usr/bin/prometheus-sql-exporter",
            str(config), cluster, READER).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


def read_samples(text):
    """Values by metric and labels."""
    samples = collections.defaultdict(dict)
    for name, labels, value in SAMPLE.findall(text):
        pairs = {key: re.sub(r"\\(.)", r"\1", text) for key, text in
                 LABEL.findall(labels) if key not in OWN_LABELS}
        samples[name][tuple(sorted(pairs.items()))] = float(value)
    return samples


def labels(**values):
    return tuple(sorted(values.items()))


def check_week(samples, reports):
    expected = collections.Counter()
    domains = collections.defaultdict(set)
    for report in reports:
        if report.age > 7:
            continue
        known = str(bool(report.auth_domain)).lower()
        for policy in report.policies:
            for column, number in (
                    ("reports", 1), ("failed_sessions", policy.failed),
                    ("successful_sessions", policy.successful)):
                expected[labels(authenticated=known, col=column)] += number
            domains[known].add(policy.domain)
    for known, names in domains.items():
        expected[labels(authenticated=known, col="domains")] = len(names)
    assert samples["sql_tlsrpt_week"] == expected


def check_failures(samples, query):
    """Against the columns of the base view, which adds nothing up."""
    rows = query(
        "SELECT policy_domain, result_type, coalesce(severity, 'unknown'),"
        " coalesce(receiving_mx_hostname, ''), sum(failed_sessions)"
        " FROM tlsrpt.v_failure WHERE day >= current_date - 3"
        " AND authenticated GROUP BY 1, 2, 3, 4")
    expected = {labels(
        policy_domain=domain, result_type=name, severity=severity,
        receiving_mx_hostname=host, col="failed_sessions"): float(number)
        for domain, name, severity, host, number in rows}
    assert len(expected) > MOST_SERIES["sql_tlsrpt_failures"]
    found = samples["sql_tlsrpt_failures"]
    assert found.items() <= expected.items()
    assert found[labels(
        policy_domain="kiosk.test", result_type="certificate-expired",
        severity="critical", receiving_mx_hostname=EXPIRED.host,
        col="failed_sessions")] == EXPIRED.sessions


def test_the_exporter(start_exporter, database, promtool, query, reports):
    text = start_exporter(database).wait_for_text(
        lambda text: set(MOST_SERIES) <= set(read_samples(text)))
    samples = read_samples(text)
    assert set(samples["sql_exporter_last_scrape_failed"].values()) == {0}
    for name, most in MOST_SERIES.items():
        assert 0 < len(samples[name]) <= most, name
    check_week(samples, reports)
    check_failures(samples, query)
    domain = labels(policy_domain="kiosk.test", col="successful_sessions")
    assert samples["sql_tlsrpt_domain_week"][domain] == sum(
        policy.successful for report in reports for policy in report.policies
        if report.age <= 7 and report.auth_domain
        and policy.domain == "kiosk.test")
    last = samples["sql_tlsrpt_reporter_last_day_seconds"]
    yesterday = datetime.datetime.combine(
        reports[0].day, datetime.time(), datetime.timezone.utc)
    assert last[labels(organization_name=GOOGLE, col="last_day")] == (
        yesterday.timestamp())
    own = "".join(line + "\n" for line in text.splitlines()
                  if re.match(r"(# (HELP|TYPE) )?sql_tlsrpt_", line))
    assert promtool("check", "metrics", stdin=own) == ""


def test_an_empty_database(start_exporter, template):
    """No reports are no failure of the exporter."""
    text = start_exporter(template).wait_for_text(
        lambda text: text.count("sql_exporter_last_scrape_failed{")
        == len(MOST_SERIES))
    assert set(read_samples(text)[
        "sql_exporter_last_scrape_failed"].values()) == {0}
