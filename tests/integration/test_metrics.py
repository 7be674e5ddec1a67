# SPDX-License-Identifier: BSD-2-Clause
"""What the daemon counts, as Prometheus reads it."""

import os
import re
import subprocess

import pytest

import reportmail
from daemon import RUA
from process import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
MANUAL = os.path.join(HERE, "../../man/tlsrpt-milter.8")
PREFIX = "tlsrpt_milter_"


def make_mail(seed=1, data=None):
    report = reportmail.make_report("google", seed)
    return reportmail.make_mail("google", report, RUA, data)


def read_metrics(text):
    return {name.removeprefix(PREFIX): float(value) for name, value in
            re.findall(r"^([^#\s]+) (\S+)$", text, re.M)}


@pytest.fixture
def metrics(workspace):
    """The values, once the daemon has written some that are right."""
    path = workspace + "/a/tlsrpt-milter.prom"

    def read():
        with open(path) as file:
            return file.read()

    def get(is_right):
        wait_for("metrics", lambda: os.path.exists(path) and is_right(
            read_metrics(read())))
        return read_metrics(read())

    get.path = path
    get.read = read
    return get


@pytest.fixture
def milter(start_milter, metrics):
    return start_milter(metrics_file=metrics.path)


def test_counts(postfix, metrics):
    for mail, recipient in (
            (make_mail(), RUA), (make_mail(), RUA), (make_mail(2), RUA),
            (make_mail(data=b"{"), RUA), (make_mail(), "alice@kiosk.test"),
            (reportmail.make_plain_mail(RUA), RUA)):
        assert postfix.send(mail, recipient)[0] == 250
    values = metrics(lambda values: values[
        'messages_total{outcome="refused"}'] == 1)
    for name, value in (
            ("passed", 2), ("stored", 2), ("duplicate", 1), ("refused", 1)):
        assert values['messages_total{outcome="%s"}' % name] == value, name
    assert values['reports_total{outcome="stored"}'] == 2
    assert values['problems_total{reason="bad-json"}'] == 1
    assert values["answer_seconds_count"] == 4
    assert values["database_up"] == 1


def test_the_spool(postfix, metrics, cluster):
    cluster.stop()
    try:
        assert postfix.send(make_mail(), RUA)[0] == 250
        values = metrics(lambda values: values[
            'spool_files{state="waiting"}'] == 1
            and values["database_up"] == 0)
        assert values["spool_bytes"] > 1000
        assert values["spool_oldest_timestamp_seconds"] > 1.7e9
        assert values['problems_total{reason="database"}'] == 1
    finally:
        cluster.start()
    values = metrics(lambda values: values["database_up"] == 1 and values[
        'spool_files{state="waiting"}'] == 0)
    assert values["spool_bytes"] == 0
    assert values["spool_oldest_timestamp_seconds"] == 0
    assert values['messages_total{outcome="spooled"}'] == 1
    assert values['reports_total{outcome="stored"}'] == 1


def check_with_promtool(metrics, unpacked):
    done = subprocess.run(
        [unpacked + "/usr/bin/promtool", "check", "metrics"],
        input=metrics.read(), capture_output=True, text=True, check=False,
        timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_prometheus_likes_them(postfix, metrics, unpacked):
    assert postfix.send(make_mail(data=b"{"), RUA)[0] == 250
    metrics(lambda values: 'problems_total{reason="bad-json"}' in values)
    check_with_promtool(metrics, unpacked)


def test_alerts(milter, metrics, query, unpacked):
    """Whatever a report says in a name stays within its quotes."""
    # Alerts that no rule finds are resolved as soon as a day begins.
    query("UPDATE tlsrpt.alert_clock SET day = tlsrpt.today() + 1")
    query("INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain,"
          " result_type, receiving_mx_hostname, organization_name, state,"
          " severity, first_day, last_day, failed_sessions,"
          " withheld_sessions, all_sessions, reporters, incident_id)"
          " SELECT id, 'rule', 'example.com', 'type', 'mx' || id,"
          " %s, state, 'critical', '2026-10-01', '2026-10-01', 1, 0, 1, '{}', id"
          " FROM (VALUES (1, 'open'), (2, 'reopened'), (3, 'resolved'))"
          " AS alert (id, state)", 'a"b\\c\nd')
    query("INSERT INTO tlsrpt.alert_channel (channel, attempts)"
          " VALUES ('mail', 3)")
    values = metrics(lambda values: any(
        name.startswith("incident{") for name in values))
    assert values['incidents{severity="critical",state="open"}'] == 1
    assert values['incidents{severity="warning",state="open"}'] == 0
    assert values['alert_delivery_failures{channel="mail"}'] == 3
    assert values['incidents_waiting{channel="mail"}'] == 2
    assert re.findall("^tlsrpt_milter_incident{.*", metrics.read(), re.M) == [
        'tlsrpt_milter_incident{incident_id="%d",severity="critical",'
        'state="%s",result_type="type",receiving_mx_hostname="mx%d",'
        'organization_name="a\\"b\\\\c\\nd",policy_domain=""} 1' % alert
        for alert in ((1, "open", 1), (2, "reopened", 2))]
    check_with_promtool(metrics, unpacked)


def test_the_manual_has_all(postfix, metrics):
    metrics(lambda values: "database_up" in values)
    names = set(re.findall(r"^# TYPE (\S+)", metrics.read(), re.M))
    with open(MANUAL) as manual:
        explained = re.findall(
            r"^\.It Li (%s\S+)" % PREFIX, manual.read(), re.M)
    assert set(explained) == names


def test_a_directory_that_is_missing(start_milter):
    milter = start_milter("b", metrics_file="/nonexistent/m.prom")
    lines = wait_for("complaint", lambda: milter.log_lines("metrics_file: "))
    assert "/nonexistent/m.prom" in lines[0]
