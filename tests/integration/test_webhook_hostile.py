# SPDX-License-Identifier: BSD-2-Clause
"""Receivers of alerts that do their worst: what they cost is bounded, and what
they did is said in words."""

import concurrent.futures
import os
import subprocess
import time

import pytest

from test_alerts import BAD, DONE, config
from test_hostile import PLAIN
from webhooksink import endless, raw, running_sink, silent

OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = b"Content-Length: 0\r\n\r\n"
ANSWER = OK + b"Content-Length: 3\r\n\r\nabc"
LINES = b"X-A: b\r\n" * 100000
BODY = b"x" * 65536
# In bytes, without sanitizers.
MEMORY_MAX = 50000000


@pytest.fixture(scope="module")
def sink():
    with running_sink() as server:
        yield server


@pytest.fixture
def post(config, ctl_program):
    """What the command says."""
    def run(sink, answer, status=BAD, command=(ctl_program,)):
        sink.answers = [answer]
        path = config(alert_webhook=sink.url + "/secret")
        done = subprocess.run(
            [*command, "alert", "test", "-c", path], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=60)
        assert done.returncode == status, done.stdout
        assert "secret" not in done.stdout
        assert "Sanitizer" not in done.stdout
        return done.stdout

    return run


@pytest.mark.parametrize("answer,said", [
    ([OK, LINES, EMPTY], "its header lines are over 64 KiB"),
    ([OK, b"X: " + b"a" * 10 ** 7, b"\r\n" + EMPTY], ""),
    ([b"HTTP/1.1 100 Continue\r\n\r\n" * 100000, OK, EMPTY],
     "its header lines are over 64 KiB"),
    ([b"HTTP/1.1 103 Early Hints\r\n", LINES, b"\r\n", OK, EMPTY],
     "its header lines are over 64 KiB"),
    ([OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", LINES, b"\r\n"],
     "its header lines are over 64 KiB"),
    ([b"HTTP/1.1 100 Continue\r\n\r\n"], ""),
    ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"],
     ""),
    ([OK, b"Content-Length: -1\r\n\r\n"], "Content-Length"),
    ([OK, b"Transfer-Encoding: chunked\r\n\r\nx\r\n"], ""),
    ([b"hello\r\n"], ""),
    ([b"\0" * 100], ""),
])
def test_odd_answers(post, sink, answer, said):
    begin = time.monotonic()
    text = post(sink, raw(*answer))
    assert time.monotonic() - begin < 10
    assert text.startswith("tlsreport: %s: " % sink.url)
    assert said in text
    assert "memory" not in text
    assert len(text.split(": ", 2)[2]) > 10


def test_it_ends_everywhere(post, sink):
    """Nothing counts as an answer that is not whole."""
    for end in range(0, len(ANSWER), 2):
        text = post(sink, raw(ANSWER[:end]))
        assert "answered 0" not in text, end
        assert len(text.split(": ", 2)[2]) > 10, end
    assert post(sink, raw(ANSWER), DONE) == "webhook: delivered a test\n"


def test_a_body_without_end(post, sink):
    begin = time.monotonic()
    post(sink, endless(OK + b"\r\n", BODY), DONE)
    text = post(sink, endless(b"HTTP/1.1 500 No\r\n\r\n", BODY))
    assert "answered 500: xxx" in text
    assert time.monotonic() - begin < 15


@pytest.mark.parametrize("answer,status", [
    (endless(OK + b"\r\n", BODY), DONE),
    (endless(OK, LINES), BAD),
    (endless(OK + b"X: ", BODY), BAD),
])
def test_memory(post, sink, answer, status):
    post(sink, answer, status, [
        "prlimit", "--data=%d" % MEMORY_MAX, PLAIN + "/cli/tlsreport"])


def test_slow_answers(post):
    """Side by side, for each takes all the time that there is."""
    answers = [silent(30)] + [endless(start, b"x", 0.5) for start in (
        OK[:-2], OK + b"X-A: ", OK + b"Content-Length: 1000\r\n\r\n")]

    def measure(answer):
        with running_sink() as slow:
            begin = time.monotonic()
            text = post(slow, answer)
            return time.monotonic() - begin, text

    with concurrent.futures.ThreadPoolExecutor(len(answers)) as pool:
        for seconds, text in pool.map(measure, answers):
            assert 15 < seconds < 28
            assert "timed out" in text
