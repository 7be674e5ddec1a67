# SPDX-License-Identifier: BSD-2-Clause
"""Many sessions at once, among others that mean no good."""

import concurrent.futures
import contextlib
import socket
import struct
import threading

import reportmail
from daemon import RUA
from milterprotocol import Client
from process import wait_for
from test_hostile import PLAIN

SESSIONS = 500
PROBES = 200
MEMORY_MAX = 48 << 20
RECIPIENT = b"<" + RUA.encode() + b">"
# A connection that is closed at once; garbage; half of a packet, and of a
# length, each followed by silence.
PROBE_DATA = (
    None, b"\xff" * 64, b"GET / HTTP/1.0\r\n\r\n",
    struct.pack(">I", 13) + b"O", b"\0\0")


def open_socket(milter, seconds=60):
    """Waits where the queue of the listener is full."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(milter.socket)
    connection.settimeout(seconds)
    return connection


class Session(Client):
    def __init__(self, milter):
        self.socket = open_socket(milter)
        self.steps = 0
        self.changes = []

    def send_report(self, seed):
        report = reportmail.make_report("google", seed)
        return self.message(
            [RECIPIENT], reportmail.make_mail("google", report, RUA))


@contextlib.contextmanager
def probing(milter):
    """Those that say nothing stay until the end."""
    with contextlib.ExitStack() as silent:
        for number in range(PROBES):
            probe = silent.enter_context(open_socket(milter))
            data = PROBE_DATA[number % len(PROBE_DATA)]
            if data is None:
                probe.close()
            else:
                probe.sendall(data)
        yield


def test_many_sessions_among_probes(start_milter, count):
    milter = start_milter(build=PLAIN)
    barrier = threading.Barrier(SESSIONS)

    def run(seed):
        with Session(milter).negotiate() as session:
            session.connect()
            session.helo()
            barrier.wait(60)
            return session.send_report(seed)

    with probing(milter), \
            concurrent.futures.ThreadPoolExecutor(SESSIONS) as pool:
        results = [pool.submit(run, seed) for seed in range(SESSIONS)]
        wait_for("a half of them", lambda: (
            sum(result.done() for result in results) > SESSIONS / 2), 60)
        with probing(milter):
            assert {result.result() for result in results} <= {b"a", b"c"}
    assert count("v_report") == count("v_policy") == SESSIONS
    assert len(milter.log_lines(" stored ")) == SESSIONS
    assert milter.memory("VmHWM") < MEMORY_MAX
