# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is sent, memory stays within what tlsrpt-milter(8) says, and the
answer is a report or a refusal that says why."""

import os
import re
import resource
import subprocess

import pytest

import hostile
import reportmail
from daemon import RUA
from test_cli import BAD, DONE

# Sanitizers need terabytes of addresses, so that these programs are built
# without.
PLAIN = os.environ["top_builddir"] + "/plain"
MEMORY_MAX = 512 << 20
MEMORY_AFTERWARDS_MAX = 96 << 20
CPU_SECONDS_MAX = 30
# What Postfix takes, as it is configured here.
MAIL_SIZE_MAX = 50 << 20
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]")


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(
        resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))


def show(path, *options):
    return subprocess.run(
        [PLAIN + "/cli/tlsreport", "show", *options, path],
        preexec_fn=limit, capture_output=True, check=False, timeout=60)


@pytest.mark.parametrize("name", hostile.CASES)
def test_memory(tmp_path, name):
    make, refusal = hostile.CASES[name]
    path = tmp_path / "mail.eml"
    path.write_bytes(make())
    done = show(path)
    assert done.returncode == (DONE if refusal is None else BAD), done.stderr
    if refusal is not None:
        assert refusal in done.stderr.decode()
        assert len(done.stderr) < 20000
    else:
        assert b"TLS report of" in done.stdout


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_texts_are_shown_as_text(tmp_path, text):
    path = tmp_path / "mail.eml"
    path.write_bytes(hostile.packed(hostile.with_texts(text)))
    done = show(path)
    assert done.returncode == DONE, done.stderr
    assert not CONTROLS.search(done.stdout.decode())
    assert b"\nstored" not in done.stdout


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_texts_are_stored_as_text(mta, milter, query, text):
    value = hostile.with_texts(text)
    assert mta.send(hostile.packed(value), RUA)[0] == 250
    stored = query("SELECT organization_name, contact_info, report_id"
                   " FROM tlsrpt.v_report")
    assert stored == [(text.replace("\x00", "\ufffd"),) * 3]
    assert query("SELECT failure_reason_code FROM tlsrpt.v_failure") == [
        (text.replace("\x00", "\ufffd"),)]
    assert not [line for line in milter.log_lines() if CONTROLS.search(line)]


@pytest.fixture
def most_seconds():
    """On a busy machine."""
    return 240


def test_the_daemon_survives_them_all(mta, start_milter, count):
    """One after the other, then a real report; it needs what the largest of
    them takes, and gives it back."""
    milter = start_milter(build=PLAIN, max_message_size=32 << 20)
    for name, (make, _) in hostile.CASES.items():
        data = make()
        if len(data) < MAIL_SIZE_MAX:
            assert mta.send(data, RUA)[0] == 250, name
    report = reportmail.make_report("google", 2)
    assert mta.send(reportmail.make_mail("google", report, RUA), RUA)[0] == 250
    assert count("v_report WHERE report_id = '%s'" % report["report-id"]) == 1
    assert count("quarantine") > 10
    assert milter.memory("VmHWM") < MEMORY_MAX
    assert milter.memory("VmRSS") < MEMORY_AFTERWARDS_MAX


REFUSALS = (
    ("truncated.json", b'{"report-id":', "unexpected token near end of file"),
    ("no-dates.json", b'{"report-id":"\\u001b[2J","policies":[]}',
     "date-range.start-datetime: missing (RFC 8460 section 4.4)"),
    ("odd\x07date.json",
     b'{"report-id":"a","policies":[],"date-range":{"start-datetime":'
     b'"\\u001b[2J yesterday\\n"}}',
     'date-range.start-datetime: "\\x1b[2J yesterday\\x0a" is not a date'),
)


@pytest.mark.parametrize("name, text, words", REFUSALS)
def test_a_refusal_has_the_same_words_everywhere(
        mta, milter, query, tmp_path, name, text, words):
    path = tmp_path / "mail.eml"
    path.write_bytes(hostile.mail(hostile.part(
        text, "application/tlsrpt+json", name)))
    assert mta.send(path.read_bytes(), RUA)[0] == 250
    [(message, part)] = query(
        "SELECT message, part_name FROM tlsrpt.quarantine")
    assert words in message
    assert part == name
    shown = show(path)
    assert shown.returncode == BAD
    assert shown.stderr.decode().endswith(": " + message + "\n")
    assert str(path) in shown.stderr.decode()
    assert not CONTROLS.search(shown.stderr.decode())
    [line] = milter.log_lines(" refused ")
    assert line.endswith(" error=" + message)
    assert not CONTROLS.search(line)
