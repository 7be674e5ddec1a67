# SPDX-License-Identifier: BSD-2-Clause
"""What the panels for Grafana show of reports that came in as JSON, against
the same JSON, added up here without the database."""

import collections
import datetime
import json
import subprocess

import psycopg2
import pytest

import grafana
import history
from daemon import READER
from test_grafana import epoch, share, simplify

DAYS = 30
DOMAINS = ("example.com", "kiosk.test", "museum.example", "bakery.example",
           "news.example", "mail.example")
POLICIES = {"tlsa": "DANE", "no-policy-found": "no policy"}


def make_tlsa(name, successful, failed=0):
    return {
        "policy": {"policy-type": "tlsa", "policy-domain": name,
                   "policy-string": ["3 1 1 0a"]},
        "summary": {"total-successful-session-count": successful,
                    "total-failure-session-count": failed},
        "failure-details": [{
            "result-type": "tlsa-invalid", "receiving-mx-hostname": name,
            "failed-session-count": failed,
            "failure-reason-code": "no match"}] if failed else []}


def vary(number, report):
    """All modes; DANE as Microsoft and Postfix report it; two policies."""
    number //= len(DOMAINS)
    policy, = report["policies"]
    details = policy["policy"]
    domain = details["policy-domain"]
    reporter = report["organization-name"]
    if domain == "museum.example":
        details["policy-string"][1] = "mode: testing"
    if domain == "news.example" and number % 2:
        details["policy-string"][1] = "mode: odd"
    if domain == "mail.example":
        details.update({"policy-type": "no-policy-found", "policy-string": []})
    if domain == "bakery.example" and number % 3:
        report["policies"].append(json.loads(json.dumps(policy)))
        details["policy-string"][1] = "mode: none"
    if reporter == "Microsoft Corporation" and domain == "example.com":
        report["policies"].append(make_tlsa(domain, 10 * (number % 9), 2))
    if reporter == "mail.de GmbH":
        report["policies"].append(make_tlsa("mx." + domain, 3, 1 - number % 2))
    return report


@pytest.fixture(scope="module")
def reports():
    return [vary(*item) for item in enumerate(
        history.make_reports(DAYS + 3, DOMAINS))]


@pytest.fixture(scope="module")
def panel(cluster, template, ctl_program, reports, tmp_path_factory):
    name = "grafana_numbers"
    cluster.psql("CREATE DATABASE %s TEMPLATE %s" % (name, template))
    directory = tmp_path_factory.mktemp("reports")
    history.write_reports(directory, reports)
    for words in (["rule", "set", "all", "--types=*", "--days=60",
                   "--sessions=1", "--unauthenticated=yes"],
                  ["import", str(directory)], ["maintain"]):
        subprocess.run([ctl_program, "-d", cluster.conninfo(name), *words],
                       check=True, stdout=subprocess.DEVNULL, timeout=120)
    dashboard = grafana.load()
    queries = grafana.list_queries(dashboard)
    connection = psycopg2.connect(cluster.conninfo(name, READER))
    connection.set_session(readonly=True, autocommit=True)

    def panel(title):
        with connection.cursor() as cursor:
            cursor.execute(grafana.expand(queries[title], dashboard))
            names = [column.name for column in cursor.description]
            return [dict(zip(names, map(simplify, row)))
                    for row in cursor.fetchall()]

    yield panel
    connection.close()
    cluster.psql("DROP DATABASE " + name)


def get_day(report):
    return datetime.date.fromisoformat(
        report["date-range"]["start-datetime"][:10])


@pytest.fixture(scope="module")
def shown(reports):
    """Reports of the period."""
    first = (datetime.datetime.now(datetime.timezone.utc).date()
             - datetime.timedelta(DAYS))
    return [report for report in reports if get_day(report) >= first]


def count(policy):
    return (policy["summary"]["total-successful-session-count"],
            policy["summary"]["total-failure-session-count"])


def list_policies(shown):
    for report in shown:
        for policy in report["policies"]:
            yield (report, policy["policy"]["policy-domain"],
                   policy["policy"]["policy-type"], policy)


def list_failures(shown):
    for report, domain, _, policy in list_policies(shown):
        for failure in policy["failure-details"]:
            yield report, domain, policy, failure


def get_mode(policy):
    lines = dict(line.split(": ") for line in policy["policy"]["policy-string"])
    return lines["mode"]


def get_label(policy):
    kind = policy["policy"]["policy-type"]
    if kind != "sts":
        return POLICIES[kind]
    mode = get_mode(policy)
    return mode if mode in ("enforce", "testing", "none") else "unknown"


