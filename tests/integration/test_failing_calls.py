# SPDX-License-Identifier: BSD-2-Clause
"""Whatever call of the system or of a library fails, no report is lost and
none counts twice.

All functions are tried where TLSRPT_FAILING says how many reports to send for
each, else some of them.
"""

import os
import shutil
import struct
import time

import pytest

import reportmail
from conftest import BUILD
from daemon import RUA
from databasefaults import FAULTS
from process import wait_for
from test_hostile import PLAIN

REPORTS = int(os.environ.get("TLSRPT_FAILING", "0"))
# Every so many calls fail, and what the log says then; None where a second try
# comes first.
CALLS = {
    "write": (3, "No space left on device"),
    "fsync": (5, "Input/output error"),
    "open": (7, "Too many open files"),
    "rename": (3, "Input/output error"),
    "unlink": (3, "Input/output error"),
    "malloc": (20011, "failed to allocate"),
    "PQconnectdbParams": (2, "connection pointer is NULL"),
    "PQsendQueryParams": (7, None),
    "PQconsumeInput": (7, None),
    "PQflush": (5, None),
}
ALWAYS = ("fsync", "malloc", "PQconsumeInput")
CONTROL = struct.Struct("=24sIII")


class FailingCalls:
    """What tests/fault/fail.c reads."""

    def __init__(self, path):
        self.path = path
        self.set("", 0)
        os.chmod(path, 0o666)

    def set(self, function, every):
        with open(self.path, "r+b" if os.path.exists(self.path) else "wb",
                  buffering=0) as file:
            file.write(CONTROL.pack(function.encode(), every, 0, 0))

    def count(self):
        with open(self.path, "rb") as file:
            return CONTROL.unpack(file.read())[3]


@pytest.fixture
def failing(workspace):
    path = workspace + "/failing"
    yield FailingCalls(path)
    os.remove(path)


@pytest.fixture
def start_failing(workspace, start_milter, failing):
    library = workspace + "/fail.so"
    shutil.copy2(BUILD + "/tests/fault/fail.so", library)
    os.chmod(library, 0o755)
    return lambda: start_milter(build=PLAIN, wrapper=[
        "env", "LD_PRELOAD=" + library, "FAIL_CONTROL=" + failing.path])


def supervise(milter):
    if not milter.is_running():
        milter.start()


def deliver(mta, milter, mails):
    """As a queue does it."""
    for _, mail in mails:
        while mta.send(mail, RUA)[0] != 250:
            supervise(milter)
            time.sleep(0.01)


def is_replayed(milter):
    supervise(milter)
    return not os.listdir(milter.options["spool_directory"] + "/new")


def make_mails(number):
    reports = [reportmail.make_report("google", i) for i in range(number)]
    return [(report["report-id"], reportmail.make_mail("google", report, RUA))
            for report in reports]


@pytest.mark.parametrize("function", CALLS if REPORTS else ALWAYS)
def test_a_failing_call(
        mta, start_failing, failing, cluster, database, query, function):
    every, words = CALLS[function]
    milter = start_failing()
    mails = make_mails(REPORTS or 30)
    third = len(mails) // 3
    failing.set(function, every)
    deliver(mta, milter, mails[:third])
    with FAULTS["no connection for the role"].during(cluster, database):
        deliver(mta, milter, mails[third:2 * third])
    deliver(mta, milter, mails[2 * third:])
    wait_for("replay", lambda: is_replayed(milter))
    failed = failing.count()
    failing.set("", 0)
    supervise(milter)
    assert not os.listdir(milter.options["spool_directory"] + "/corrupt")
    stored = query("SELECT report_id FROM tlsrpt.v_report ORDER BY 1")
    assert stored == sorted((name,) for name, _ in mails)
    assert failed > 0
    assert words is None or milter.log_lines(words)
