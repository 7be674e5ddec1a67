# SPDX-License-Identifier: BSD-2-Clause
"""While the database is away, reports wait in the spool, and none is lost."""

import datetime
import json
import os
import shutil
import signal
import subprocess

import pytest

import reportmail
from daemon import RUA
from process import make_directory, wait_for
from reporters import unix_time
from test_cli import BAD, DONE, USAGE


def make_mails(number, style="google"):
    return [reportmail.make_mail(
        style, reportmail.make_report(style, seed), RUA)
        for seed in range(number)]


def files(milter, place="new"):
    return sorted(os.listdir(milter.options["spool_directory"] + "/" + place))


def send_all(postfix, mails):
    for mail in mails:
        assert postfix.send(mail, RUA)[0] == 250


@pytest.fixture
def without_database(cluster):
    cluster.stop()
    yield cluster
    cluster.start()


def test_reports_wait_and_are_stored(postfix, milter, cluster, count):
    mails = make_mails(5)
    cluster.stop()
    try:
        send_all(postfix, mails)
        assert len(files(milter)) == 5
        assert files(milter, "tmp") == files(milter, "corrupt") == []
        [line] = milter.log_lines(r" spooled ")[:1]
        assert "reason=database" in line
    finally:
        cluster.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 5
    assert milter.log_lines("spool: 5 messages processed, 0 messages wait")


def test_the_mail_goes_on_to_the_mailbox(postfix, milter, cluster):
    cluster.stop()
    try:
        send_all(postfix, make_mails(1))
        assert wait_for("mail", lambda: postfix.read_mails("tls-rpt"))
    finally:
        cluster.start()


def test_other_mail_does_not_wait(postfix, milter, without_database):
    send_all(postfix, [reportmail.make_plain_mail(RUA)])
    assert not files(milter)


def test_what_is_refused_waits_too(postfix, milter, cluster, count):
    report = reportmail.make_report("google", 1)
    cluster.stop()
    try:
        send_all(postfix, [reportmail.make_mail(
            "google", report, RUA, b'{"report-id":')])
        assert len(files(milter)) == 1
    finally:
        cluster.start()
    wait_for("replay", lambda: not files(milter))
    assert count("quarantine") == 1


def test_the_same_report_twice(postfix, milter, cluster, count):
    mails = make_mails(1)
    send_all(postfix, mails)
    cluster.stop()
    try:
        send_all(postfix, 2 * mails)
    finally:
        cluster.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 1


def test_killed_with_a_full_spool(postfix, milter, cluster, count):
    mails = make_mails(20)
    cluster.stop()
    try:
        send_all(postfix, mails)
        milter.kill()
        milter.start()
        assert len(files(milter)) == 20
    finally:
        cluster.start()
    wait_for("some to be stored", lambda: count("v_report") > 0)
    milter.kill()
    milter.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 20


def test_a_report_is_as_old_as_it_was(mta, start_milter, count):
    """Its age is that of the day it came, however long it waited."""
    milter = start_milter(max_report_age=2)
    milter.stop()
    day = datetime.date(2026, 1, 20)
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 7, day=day), RUA)
    path = milter.options["spool_directory"] + "/new/1"
    with open(path, "wb") as file:
        file.write(b"[envelope]\nreceived=%d\nsize=%d\n\n%s" % (
            unix_time(day) + 90000, len(mail), mail))
    shutil.chown(path, "nobody")
    milter.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 1


def test_a_damaged_file_is_set_aside(postfix, milter, cluster, count):
    cluster.stop()
    try:
        send_all(postfix, make_mails(2))
        first, second = files(milter)
        with open("%s/new/%s" % (
                milter.options["spool_directory"], first), "r+b") as file:
            file.truncate(100)
    finally:
        cluster.start()
    wait_for("replay", lambda: not files(milter))
    assert files(milter, "corrupt") == [first]
    assert milter.log_lines("spool: %s: set aside" % first)
    assert count("v_report") == 1