def add_up(shown):
    """Sessions of each report with each name, those under DANE and MTA-STS
    once."""
    sums = []
    for report in shown:
        names = collections.defaultdict(
            lambda: collections.defaultdict(lambda: [0, 0]))
        for _, domain, kind, policy in list_policies([report]):
            for index, sessions in enumerate(count(policy)):
                names[domain][kind][index] += sessions
        for domain, kinds in names.items():
            ok, failed = (
                max(kinds["tlsa"][index], kinds["sts"][index])
                + kinds["no-policy-found"][index] for index in (0, 1))
            sums.append((report, domain, ok, failed))
    return sums


def group(sums, key):
    """Successful and failed sessions, reports and last day by a key."""
    groups = {}
    for report, domain, ok, failed in sums:
        name = key(report, domain)
        before = groups.get(name, (0, 0, 0, get_day(report)))
        groups[name] = (before[0] + ok, before[1] + failed, before[2] + 1,
                        max(before[3], get_day(report)))
    return groups


def find_hosts(shown):
    """Names that only DANE knows."""
    kinds = collections.defaultdict(set)
    for _, domain, kind, _ in list_policies(shown):
        kinds[domain].add(kind)
    return {domain for domain, found in kinds.items() if found == {"tlsa"}}


def is_kept(policy, failure):
    """Whether the sender keeps the mail, and whether it would."""
    if failure["result-type"].startswith("sts-"):
        return False, False
    label = get_label(policy)
    return label in ("enforce", "DANE"), label == "testing"


def test_the_reports_have_all_of_it(shown):
    assert {get_label(policy) for _, _, _, policy in list_policies(shown)} == {
        "enforce", "testing", "none", "unknown", "no policy", "DANE"}
    assert find_hosts(shown) == {"mx." + domain for domain in DOMAINS}
    assert len({failure["result-type"]
                for _, _, _, failure in list_failures(shown)}) >= 5


def test_overview(panel, shown):
    sums = add_up(shown)
    ok, failed, number, last = group(sums, lambda *_: ())[()]
    assert panel("Overview") == [{
        "sessions": ok + failed, "failed_sessions": failed,
        "failed_percent": share(failed, ok), "reports": number,
        "domains": len(DOMAINS), "last_day": 1000 * epoch(last)}]


def test_days(panel, shown):
    days = group(add_up(shown), lambda report, _: epoch(get_day(report)))
    assert {row["time"]: (row["successful"], row["failed"])
            for row in panel("Sessions by day")} == {
        day: sums[:2] for day, sums in days.items()}
    assert {row["time"]: row["failed_percent"]
            for row in panel("Failed share by day")} == {
        day: share(sums[1], sums[0]) for day, sums in days.items()}


def test_types(panel, shown):
    expected = collections.Counter()
    for report, _, _, failure in list_failures(shown):
        expected[epoch(get_day(report)), failure["result-type"]] += failure[
            "failed-session-count"]
    assert {(row["time"], row["metric"]): row["failed"]
            for row in panel("Failure types by day")} == expected


def test_domains(panel, shown):
    kept = collections.defaultdict(lambda: [0, 0])
    for _, domain, policy, failure in list_failures(shown):
        for index, true in enumerate(is_kept(policy, failure)):
            kept[domain][index] += true * failure["failed-session-count"]
    domains = group(add_up(shown), lambda _, domain: domain)
    assert {row["policy_domain"]: tuple(row.values())[1:]
            for row in panel("Domains")} == {
        domain: (ok + failed, failed, share(failed, ok), *kept[domain], last)
        for domain, (ok, failed, _, last) in domains.items()
        if domain in DOMAINS}
    assert kept["kiosk.test"][0] > 0 and kept["museum.example"][1] > 0


def test_policies(panel, shown):
    days = collections.Counter()
    rows = {}
    for report, domain, _, policy in list_policies(shown):
        key = domain, get_label(policy)
        day = get_day(report)
        ok, failed = count(policy)
        days[epoch(day), key[1]] += ok + failed
        names, sessions, bad, first, last = rows.get(
            key, (set(), 0, 0, day, day))
        rows[key] = (names | {report["organization-name"]},
                     sessions + ok + failed, bad + failed,
                     min(first, day), max(last, day))
    assert {(row["time"], row["metric"]): row["sessions"]
            for row in panel("Sessions by policy and day")} == days
    assert {(row["policy_domain"], row["policy"]): tuple(row.values())[2:]
            for row in panel("Policies")} == {
        key: (len(row[0]), *row[1:]) for key, row in rows.items()}


def test_hosts(panel, shown, query):
    titles = dict(query("SELECT result_type, title FROM tlsrpt.result_type_info"))
    rows = {}
    for report, domain, _, failure in list_failures(shown):
        kind = failure["result-type"]
        key = (domain, failure.get("receiving-mx-hostname", ""),
               titles.get(kind, kind))
        day = get_day(report)
        sessions, names, first, last = rows.get(key, (0, set(), day, day))
        rows[key] = (sessions + failure["failed-session-count"],
                     names | {report["organization-name"]},
                     min(first, day), max(last, day))
    assert {(row["policy_domain"], row["receiving_mx_hostname"], row["title"]):
            (row["failed_sessions"], row["reporters"], row["first_day"],
             row["last_day"]) for row in panel("Failing MX hosts")} == {
        key: (row[0], len(row[1]), *row[2:]) for key, row in rows.items()}


