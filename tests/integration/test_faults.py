# SPDX-License-Identifier: BSD-2-Clause
"""Nothing acknowledged is lost and nothing is stored twice, whatever stops,
and when."""

import concurrent.futures
import signal
import smtplib
import threading
import time

import pytest

import reportmail
from conftest import FIRST, SECOND
from daemon import RUA, WRITER
from process import wait_for


def make_mails(number):
    return [reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)
        for seed in range(number)]


def try_to_send(postfix, mail, service=FIRST):
    """True when the mail was acknowledged."""
    try:
        return postfix.send(mail, RUA, service=service)[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def send_until_accepted(postfix, mail, service=FIRST):
    wait_for("acknowledgement",
             lambda: try_to_send(postfix, mail, service), interval=0.05)


def test_the_same_mail_at_once(postfix, count):
    mail, = make_mails(1)
    barrier = threading.Barrier(8)

    def send(_):
        barrier.wait(20)
        return try_to_send(postfix, mail)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, range(8)))
    assert count("v_report") == 1


def test_the_same_mails_through_two_daemons(
        postfix, milter, start_milter, count):
    second = start_milter("b")
    mails = make_mails(20)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = [pool.submit(try_to_send, postfix, mail, service)
                   for mail in mails for service in (FIRST, SECOND)]
    assert all(result.result() for result in results)
    assert count("v_report") == 20
    wait_for("log lines", lambda: len(milter.log_lines(
        r"\b(stored|duplicate)\b")) + len(second.log_lines(
            r"\b(stored|duplicate)\b")) == 40)
    stored = sum(len(daemon.log_lines(r"\bstored\b"))
                 for daemon in (milter, second))
    assert stored == 20


def test_stopping_finishes_what_was_begun(postfix, milter, query, count):
    mails = make_mails(200)
    acknowledged = set()

    def send(index):
        if try_to_send(postfix, mails[index]):
            acknowledged.add(index)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for index in range(len(mails)):
            pool.submit(send, index)
        wait_for("first mails", lambda: len(acknowledged) >= 40)
        assert milter.stop() == 0, milter.read_log()

    assert 40 <= len(acknowledged) < len(mails)
    stored = {row[0] for row in query("SELECT report_id FROM tlsrpt.v_report")}
    ids = [reportmail.read_reports(mail)[0]["report-id"] for mail in mails]
    assert {ids[index] for index in acknowledged} <= stored

    # What was turned away comes again.
    milter.start()
    for index in set(range(len(mails))) - acknowledged:
        send_until_accepted(postfix, mails[index])
    assert count("v_report") == len(mails)


