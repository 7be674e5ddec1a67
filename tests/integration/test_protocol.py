# SPDX-License-Identifier: BSD-2-Clause
"""The daemon spoken to directly, well and badly."""

import concurrent.futures
import contextlib
import grp
import os
import pathlib
import socket
import struct
import subprocess

import pytest

import reportmail
from daemon import RUA
from milterprotocol import FIRST_WITH_DATA, Client, pack

SCRIPTS = pathlib.Path(__file__).parent.parent / "milter"
RECIPIENT = b"<" + RUA.encode() + b">"
ACCEPTED = (b"a", b"c")


def make_mail(seed=1):
    return reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)


def open_client(milter):
    client = Client(milter.socket).negotiate()
    client.connect()
    client.helo()
    return client


@pytest.mark.parametrize("version", (2, 3, 4, 6))
def test_other_mail_passes_in_every_version(milter, query, count, version):
    """Also where the MTA has no DATA step: with the first header at the
    latest."""
    seen = []
    with Client(milter.socket).negotiate(version) as client:
        command = client.command
        client.command = lambda name, data=b"": (
            seen.append(name), command(name, data))[1]
        reply = client.message([b"<postmaster@kiosk.test>"], make_mail())
        assert reply == b"a"
        assert seen.count(b"L") == (0 if version >= FIRST_WITH_DATA else 1)
        assert not {b"N", b"B", b"E"} & set(seen)
        assert client.message([RECIPIENT], make_mail()) in ACCEPTED
    assert count("v_report") == 1
    assert count("quarantine") == 0
    assert len(milter.log_lines(r"TEST1: ")) == 1


def check_alive(milter, count, reports=1):
    """A report still gets in."""
    with open_client(milter) as client:
        assert client.message([RECIPIENT], make_mail()) in ACCEPTED
    assert count("v_report") == reports
    assert milter.is_running()


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.lua")),
                         ids=lambda path: path.stem)
def test_script(milter, script):
    done = subprocess.run(
        ["miltertest", "-D", "socket=unix:" + milter.socket, "-s",
         script.name],
        cwd=SCRIPTS, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_scripts():
    assert list(SCRIPTS.glob("*.lua"))


def test_port_probes(milter, count):
    for _ in range(50):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(milter.socket)
    check_alive(milter, count)


STAGES = (
    lambda client: client.connect(),
    lambda client: client.helo(),
    lambda client: client.mail(),
    lambda client: client.rcpt(RECIPIENT),
    lambda client: client.data(),
    lambda client: client.header(b"Subject", b"Report Domain: x"),
    lambda client: client.header(b"Content-Type", b"multipart/report"),
    lambda client: client.end_of_headers(),
    lambda client: client.body(b"part of a body"),
)


@pytest.mark.parametrize("stages", range(len(STAGES) + 1))
@pytest.mark.parametrize("end", ("abort", "quit", "close", "garbage"))
def test_a_session_may_end_at_every_stage(milter, count, stages, end):
    with Client(milter.socket).negotiate() as client:
        for stage in STAGES[:stages]:
            stage(client)
        if end == "abort":
            client.abort()
            if stages >= 2:
                assert client.message([RECIPIENT], make_mail()) in ACCEPTED
        elif end == "quit":
            client.quit()
        elif end == "garbage":
            client.send_raw(b"\xff\xff\xff\xff" * 16)
    check_alive(milter, count)


def test_an_aborted_message_leaves_nothing_behind(milter, count):
    with open_client(milter) as client:
        client.mail()
        client.rcpt(RECIPIENT)
        client.abort()
        # The recipient went with the message it belonged to.
        reply = client.message([b"<alice@kiosk.test>"], make_mail())
        assert reply in ACCEPTED
    assert count("v_report") == 0
    check_alive(milter, count)


def test_a_hundred_sessions_at_once(milter, count):
    def send(seed):
        with open_client(milter) as client:
            return client.message([RECIPIENT], make_mail(seed))

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        replies = list(pool.map(send, range(100)))
    assert set(replies) <= set(ACCEPTED)
    assert count("v_report") == 100


def test_idle_sessions_do_not_block(milter, count):
    idle = [open_client(milter) for _ in range(100)]
    check_alive(milter, count)
    for client in idle:
        client.close()


def test_a_message_over_the_limit_is_accepted(start_milter, count):
    milter = start_milter(max_message_size=65536)
    with open_client(milter) as client:
        mail = make_mail()
        padded = mail + b"x" * 80 * 1024
        assert client.message([RECIPIENT], padded) in ACCEPTED
    assert count("v_report") == 0
    check_alive(milter, count)


def test_unfinished_messages_share_a_budget(start_milter, count):
    """Sessions that stay open with most of a message do not fill the
    memory."""
    milter = start_milter(max_message_size=1 << 20, max_transit_size=4 << 20)
    clients = [open_client(milter) for _ in range(8)]
    for client in clients:
        client.mail()
        client.rcpt(RECIPIENT)
        client.data()
        client.header(b"Content-Type", b"multipart/report")
        client.end_of_headers()
        client.body(b"x" * 900000)
    replies = [client.end_of_message() for client in clients]
    assert replies[:4] == [b"a"] * 4 or replies[:4] == [b"c"] * 4
    assert [reply[:4] for reply in replies[4:]] == [b"y451"] * 4
    assert len(milter.log_lines(": unavailable reason=crowded ")) == 4
    for client in clients:
        client.close()
    check_alive(milter, count)


def test_nul_and_long_lines(milter, count):
    with open_client(milter) as client:
        mail = make_mail() + b"\0" * 1000 + b"x" * 200000
        assert client.message([RECIPIENT], mail) in ACCEPTED
    assert count("v_report") == 1


def test_lying_packet_lengths(milter, count):
    for size in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
        with Client(milter.socket) as client:
            client.send_raw(struct.pack(">I", size) + b"O")
    for command in (b"M", b"R", b"E", b"\0", b"Z"):
        with Client(milter.socket).negotiate() as client, \
                contextlib.suppress(ConnectionError):
            client.send_raw(pack(command, b"no NUL"))
            client.send_raw(pack(b"Q"))
    check_alive(milter, count)


def test_a_queue_id_cannot_forge_lines(milter, count):
    """The macro comes from whoever speaks to the socket."""
    with open_client(milter) as client:
        client.mail(queue_id=b"A\nB: stored domain=x\x1b[31m" + b"y" * 500)
        client.rcpt(RECIPIENT)
        client.data(queue_id=b"A\nB: stored domain=x\x1b[31m" + b"y" * 500)
        assert client.content(make_mail()) in ACCEPTED
    [line] = milter.log_lines("stored domain=")
    assert "A?B??stored?domain?x??31my" in line
    assert "y" * 65 not in line
    assert count("v_report") == 1


def test_the_socket_is_for_its_group_only(milter):
    status = os.stat(milter.socket)
    assert status.st_mode & 0o777 == 0o660
    assert grp.getgrgid(status.st_gid).gr_name == "postfix"