def find_alerts(reports):
    """Failed and withheld sessions, days and reporters by type, host and name,
    of what some reporter's newest report still speaks of."""
    newest = {}
    for report, domain, _, _ in list_policies(reports):
        key = domain, report["organization-name"]
        newest[key] = max(get_day(report), newest.get(key, get_day(report)))
    alerts = collections.defaultdict(lambda: [0, 0, set(), set()])
    for report, domain, policy, failure in list_failures(reports):
        alert = alerts[failure["result-type"],
                       failure.get("receiving-mx-hostname", ""), domain]
        sessions = failure["failed-session-count"]
        alert[0] += sessions
        alert[1] += sessions * is_kept(policy, failure)[0]
        alert[2].add(get_day(report))
        name = report["organization-name"]
        if newest[domain, name] == get_day(report):
            alert[3].add(name)
    return {key: alert for key, alert in alerts.items() if alert[3]}


def test_incidents(panel, reports, query):
    """Of a rule about all, over more days than there are reports of. A host
    stands for its domain."""
    titles = dict(query("SELECT result_type, title FROM tlsrpt.result_type_info"))
    hosts = find_hosts(reports)
    causes = {}
    for (kind, host, name), alert in find_alerts(reports).items():
        owner = name.partition(".")[2] if name in hosts else name
        domains, failed, kept, days, names = causes.get(
            (titles.get(kind, kind), host), (set(), 0, 0, set(), set()))
        causes[titles.get(kind, kind), host] = (
            domains | {owner}, failed + alert[0], kept + alert[1],
            days | alert[2], names | alert[3])
    assert [True for _, host in causes if host in hosts]
    rows = panel("Incidents")
    assert {(row["title"], row["receiving_mx_hostname"]): (
        set(row["sample_domains"].split()), row["failed_sessions"],
        row["withheld_sessions"], row["first_day"], row["last_day"])
            for row in rows} == {
        key: (*cause[:3], min(cause[3]), max(cause[3]))
        for key, cause in causes.items()}
    for row in rows:
        names = causes[row["title"], row["receiving_mx_hostname"]][4]
        shown = {name.rpartition(" (")[0]
                 for name in row["reported_by"].split(", ")}
        assert shown <= names and len(shown) == min(3, len(names))
        assert row["policy_domains"] == len(row["sample_domains"].split())
    assert [row["withheld_sessions"] for row in rows] == sorted(
        (row["withheld_sessions"] for row in rows), reverse=True)
    assert panel("Open incidents") == [{"incidents": len(rows)}]
    assert {(row["time"], row["text"].partition(":")[0])
            for row in panel("on Incidents")} == {
        (epoch(row["first_day"]), row["title"]) for row in rows}


def test_reporters(panel, shown):
    reporters = group(
        add_up(shown), lambda report, _: report["organization-name"])
    assert {row["organization_name"]: (
        row["reports"], row["sessions"], row["failed_percent"],
        row["last_day"]) for row in panel("Reporters")} == {
        name: (number, ok + failed, share(failed, ok), last)
        for name, (ok, failed, number, last) in reporters.items()}


def test_newest(panel, shown):
    expected = {
        report["report-id"]: (
            get_day(report), report["organization-name"],
            sum(ok for _, _, ok, _ in add_up([report])),
            sum(failed for _, _, _, failed in add_up([report])))
        for report in shown}
    rows = panel("Newest reports")
    assert len(rows) == 50
    for row in rows:
        assert expected[row["report_id"]] == (
            row["day"], row["organization_name"],
            row["successful_sessions"], row["failed_sessions"])
    newest = sorted((row[0] for row in expected.values()), reverse=True)
    assert [row["day"] for row in rows] == newest[:50]
    failures = collections.Counter(
        (get_day(report), domain, report["organization-name"],
         failure["result-type"], failure.get("receiving-mx-hostname"),
         failure.get("sending-mta-ip"), failure["failed-session-count"],
         failure.get("failure-reason-code"))
        for report, domain, _, failure in list_failures(shown))
    rows = collections.Counter(
        (row["day"], row["policy_domain"], row["organization_name"],
         row["result_type"], row["receiving_mx_hostname"],
         row["sending_mta_ip"], row["failed_sessions"],
         row["failure_reason_code"])
        for row in panel("Newest failures in detail"))
    assert rows <= failures
    assert sorted(day for day, *_ in rows.elements()) == sorted(
        day for day, *_ in failures.elements())[-100:]
