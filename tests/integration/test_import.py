# SPDX-License-Identifier: BSD-2-Clause
"""tlsreport import of what people have kept: directories, mailboxes, streams."""

import json
import mailbox
import os
import pty
import re
import signal
import subprocess

import pytest

import comparison
import databasefaults
import reportmail
from daemon import RUA, WRITER, write_config
from process import wait_for

DONE, BAD = range(2)
STYLES = ("google", "microsoft", "postfix")


def make_mails(number):
    styles = STYLES * (1 + number // len(STYLES))
    return [reportmail.make_mail(
        style, reportmail.make_report(style, seed), RUA)
        for seed, style in zip(range(number), styles)]


def fill_maildir(path, mails):
    box = mailbox.Maildir(path)
    folder = box.add_folder("Archive")
    for number, mail in enumerate(mails):
        (folder if number % 3 == 0 else box).add(mail)
    with open(os.path.join(path, "dovecot-uidlist"), "wb") as file:
        file.write(b"3 V1 N1\n")
    return str(path)


def fill_mbox(path, mails):
    box = mailbox.mbox(path)
    for mail in mails:
        box.add(mail)
    box.flush()
    return str(path)


def fill_directory(path, mails):
    for number, mail in enumerate(mails):
        below = path / str(number % 2)
        below.mkdir(parents=True, exist_ok=True)
        (below / ("%d.eml" % number)).write_bytes(mail)
    return str(path)


@pytest.fixture
def command(ctl_program, cluster, database):
    return [ctl_program, "-d", cluster.conninfo(database, WRITER), "import"]


@pytest.fixture
def run(command):
    def run_import(*arguments, status=DONE, before=(), **options):
        done = subprocess.run(
            [command[0], *before, *command[1:], "--json", *arguments],
            capture_output=True, check=False, timeout=60, **options)
        assert done.returncode == status, done
        counts = {}
        for row in json.loads(done.stdout):
            counts[row["reason"] or row["outcome"]] = row["count"]
        return counts, done.stderr.decode()

    return run_import


@pytest.mark.parametrize("fill", (fill_maildir, fill_mbox, fill_directory))
def test_everything_in_it(run, query, tmp_path, fill):
    mails = make_mails(30)
    path = fill(tmp_path / "mails", mails)
    assert run(path)[0]["stored"] == 30
    assert run(path, path)[0]["duplicate"] == 60
    reports = [report for mail in mails
               for report in comparison.expected_reports(mail)]
    assert comparison.stored_rows(query) == comparison.expected_rows(reports)


def test_a_mailbox_as_a_stream(run, tmp_path):
    path = fill_mbox(tmp_path / "mbox", make_mails(5))
    with open(path, "rb") as stream:
        assert run("-", stdin=stream)[0]["stored"] == 5


def test_what_is_refused_is_named(run, tmp_path, count):
    report = reportmail.make_report("google", 1)
    broken = reportmail.make_mail("google", report, RUA, b'{"report-id":')
    path = fill_mbox(tmp_path / "mbox", [*make_mails(2), broken])
    for arguments, kept in (([], 0), (["--quarantine"], 1)):
        counts, errors = run(*arguments, path, status=BAD)
        assert counts["bad-json"] == 1
        assert re.search(r"^tlsreport: .*/mbox: message 3: part ", errors)
        assert count("quarantine") == kept


def test_dry_run(run, tmp_path, count):
    path = fill_maildir(tmp_path / "mails", make_mails(10))
    assert run("--dry-run", path)[0]["readable"] == 10
    assert count("v_report") == 0


def test_policy_domains(run, tmp_path, count):
    """As the daemon does: the others are not counted."""
    config = write_config(str(tmp_path / "conf"), {
        "report_addresses": [RUA], "policy_domains": ["D3.example"]})
    path = fill_maildir(tmp_path / "mails", make_mails(6))
    counts, errors = run(path, before=["-c", config], status=BAD)
    assert counts["stored"] == 1
    assert counts["foreign-domain"] == 5
    assert len(re.findall("about one of policy_domains", errors)) == 5
    assert count("v_report") == 1


def test_what_else_lies_there(run, tmp_path):
    """Each that cannot be read is named; nothing is waited for."""
    path = fill_directory(tmp_path / "mails", make_mails(2))
    os.mkfifo(path + "/pipe")
    os.symlink(".", path + "/loop")
    os.symlink("itself", path + "/itself")
    with open(path + "/huge.eml", "wb") as file:
        file.truncate(1 << 30)
    with open(path + "/empty.eml", "wb"):
        pass
    counts, errors = run(path, path + "/gone", status=BAD)
    assert counts["stored"] == 2
    assert counts["messages without a report"] == 1
    assert counts["unreadable"] == 3
    assert sorted(re.findall(r"/(\w+(?:\.eml)?): [A-Zi]", errors)) == [
        "gone", "huge.eml", "itself"]


def read_terminal(descriptor):
    """All that a child writes; ends when it has ended."""
    output = b""
    try:
        while data := os.read(descriptor, 65536):
            output += data
    except OSError:
        pass
    return output.decode()


def test_progress_on_a_terminal(command, tmp_path):
    """One line that gives way to what is said at the end."""
    path = fill_mbox(tmp_path / "mbox", 20 * make_mails(250))
    ours, theirs = pty.openpty()
    with subprocess.Popen(
            [*command, path], stdout=subprocess.PIPE, stderr=theirs) as child:
        os.close(theirs)
        shown = read_terminal(ours)
        assert child.wait() == DONE
    os.close(ours)
    lines = shown.split("\r\x1b[K")
    assert lines.pop() == ""
    assert lines
    for line in lines:
        assert re.fullmatch(r"\d+ of 5000 messages, \d+/s, \d+ (s|min) left", line)


def test_interrupted_twice(
        run, command, cluster, database, tmp_path, count):
    """Where the database does not answer, the second time ends it; what it
    was asked to store it may still store."""
    path = fill_maildir(tmp_path / "mails", make_mails(3))
    with databasefaults.locked(cluster, database):
        child = subprocess.Popen(
            [*command, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        wait_for("wait for the lock", lambda: cluster.psql(
            "SELECT count(*) FROM pg_locks WHERE NOT granted") != "0")
        child.send_signal(signal.SIGINT)
        assert "stopping: what has been read" in child.stderr.readline()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=4)
    assert child.returncode == -signal.SIGINT
    counts, _ = run(path)
    assert counts["stored"] + counts["duplicate"] == 3
    assert count("v_report") == 3


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_interrupted(run, command, tmp_path, count, number):
    """What was read is stored, and a second run does the rest."""
    path = fill_mbox(tmp_path / "mbox", 20 * make_mails(250))
    child = subprocess.Popen(
        [*command, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)
    wait_for("first reports", lambda: count("v_report") > 0, interval=0)
    child.send_signal(number)
    output, errors = child.communicate(timeout=30)
    if child.returncode == DONE:
        pytest.skip("it was too quick")
    assert child.returncode == BAD
    before, total = map(int, re.search(
        r"interrupted after (\d+) of (\d+) messages: run it again", errors
    ).groups())
    assert before < total == 5000
    assert re.search(r"^messages read +\S+ +%d$" % before, output, re.M)
    assert run(path)[0]["messages read"] == 5000
    assert count("v_report") == 250
