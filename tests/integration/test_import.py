# SPDX-License-Identifier: BSD-2-Clause
"""tlsrptctl import of what people have kept: directories, mailboxes, streams."""

import json
import mailbox
import os
import re
import signal
import subprocess

import pytest

import comparison
import reportmail
from daemon import RUA, WRITER
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
    def run_import(*arguments, status=DONE, **options):
        done = subprocess.run(
            [*command, "--json", *arguments], capture_output=True,
            check=False, timeout=60, **options)
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
        assert re.search(r"^tlsrptctl: .*/mbox: message 3: part ", errors)
        assert count("quarantine") == kept


def test_dry_run(run, tmp_path, count):
    path = fill_maildir(tmp_path / "mails", make_mails(10))
    assert run("--dry-run", path)[0]["readable"] == 10
    assert count("v_report") == 0


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
        r"interrupted after (\d+) of (\d+) files: run it again", errors
    ).groups())
    assert before < total == 5000
    assert re.search(r"^files read +\S+ +%d$" % before, output, re.M)
    assert run(path)[0]["files read"] == 5000
    assert count("v_report") == 250
