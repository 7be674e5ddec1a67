# SPDX-License-Identifier: BSD-2-Clause
"""The queries of the dashboard for Grafana as the reader's role, against
numbers that were added up here. Grafana itself does not run."""

import collections
import datetime
import decimal
import re

import psycopg2
import pytest

import grafana
import storedreports
from daemon import READER
from storedreports import EXPIRED, GOOGLE, HOSTILE_NAMES, UNSAFE_NAMES

TYPES_SHOWN = 12
# The most urgent first.
VERDICTS = ["hold-back", "enforce-now", "raise-max-age", "keep-testing",
            "publish", "fine"]
# What is chosen: variables by name.
SELECTIONS = [
    {},
    {"domain": ["kiosk.test"]},
    {"domain": ["o'brien.test", "none.test"]},
    {"reporter": [GOOGLE, HOSTILE_NAMES[0]]},
    {"authenticated": "true"},
    {"authenticated": "false", "domain": ["kiosk.test"]},
    {"domain": ["' OR true --"]},
    *({"reporter": [name]} for name in HOSTILE_NAMES
      if name not in UNSAFE_NAMES),
]

Line = collections.namedtuple(
    "Line", "day organization authenticated domain successful failed failures")


@pytest.fixture(scope="module")
def dashboard():
    return grafana.load()


@pytest.fixture(scope="module")
def reports():
    return storedreports.make_reports()


@pytest.fixture(scope="module")
def database(cluster, template, reports):
    """One with the reports for all tests, instead of an empty one for each."""
    with storedreports.filled_database(cluster, template, reports) as name:
        yield name


def simplify(value):
    return float(value) if isinstance(value, decimal.Decimal) else value


@pytest.fixture
def run(cluster, database, dashboard):
    """The rows of a query of the dashboard, as dictionaries."""
    connection = psycopg2.connect(cluster.conninfo(database, READER))
    connection.set_session(readonly=True, autocommit=True)

    def run(text, **values):
        with connection.cursor() as cursor:
            cursor.execute(grafana.expand(text, dashboard, **values))
            names = [column.name for column in cursor.description]
            return [dict(zip(names, map(simplify, row)))
                    for row in cursor.fetchall()]

    yield run
    connection.close()


@pytest.fixture
def panel(run, dashboard):
    queries = grafana.list_queries(dashboard)
    return lambda title, **values: run(queries[title], **values)


def is_chosen(selection, name, value):
    chosen = selection.get(name)
    return chosen is None or value in chosen


def list_lines(reports, selection, days=30):
    """One for each policy of a report that is chosen."""
    return [
        Line(report.day, report.organization, bool(report.auth_domain),
             policy.domain, policy.successful, policy.failed, policy.failures)
        for report in reports if report.age <= days
        for policy in report.policies
        if is_chosen(selection, "domain", policy.domain)
        and is_chosen(selection, "reporter", report.organization)
        and is_chosen(selection, "authenticated",
                      str(bool(report.auth_domain)).lower())]


def share(failed, successful):
    if failed + successful == 0:
        return None
    return pytest.approx(100 * failed / (failed + successful))


def epoch(day):
    return int(datetime.datetime.combine(
        day, datetime.time(), datetime.timezone.utc).timestamp())


def add_up(lines, *keys):
    """Successful and failed sessions, reports, last day by the keys."""
    sums = {}
    for line in lines:
        key = tuple(getattr(line, name) for name in keys)
        ok, failed, number, last = sums.get(key, (0, 0, 0, line.day))
        sums[key] = (ok + line.successful, failed + line.failed, number + 1,
                     max(last, line.day))
    return sums


def check_overview(panel, lines, selection):
    row, = panel("Overview", **selection)
    total = add_up(lines).get((), (0, 0, 0, None))
    assert row == {
        "sessions": total[0] + total[1], "failed_sessions": total[1],
        "failed_percent": share(total[1], total[0]), "reports": total[2],
        "domains": len({line.domain for line in lines}),
        "last_day": total[3] and 1000 * epoch(total[3])}


def check_days(panel, lines, selection):
    days = sorted(add_up(lines, "day").items())
    rows = panel("Sessions by day", **selection)
    assert [(row["time"], row["successful"], row["failed"])
            for row in rows] == [
        (epoch(day), sums[0], sums[1]) for (day,), sums in days]
    rows = panel("Failed share by day", **selection)
    assert [(row["time"], row["failed_percent"]) for row in rows] == [
        (epoch(day), share(sums[1], sums[0])) for (day,), sums in days]