def test_stopping_waits_for_what_is_in_hand(
        postfix, milter, query, count, on_insert):
    on_insert("PERFORM pg_sleep(3)")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        sent = pool.submit(try_to_send, postfix, make_mails(1)[0])
        wait_for("insertion", lambda: query(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
        assert milter.stop() == 0, milter.read_log()
        assert sent.result(30)
    assert count("v_report") == 1


def test_an_idle_daemon_stops_at_once(milter):
    start = time.monotonic()
    assert milter.stop() == 0
    assert time.monotonic() - start < 2


def test_killed_under_load(postfix, milter, count):
    mails = make_mails(100)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = [pool.submit(send_until_accepted, postfix, mail)
                   for mail in mails]
        for _ in range(3):
            time.sleep(0.2)
            milter.kill()
            milter.start()
    for result in results:
        result.result()
    assert count("v_report") == len(mails)


def test_a_stale_socket_is_replaced(postfix, milter, count):
    milter.kill()
    mail, = make_mails(1)
    assert postfix.send(mail, RUA)[0] == 451
    milter.start()
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1


def test_the_socket_of_a_running_daemon_is_left_alone(postfix, milter, count):
    second = type(milter)(
        milter.directory, milter.program, milter.options["database"])
    second.log_path += ".second"
    second.spawn([milter.program, "-c", milter.config], "nobody", ["postfix"])
    assert second.wait() != 0
    mail, = make_mails(1)
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1


def test_without_database_the_mail_comes_again(
        mta, start_milter, cluster, count):
    milter = start_milter(on_store_failure="tempfail")
    postfix = mta
    first, second = make_mails(2)
    assert postfix.send(first, RUA)[0] == 250
    cluster.stop()
    try:
        code, text = postfix.send(second, RUA)
        assert code == 451
        assert text.startswith("4.3.0")
        assert milter.is_running()
    finally:
        cluster.start()
    assert postfix.send(second, RUA)[0] == 250
    assert count("v_report") == 2


def test_without_database_other_mail_passes(postfix, cluster):
    cluster.stop()
    try:
        plain = reportmail.make_plain_mail(RUA)
        assert postfix.send(plain, RUA)[0] == 250
        report, = make_mails(1)
        assert postfix.send(report, "alice@kiosk.test")[0] == 250
    finally:
        cluster.start()


def test_connections_that_died_are_replaced(postfix, query, count):
    mails = make_mails(3)
    for mail in mails:
        assert postfix.send(mail, RUA)[0] == 250
        query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              " WHERE usename = 'tlsrpt_milter'")
    assert count("v_report") == 3


def test_reloading(postfix, milter, count):
    mails = make_mails(3)
    assert postfix.send(mails[0], "alice@kiosk.test")[0] == 250
    assert count("v_report") == 0

    milter.write_config(report_addresses=["alice@kiosk.test"])
    milter.send_signal(signal.SIGUSR1)
    wait_for("reload", lambda: try_to_send_to_alice(
        postfix, mails[1], count))
    assert postfix.send(mails[2], RUA)[0] == 250
    assert count("v_report") == 1


def try_to_send_to_alice(postfix, mail, count):
    postfix.send(mail, "alice@kiosk.test")
    return count("v_report") == 1


def reload_count(milter):
    return len(milter.log_lines("is in effect"))


@pytest.mark.parametrize("number", (signal.SIGHUP, signal.SIGUSR1))
def test_signals_that_reload(postfix, milter, count, number):
    """Also many of them: libmilter takes SIGHUP for an order to stop."""
    for _ in range(50):
        milter.send_signal(number)
    wait_for("reload", lambda: reload_count(milter) > 0)
    mail, = make_mails(1)
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1


def test_a_signal_without_meaning_is_named(postfix, milter, count):
    milter.send_signal(signal.SIGUSR2)
    wait_for("a line", lambda: milter.log_lines("SIGUSR2 has no meaning"))
    mail, = make_mails(1)
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1


def test_the_log_says_what_ended_it(milter):
    assert milter.stop() == 0
    assert milter.log_lines("stop: SIGTERM")
    assert milter.log_lines("stopped")


def test_every_reload_says_what_needs_a_restart(milter):
    """Compared with what the daemon runs with, not with the last reload."""
    milter.write_config(database_connections=3)
    for number in (1, 2):
        milter.reload()
        assert len(milter.log_lines(
            "database_connections: the change takes effect")) == number


def test_reloading_a_broken_file_keeps_the_settings(postfix, milter, count):
    lines = len(milter.log_lines())
    with open(milter.config, "a") as file:
        file.write("no_such_option = 1\n")
    milter.send_signal(signal.SIGUSR1)
    wait_for("complaint", lambda: any(
        "no_such_option" in line for line in milter.log_lines()[lines:]))
    mail, = make_mails(1)
    assert postfix.send(mail, RUA)[0] == 250
    assert count("v_report") == 1


def test_a_password_is_not_logged(mta, start_milter, cluster, database):
    milter = start_milter(
        log_level="debug",
        database=cluster.conninfo(database, WRITER) + " password=geheim")
    mails = make_mails(2)
    assert mta.send(mails[0], RUA)[0] == 250
    cluster.stop()
    try:
        mta.send(mails[1], RUA)
    finally:
        cluster.start()
    assert milter.stop() == 0
    assert milter.log_lines("could not connect|connection to server")
    assert "geheim" not in milter.read_log()
