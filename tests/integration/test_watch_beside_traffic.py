# SPDX-License-Identifier: BSD-2-Clause
"""Domains are watched, and alerts looked at, while reports come in, the
database is maintained, and its server crashes: nothing is lost, told twice or
stuck."""

import itertools
import json
import subprocess
import time

import psycopg2
import pytest

import alerting
import traffic
from alerting import ALPHA, make_failure, make_mail, make_report
from checking import Laboratory, load_cases
from conftest import running_milters
from daemon import RUA, WRITER, create_database, write_config
from postgres import PrivatePostgres
from process import wait_for
from signing import AUTHSERV_ID
from test_beside_traffic import check_stored

NAMES = ("fine", "mx-certificate-expired", "sts-mx-not-covered-enforce",
         "tlsa-mismatch", "mx-hang")
CASES = {case.name: case for case in load_cases() if case.name in NAMES}
WATCHED = [CASES[name].domain for name in NAMES]
# What is found at each, and what is reported of one.
FOUND = {("mx-certificate-expired", WATCHED[1]),
         ("sts-mx-not-covered", WATCHED[2]), ("tlsa-mismatch", WATCHED[3])}
REPORTED = ("starttls-not-supported", WATCHED[0])
SECONDS = 8
SENDERS = 2


@pytest.fixture(scope="module")
def laboratory(workspace):
    laboratory = Laboratory(
        workspace + "/laboratory-watch", list(CASES.values())).create().start()
    yield laboratory
    laboratory.stop()


@pytest.fixture
def server(workspace, ctl_program):
    """Of which the others do not notice that it crashes."""
    server = PrivatePostgres(
        workspace + "/db-watch", durable=True).create().start()
    create_database(server, ctl_program)
    yield server
    server.stop()


@pytest.fixture
def query(server):
    def run(statement, *parameters):
        with psycopg2.connect(server.conninfo("tlsrpt")) as connection:
            cursor = connection.cursor()
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def config(server, laboratory, tmp_path):
    command = tmp_path / "tell"
    command.write_text("#!/bin/sh\ncat >>%s\n" % (tmp_path / "told"))
    command.chmod(0o755)
    return write_config(str(tmp_path / "alert.conf"), {
        "database": server.conninfo("tlsrpt", WRITER),
        "report_addresses": [RUA], "dkim": "authres",
        "trusted_authserv_id": AUTHSERV_ID, "alert_probe": "yes",
        "alert_command": [str(command)], "policy_domains": WATCHED,
        "watch_interval": 3600, "probe_timeout": 3,
        "probe_resolvers": [laboratory.resolver],
        "probe_trust_anchor": laboratory.anchor,
        "probe_ca_file": laboratory.ca_file,
        "probe_smtp_port": laboratory.ports["smtp"],
        "probe_https_port": laboratory.ports["https"]})


@pytest.fixture
def run(ctl_program, config, server):
    def run_command(*words, status=(0,)):
        done = subprocess.run(
            [ctl_program, "-c", config, *words], check=False,
            capture_output=True, text=True, timeout=60)
        assert done.returncode in status, done
        assert "Sanitizer" not in done.stderr
        return done.stdout

    return run_command


@pytest.fixture
def told(tmp_path):
    def read():
        path = tmp_path / "told"
        lines = path.read_text().splitlines() if path.exists() else ()
        return [(incident["result_type"], incident["sample_domains"][0])
                for line in lines for incident in json.loads(line)["incidents"]]

    return read


def make_their_turn(query):
    """All domains, and incidents, are looked at once more."""
    query("UPDATE tlsrpt.watched"
          " SET claimed_at = claimed_at - interval '2 hours'")
    query("UPDATE tlsrpt.incident_now"
          " SET looked_at = looked_at - interval '7 hours'")


def keep(server, query, run, until):
    """What an owner does meanwhile."""
    owner = ("-d", server.conninfo("tlsrpt"))
    for month in itertools.cycle((4, 5, 6)):
        if time.monotonic() > until:
            return
        query(traffic.OLD_REPORTS, traffic.month_ago(month), 200)
        make_their_turn(query)
        run("alert", "deliver", "-o")
        run(*owner, "purge")
        query("UPDATE tlsrpt.schema_version SET digest = NULL")
        run(*owner, "db", "upgrade")


def crash(server, query, run):
    make_their_turn(query)
    with subprocess.Popen(["sleep", "0.3"]):
        server.crash()
    run("alert", "deliver", "-o", status=(2, 3))
    server.start()


def test_watch(workspace, server, query, config, run, told, tmp_path,
               ctl_program):
    mail = tmp_path / "reported.eml"
    mail.write_bytes(make_mail(ALPHA, make_report(
        ALPHA, REPORTED[1], alerting.yesterday(), 1000,
        [make_failure(REPORTED[0], "mx1." + REPORTED[1], 7)])))
    run("import", str(mail))
    with running_milters(
            workspace, server.conninfo("tlsrpt", WRITER)) as start:
        milter = start("watch")
        senders = [traffic.Sender(
            milter.socket, index + 1, SENDERS, SENDERS / 40)
            for index in range(SENDERS)]
        service = subprocess.Popen(
            [ctl_program, "-c", config, "alert", "deliver"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for sender in senders:
                sender.start()
            wait_for("alerts", lambda: {*told()} == {*FOUND, REPORTED}, 60)
            keep(server, query, run, time.monotonic() + SECONDS / 2)
            crash(server, query, run)
            keep(server, query, run, time.monotonic() + SECONDS / 2)
        finally:
            for sender in senders:
                sender.stopping.set()
            service.terminate()
            _, complaints = service.communicate(timeout=40)
        for sender in senders:
            sender.join(60)
            assert not sender.is_alive()
        wait_for("all reports", lambda: not query(
            "SELECT FROM tlsrpt.alert_pending"), 60)
        check_spool_and_store(milter, query, senders)
    assert service.returncode == 0, complaints
    assert "Sanitizer" not in complaints
    assert sorted(told()) == sorted([*FOUND, REPORTED])
    assert query("SELECT policy_domain, count(*)::integer"
                 " FROM tlsrpt.observation GROUP BY 1") and not query(
        "SELECT FROM tlsrpt.observation GROUP BY policy_domain"
        " HAVING count(*) > 1")
    assert {domain for domain, in query(
        "SELECT policy_domain FROM tlsrpt.observation")} == {*WATCHED}
    assert "deadlock detected" not in server.read_log()


def check_spool_and_store(milter, query, senders):
    """What was taken is in the database, or comes there from the spool."""
    numbers = [number for sender in senders for number in sender.sent]
    readable = sum(map(traffic.is_readable, numbers))
    wait_for("reports of the spool", lambda: query(
        "SELECT count(*) FROM tlsrpt.v_report WHERE report_id LIKE"
        " 'traffic %%'")[0][0] >= readable, 60)
    assert len(numbers) > 100
    check_stored(query, numbers)