def check_types(panel, lines, selection):
    totals = collections.Counter()
    for line in lines:
        for failure in line.failures:
            totals[failure.result_type] += failure.sessions
    shown = sorted(totals, key=lambda name: (-totals[name], name))[
        :TYPES_SHOWN]
    expected = collections.Counter()
    for line in lines:
        for failure in line.failures:
            name = failure.result_type
            expected[epoch(line.day),
                     name if name in shown else "others"] += failure.sessions
    rows = panel("Failure types by day", **selection)
    assert {(row["time"], row["metric"]): row["failed"]
            for row in rows} == expected
    assert len(rows) == len(expected)


def check_domains(panel, lines, selection):
    rows = panel("Domains", **selection)
    assert [row["failed_sessions"] for row in rows] == sorted(
        (row["failed_sessions"] for row in rows), reverse=True)
    assert {row["policy_domain"]: (
        row["sessions"], row["failed_sessions"], row["failed_percent"],
        row["last_day"]) for row in rows} == {
        domain: (sums[0] + sums[1], sums[1], share(sums[1], sums[0]), sums[3])
        for (domain,), sums in add_up(lines, "domain").items()}


def check_reporters(panel, lines, selection):
    rows = panel("Reporters", **selection)
    assert {(row["organization_name"], row["authenticated"]): (
        row["reports"], row["sessions"], row["failed_percent"],
        row["last_day"]) for row in rows} == {
        key: (sums[2], sums[0] + sums[1], share(sums[1], sums[0]), sums[3])
        for key, sums in add_up(
            lines, "organization", "authenticated").items()}


def check_hosts(panel, lines, selection, titles):
    expected = {}
    for line in lines:
        for failure in line.failures:
            key = (line.domain, failure.host, failure.result_type)
            sessions, days, names = expected.get(key, (0, [], set()))
            expected[key] = (sessions + failure.sessions, [*days, line.day],
                             names | {line.organization})
    rows = panel("Failing MX hosts", **selection)
    assert len(rows) == len(expected)
    for row in rows:
        key, = (key for key in expected
                if (key[0], key[1], titles.get(key[2], (key[2],))[0]) == (
                    row["policy_domain"], row["receiving_mx_hostname"],
                    row["title"]))
        sessions, days, names = expected[key]
        assert row["failed_sessions"] == sessions
        assert row["reporters"] == len(names)
        assert (row["first_day"], row["last_day"]) == (min(days), max(days))
        severity, remedy = titles.get(key[2], (None, None, None))[1:]
        assert row["severity"] == severity
        assert row["remedy"] == (
            remedy and remedy.replace("DOMAIN", row["policy_domain"]))


def check_newest(panel, reports, lines, selection):
    chosen = [report for report in reports
              if list_lines([report], selection)]
    rows = panel("Newest reports", **selection)
    assert collections.Counter(
        (row["day"], row["organization_name"], row["policy_domains"],
         row["failed_sessions"]) for row in rows) == collections.Counter(
        (report.day, report.organization,
         " ".join(sorted(policy.domain for policy in report.policies)),
         sum(policy.failed for policy in report.policies))
        for report in chosen)
    assert [row["day"] for row in rows] == sorted(
        (row["day"] for row in rows), reverse=True)
    rows = panel("Newest failures in detail", **selection)
    assert collections.Counter(
        (row["day"], row["policy_domain"], row["organization_name"],
         row["result_type"], row["receiving_mx_hostname"] or "",
         row["failed_sessions"]) for row in rows) == collections.Counter(
        (line.day, line.domain, line.organization, failure.result_type,
         failure.host, failure.sessions)
        for line in lines for failure in line.failures)
    assert {(row["sending_mta_ip"], row["receiving_ip"],
             row["failure_reason_code"]) for row in rows} <= {
        ("192.0.2.1", "2001:db8::25", "it's")}


@pytest.fixture
def titles(query):
    return {row[0]: row[1:] for row in query(
        "SELECT result_type, title, severity, remedy"
        " FROM tlsrpt.result_type_info")}