def test_what_cannot_be_stored_yet_stays(postfix, milter, query, count):
    """The database answers, and is not ready for reports."""
    query("REVOKE EXECUTE ON FUNCTION tlsrpt.ingest FROM tlsrpt_writer")
    send_all(postfix, make_mails(2))
    wait_for("tries", lambda: milter.log_lines("maintenance: .*db grant"))
    assert len(files(milter)) == 2
    query("GRANT EXECUTE ON FUNCTION tlsrpt.ingest TO tlsrpt_writer")
    wait_for("replay", lambda: not files(milter))
    assert (count("v_report"), files(milter, "corrupt")) == (2, [])


def test_what_was_set_aside_stays_there(postfix, milter, cluster, count):
    """Also where it could be stored: somebody is to look at it first."""
    mails = make_mails(2)
    cluster.stop()
    try:
        send_all(postfix, mails)
        first, _ = files(milter)
        os.rename(*("%s/%s/%s" % (milter.options["spool_directory"], place,
                                  first) for place in ("new", "corrupt")))
    finally:
        cluster.start()
    wait_for("replay", lambda: milter.log_lines("messages processed"))
    assert milter.log_lines("spool: 1 messages processed, 0 messages wait")
    assert files(milter, "corrupt") == [first]
    assert count("v_report") == 1


def test_a_full_spool_leaves_it_with_the_sender(
        mta, start_milter, without_database):
    milter = start_milter(spool_max_bytes=1 << 20)
    with open(milter.options["spool_directory"] + "/corrupt/1", "wb") as file:
        file.truncate(1 << 20)
    milter.stop()
    milter.start()
    assert mta.send(*make_mails(1), RUA)[0] == 451
    [line] = milter.log_lines(r" unavailable ")
    assert "spool_max_bytes" in line
    assert not files(milter)


@pytest.fixture
def small_disk(workspace):
    """A file system of its own, of 64 kilobytes."""
    path = make_directory(workspace + "/disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777",
                       "tlsrpt-test", path], check=False).returncode:
        pytest.skip("a container may not mount anything")
    yield path
    subprocess.run(["umount", "-l", path], check=True)


def fill(path):
    with open(path + "/filler", "wb", 0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_a_full_disk_leaves_it_with_the_sender(
        mta, start_milter, small_disk, cluster, count):
    milter = start_milter(spool_directory=small_disk)
    mail, = make_mails(1)
    cluster.stop()
    try:
        fill(small_disk)
        assert mta.send(mail, RUA)[0] == 451
        [line] = milter.log_lines(r" unavailable ")
        assert "No space left on device" in line
        assert files(milter) == files(milter, "tmp") == []
        os.unlink(small_disk + "/filler")
        assert mta.send(mail, RUA)[0] == 250
    finally:
        cluster.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 1


def test_a_read_only_disk_leaves_it_with_the_sender(
        mta, start_milter, small_disk, without_database):
    milter = start_milter(spool_directory=small_disk)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert mta.send(*make_mails(1), RUA)[0] == 451
    [line] = milter.log_lines(r" unavailable ")
    assert "Read-only file system" in line
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)


def test_the_owner_is_wrong(milter):
    milter.stop()
    os.chown(milter.options["spool_directory"], 0, 0)
    milter.spawn([milter.program, "-c", milter.config], "nobody", ["postfix"])
    assert milter.wait() != 0
    assert milter.log_lines("spool_directory must belong to the user of the "
                            "daemon: .*Permission denied")


def test_two_daemons_do_not_share(milter, start_milter):
    second = type(milter)(
        milter.directory, milter.program, milter.options["database"],
        socket="unix:" + milter.directory + "/other.sock")
    second.log_path += ".second"
    second.config += ".second"
    second.write_config()
    second.spawn([milter.program, "-c", second.config], "nobody", ["postfix"])
    assert second.wait() != 0
    assert "another daemon uses it" in second.read_log()


def test_stopping_in_the_middle(postfix, milter, cluster, count):
    mails = make_mails(100)
    cluster.stop()
    try:
        send_all(postfix, mails)
    finally:
        cluster.start()
    wait_for("some to be stored", lambda: count("v_report") > 0)
    milter.send_signal(signal.SIGTERM)
    assert milter.wait() == 0
    assert len(files(milter)) + count("v_report") >= 100
    milter.start()
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 100


