# SPDX-License-Identifier: BSD-2-Clause
"""While strangers send whatever they like, what honest reporters say is stored,
folded, alerted and shown in time, and all stays bounded.

TLSRPT_FLOOD_REPORTS says how many they send, TLSRPT_FLOOD_ROWS how many rows
the largest have, and TLSRPT_FLOOD_MOST how many rows all may add. "make flood"
sends a hundred thousand, and prints what it took.
"""

import os
import subprocess
import time

import pytest

import flood
from conftest import BUILD
from process import wait_for

SHORT = 350
REPORTS = int(os.environ.get("TLSRPT_FLOOD_REPORTS", SHORT))
ROWS = int(os.environ.get("TLSRPT_FLOOD_ROWS", "100"))
MOST = int(os.environ.get("TLSRPT_FLOOD_MOST", "2000"))
STRANGERS = 3
QUARANTINE = 1 << 20
# What the honest ones wait for, from the answer to their mail to the alert: two
# rounds of the daemon, and whatever a busy machine takes.
PROMISED = 10
COUNT_ROWS = """
    SELECT sum(n)::integer FROM (
      SELECT count(*) AS n FROM tlsrpt.report
      UNION ALL SELECT count(*) FROM tlsrpt.policy
      UNION ALL SELECT count(*) FROM tlsrpt.failure) AS counted
"""
OPEN_ALERTS = """
    SELECT DISTINCT policy_domain, result_type, signers, failed_sessions
    FROM tlsrpt.v_alert WHERE state <> 'resolved'
"""
PARTITIONS = "SELECT count(*) FROM pg_class WHERE relispartition"


@pytest.fixture
def most_seconds(most_seconds):
    """As elsewhere, once the flood is over."""
    return REPORTS // 20 + most_seconds


@pytest.fixture
def milter(start_milter, query, workspace):
    query("DELETE FROM tlsrpt.trusted_signer")
    query("INSERT INTO tlsrpt.trusted_signer VALUES ('google.com')")
    return start_milter(
        build=BUILD + "/plain" if REPORTS > SHORT else BUILD, dkim="authres", trusted_authserv_id=flood.SERVER,
        max_untrusted_rows=MOST, quarantine_max_bytes="1M",
        metrics_file=workspace + "/a/metrics.prom")


@pytest.fixture
def run(ctl_program, cluster, database, milter):
    def run_command(*words):
        done = subprocess.run(
            [ctl_program, "-c", milter.config, "-d",
             cluster.conninfo(database), *words],
            check=False, capture_output=True, text=True, timeout=60)
        assert not done.stderr, done
        return done.stdout

    return run_command


def tell_truth(milter, query, number):
    """How long it takes until the alert knows of it."""
    begun = time.monotonic()
    assert flood.tell(milter.socket, flood.make_truth(number)) in (b"a", b"c")
    wait_for("alert", lambda: query(OPEN_ALERTS) == [
        (flood.HONEST, "certificate-expired", ["google.com"], 7 * number)], 60)
    return time.monotonic() - begun


def count_lines(path):
    with open(path) as file:
        return len(file.readlines())


def test_a_flood_of_lies(milter, query, count, run, tmp_path):
    metrics = milter.directory + "/metrics.prom"
    wait_for("metrics", lambda: os.path.exists(metrics))
    lines = count_lines(metrics)
    partitions = query(PARTITIONS)
    strangers = [flood.Stranger(
        milter.socket, first + 1, REPORTS, STRANGERS, ROWS)
        for first in range(STRANGERS)]
    begun = time.monotonic()
    for stranger in strangers:
        stranger.start()
    waited = [tell_truth(milter, query, 1)]
    while any(stranger.is_alive() for stranger in strangers):
        waited.append(tell_truth(milter, query, len(waited) + 1))
    waited.append(tell_truth(milter, query, len(waited) + 1))
    print("\n%d reports in %.0f s; alerts after at most %.1f s" % (
        REPORTS, time.monotonic() - begun, max(waited)))

    # Each was answered: what may not come in is not kept here either.
    answers = [answer for stranger in strangers for answer in stranger.answers]
    assert len(answers) == REPORTS - 1
    refused = [answer for answer in answers if answer not in (b"a", b"c")]
    assert refused and all(answer.startswith((b"t", b"y4"))
                           for answer in refused), set(refused)
    rows, = query(COUNT_ROWS)[0]
    assert MOST <= rows - 3 * len(waited) \
        <= MOST + STRANGERS * (ROWS + 2)
    assert len(milter.log_lines(" flood: ")) == 1
    assert milter.log_lines("unavailable reason=flood")
    assert not os.listdir(milter.directory + "/spool/new")

    # All that a stranger could make grow.
    wait_for("small quarantine", lambda: query(
        "SELECT sum(pg_column_size(raw)) <= %s FROM tlsrpt.quarantine",
        QUARANTINE) == [(True,)])
    assert query(PARTITIONS) == partitions
    assert count_lines(metrics) < lines + 30
    assert count("alert") == 1
    assert max(waited) <= PROMISED

    # What is shown.
    assert flood.HONEST in run("alert", "list", "--all")
    page = tmp_path / "page.html"
    run("dashboard", "--output", str(page))
    assert flood.HONEST in page.read_text()
    print("page: %d bytes" % page.stat().st_size)
    assert page.stat().st_size < 4 << 20