def test_what_panels_show(panel, reports, titles):
    for selection in SELECTIONS:
        lines = list_lines(reports, selection)
        assert bool(lines) == (selection != SELECTIONS[6]), selection
        check_overview(panel, lines, selection)
        check_days(panel, lines, selection)
        check_types(panel, lines, selection)
        check_domains(panel, lines, selection)
        check_reporters(panel, lines, selection)
        check_hosts(panel, lines, selection, titles)
        check_newest(panel, reports, lines, selection)


def test_another_period(panel, reports):
    for days in (1, 3, 90):
        lines = list_lines(reports, {}, days)
        check_overview(panel, lines, {"days": days})
        check_days(panel, lines, {"days": days})


def test_variables_offer_what_is_there(run, dashboard, reports):
    variables = grafana.list_variables(dashboard)
    lines = list_lines(reports, {})
    offered = run(variables["domain"]["query"])
    assert {row["policy_domain"] for row in offered} == {
        line.domain for line in lines}
    offered = run(variables["reporter"]["query"])
    assert {row["organization_name"] for row in offered} == {
        line.organization for line in lines} - set(UNSAFE_NAMES)
    assert run(variables["domain"]["query"], search="kio") == [
        {"policy_domain": "kiosk.test"}]


def run_rule(query, uid):
    """The rows as Grafana takes them: labels, and one number."""
    rule, = (rule for rule in grafana.list_rules() if rule["uid"] == uid)
    return query(rule["data"][0]["model"]["rawSql"], user=READER)


def test_columns_that_panels_name(panel, query, dashboard):
    """Each override and each link is about a column that the query has."""
    query("SELECT tlsrpt.evaluate_alerts()")
    for one in dashboard["panels"]:
        row = panel(one["title"])[0]
        names = {override["matcher"]["options"]
                 for override in one["fieldConfig"]["overrides"]}
        assert names <= set(row), one["title"]
        assert len(names) == len(one["fieldConfig"]["overrides"])
        used = re.findall(r"__data\.fields\.(\w+)",
                          " ".join(grafana.list_strings(one["fieldConfig"])))
        assert set(used) <= set(row)


def find_labels(query, severity):
    """Labels of the alerts of a rule: texts, by which each is another."""
    rows = run_rule(query, "tlsrpt-" + severity)
    assert all(row[-1] > 0 for row in rows)
    labels = [row[:-1] for row in rows]
    assert len(set(labels)) == len(labels)
    assert {type(value) for row in labels for value in row} <= {str}
    return [row[1:2] + row[3:] for row in labels]


def test_incidents(panel, query):
    query("SELECT tlsrpt.fold()")
    query("SELECT tlsrpt.evaluate_alerts()")
    expired = ("certificate-expired", EXPIRED.host, "", "")
    assert expired in find_labels(query, "critical")
    rows = panel("Incidents", domain=["kiosk.test"])
    title, = query("SELECT title FROM tlsrpt.result_type_info"
                   " WHERE result_type = 'certificate-expired'")[0]
    row, = (row for row in rows if (
        row["title"], row["receiving_mx_hostname"]) == (title, EXPIRED.host))
    assert (row["severity"], row["state"], row["sample_domains"],
            row["first_domain"]) == (
        "critical", "open", "kiosk.test", "kiosk.test")
    number = query("SELECT count(DISTINCT incident_id) FROM tlsrpt.v_alert"
                   " WHERE policy_domain = 'kiosk.test'"
                   " AND result_type <> 'failure-share'")[0][0]
    assert len(rows) == number
    assert panel("Open incidents", domain=["kiosk.test"]) == [
        {"incidents": number}]
    query("SELECT tlsrpt.acknowledge_alert(%d, 'me')" % row["incident_id"])
    assert panel("Open incidents", domain=["kiosk.test"]) == [
        {"incidents": number - 1}]
    assert expired not in find_labels(query, "critical")


@pytest.fixture
def add_alerts(query):
    """Critical ones, by domain, type, host and withheld sessions; the last is
    the newest."""
    def add(*alerts):
        for number, (domain, result_type, host, sessions) in enumerate(alerts):
            query(
                "INSERT INTO tlsrpt.alert (alert_id, incident_id, rule,"
                " policy_domain, result_type, receiving_mx_hostname,"
                " organization_name, state, severity, first_day, last_day,"
                " failed_sessions, withheld_sessions, all_sessions, reporters,"
                " opened_at)"
                " SELECT id, id, 'test', '%s', '%s', '%s', '', 'open',"
                " 'critical', '2026-01-01', now(), 9, %d, 9, '{}',"
                " now() + interval '%d seconds' FROM (VALUES (%d)) AS n (id)"
                % (domain, result_type, host, sessions, number,
                   100000 + number))

    yield add
    query("DELETE FROM tlsrpt.alert WHERE rule = 'test'")