def test_others_go_before_what_fails(
        postfix, milter, cluster, count, query, on_insert):
    """However many cannot be stored, and whatever came first."""
    on_insert("IF starts_with(new.organization_name, 'Google') THEN"
              " RAISE 'no' USING ERRCODE = 'query_canceled'; END IF")
    cluster.stop()
    try:
        send_all(postfix, make_mails(8))
        send_all(postfix, make_mails(1, "microsoft"))
    finally:
        cluster.start()
    wait_for("the other one", lambda: len(files(milter)) == 8)
    assert (count("v_report"), files(milter, "corrupt")) == (1, [])
    query("DROP TRIGGER on_insert ON tlsrpt.report")
    wait_for("replay", lambda: not files(milter))
    assert count("v_report") == 9


def test_stopping_leaves_the_spool(
        postfix, milter, cluster, count, on_insert):
    on_insert("PERFORM pg_sleep(0.2)")
    cluster.stop()
    try:
        send_all(postfix, make_mails(20))
    finally:
        cluster.start()
    wait_for("some to be stored", lambda: count("v_report") > 0)
    milter.send_signal(signal.SIGTERM)
    assert milter.wait() == 0
    assert len(files(milter)) > 5


@pytest.fixture
def spool(ctl_program, milter, cluster):
    """tlsreport spool, while the database is away and one of two files is
    damaged."""
    cluster.stop()
    for name, style, data in (("1", "google", None), ("2", "google", b"{")):
        report = reportmail.make_report(style, int(name))
        mail = reportmail.make_mail(style, report, RUA, data)
        place = "/new/" if data is None else "/corrupt/"
        with open(milter.options["spool_directory"] + place + name,
                  "wb") as file:
            file.write(b"[envelope]\nreceived=1769904000\nsender=a@b.example"
                       b"\nsize=%d\n\n%s" % (len(mail), mail))
        shutil.chown(file.name, "nobody")

    def run(*arguments, status=DONE):
        done = subprocess.run(
            [ctl_program, "-c", milter.config, "spool", *arguments],
            capture_output=True, check=False, timeout=60, text=True)
        assert done.returncode == status, done
        return done.stdout if status == DONE else done.stderr

    yield run
    cluster.start()


class TestCommand:
    def test_list(self, spool):
        rows = json.loads(spool("list", "--json"))
        assert [(row["file"], row["state"], row["received"], row["sender"])
                for row in rows] == [
            ("1", "waiting", "2026-02-01T00:00:00Z", "a@b.example"),
            ("2", "set aside", "2026-02-01T00:00:00Z", "a@b.example")]
        assert "set aside" in spool("list")
        assert spool("list", "--csv").startswith("file,state,received,")

    def test_show(self, spool):
        assert "TLS report of Google Inc." in spool("show", "1")
        assert "not valid JSON" in spool("show", "1", "2", status=BAD)

    def test_retry(self, spool, milter):
        assert "waits for the daemon again" in spool("retry", "2")
        assert files(milter) == ["1", "2"]
        assert "waits already" in spool("retry", "1")

    def test_all_are_those_set_aside(self, spool, milter):
        spool("delete", "--all")
        assert (files(milter), files(milter, "corrupt")) == (["1"], [])

    def test_delete(self, spool, milter):
        spool("delete", "1")
        spool("delete", "--all")
        assert files(milter) == files(milter, "corrupt") == []
        assert spool("list") == "The spool is empty.\n"

    @pytest.mark.parametrize("name", ("3", "../new/1", "", "."))
    def test_no_such_file(self, spool, milter, name):
        assert "no file" in spool("delete", name, status=BAD)
        assert files(milter) == ["1"]

    @pytest.mark.parametrize("words", (
        [], ["lst"], ["show"], ["list", "1"], ["show", "--all"], ["delete"],
        ["delete", "--all", "1"]))
    def test_usage(self, spool, milter, words):
        assert "usage: tlsreport spool list|show" in spool(*words, status=USAGE)
        assert files(milter) == ["1"]