def test_what_to_do_next_with_policies(panel, query):
    """As the view says, of the domains that are chosen."""
    shown = panel("What to do next with policies")
    assert {(row["policy_domain"], row["verdict"], row["reasons"])
            for row in shown} == set(query(
                "SELECT policy_domain, verdict,"
                " array_to_string(reasons, '; ') FROM tlsrpt.v_rollout"))
    assert shown[0]["verdict"] == min((row["verdict"] for row in shown),
                                      key=VERDICTS.index)
    assert panel("What to do next with policies", domain=["kiosk.test"]) == [
        row for row in shown if row["policy_domain"] == "kiosk.test"]


def test_the_worst_incident_is_never_missing(panel, query, add_alerts):
    """However many have come after it."""
    add_alerts(("worst.test", "tlsa-invalid", "", 9999), *(
        ("%d.test" % number, "tlsa-invalid", "", number % 9)
        for number in range(150)))
    assert panel("Incidents")[0]["sample_domains"] == "worst.test"
    told = [row[-1] for row in find_labels(query, "critical")]
    assert told[0] == "worst.test"
    assert {"%d.test" % number for number in range(150)} <= set(told)


def test_one_cause_is_one_incident(panel, query, add_alerts):
    """Whatever the number of domains, which is no label: it may grow."""
    for number in range(3):
        add_alerts(*(("%d.test" % domain, "tlsa-invalid", "mx.test", domain)
                     for domain in range(number + 1)))
        query("UPDATE tlsrpt.alert SET incident_id = 100000"
              " WHERE rule = 'test'")
        assert ("tlsa-invalid", "mx.test", "", "") in find_labels(
            query, "critical")
        row, = (row for row in panel("Incidents")
                if row["incident_id"] == 100000)
        assert (row["policy_domains"], row["failed_sessions"]) == (
            number + 1, 9 * (number + 1))
        row, = panel("Incidents", domain=["0.test"])
        assert (row["policy_domains"], row["failed_sessions"]) == (1, 9)
        query("DELETE FROM tlsrpt.alert WHERE rule = 'test'")
    assert panel("Incidents", domain=["none.test"]) == []


def test_incidents_stand_on_the_days_that_they_are_about(
        panel, query, add_alerts):
    first = datetime.date.today() - datetime.timedelta(9)

    def find(**values):
        return [(row["time"], row["timeend"], row["text"], row["tags"])
                for row in panel("on Incidents", **values)
                if row["text"].endswith("(band.test)")]

    add_alerts(("band.test", "tlsa-invalid", "mx.test", 0))
    query("UPDATE tlsrpt.alert SET first_day = %s, last_day = %s"
          " WHERE rule = 'test'", first, first + datetime.timedelta(2))
    (begin, end, text, tags), = find()
    title, = query("SELECT title FROM tlsrpt.result_type_info"
                   " WHERE result_type = 'tlsa-invalid'")[0]
    assert (begin, tags) == (epoch(first), "critical,open")
    assert text == title + ": mx.test (band.test)"
    assert end > epoch(datetime.date.today())
    assert find(domain=["other.test"]) == []
    query("UPDATE tlsrpt.alert SET state = 'resolved', resolved_at = now()"
          " WHERE rule = 'test'")
    (begin, end, _, _), = find()
    assert (begin, end) == (
        epoch(first), epoch(first + datetime.timedelta(3)))
    assert find(days=3) == []


def test_one_failure_has_one_severity(panel, add_alerts):
    def find():
        row, = (row for row in panel("Failing MX hosts")
                if row["policy_domain"] == "kiosk.test"
                and row["receiving_mx_hostname"] == "mx1.kiosk.test")
        return row["severity"]

    assert find() == "warning"
    add_alerts(("kiosk.test", "starttls-not-supported", "mx1.kiosk.test", 1))
    assert find() == "critical"
    incident, = (row for row in panel("Incidents")
                 if row["incident_id"] == 100000)
    assert incident["severity"] == find()
