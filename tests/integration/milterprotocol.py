# SPDX-License-Identifier: BSD-2-Clause
"""The milter protocol: packets, a client and a recording relay."""

import contextlib
import os
import socket
import struct
import threading

VERSION = 6
ALL_ACTIONS = 0x1FF
# What MTAs of each version offer; before version 4 there was no DATA step.
ALL_STEPS = {2: 0x7F, 3: 0xFF, 4: 0x3FF, 6: 0x1FFFFF}
FIRST_WITH_DATA = 4

# The step after which the filter does not answer.
NO_REPLY = {
    b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000,
    b"L": 0x80, b"N": 0x40000, b"B": 0x80000,
}
# The step that the filter does not want to see.
NOT_WANTED = {
    b"C": 0x1, b"H": 0x2, b"M": 0x4, b"R": 0x8, b"B": 0x10, b"L": 0x20,
    b"N": 0x40, b"T": 0x200,
}
CONTENT = (b"L", b"N", b"B")
CHANGES = (b"+", b"-", b"2", b"b", b"e", b"h", b"i", b"m", b"q", b"p")
LARGEST_CHUNK = 65535


def pack(command, data=b""):
    return struct.pack(">I", len(data) + 1) + command + data


def unpack_all(stream):
    """The (command, data) pairs of a recorded stream."""
    packets = []
    while len(stream) >= 5:
        size, = struct.unpack(">I", stream[:4])
        packets.append((stream[4:5], stream[5:4 + size]))
        stream = stream[4 + size:]
    return packets


class Client:
    """One session, from the MTA's side.

    Every method returns the reply, b"c" where none is due or the filter did
    not ask for the step.
    """

    def __init__(self, path, timeout=20.0):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.version = VERSION
        self.steps = 0
        self.changes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send_raw(self, data):
        self.socket.sendall(data)

    def receive(self):
        size, = struct.unpack(">I", self._read(4))
        body = self._read(size)
        return body[:1], body[1:]

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError("the filter closed the connection")
            data += piece
        return data

    def negotiate(self, version=VERSION):
        self.version = version
        self.send_raw(pack(b"O", struct.pack(
            ">III", version, ALL_ACTIONS, ALL_STEPS[version])))
        command, data = self.receive()
        assert command == b"O", command
        _, self.actions, self.steps = struct.unpack(">III", data[:12])
        return self

    def macros(self, command, *pairs):
        data = command + b"".join(
            b"{%s}\0%s\0" % pair for pair in pairs)
        self.send_raw(pack(b"D", data))

    def command(self, command, data=b""):
        if self.steps & NOT_WANTED.get(command, 0):
            return b"c"
        self.send_raw(pack(command, data))
        if self.steps & NO_REPLY.get(command, 0):
            return b"c"
        return self.reply()

    def reply(self):
        while True:
            command, data = self.receive()
            if command not in CHANGES:
                return b"y" + data.rstrip(b"\0") if command == b"y" \
                    else command
            self.changes.append((command, data))

    def connect(self):
        return self.command(
            b"C", b"mail.example.net\0" b"4" + struct.pack(">H", 25)
            + b"192.0.2.7\0")

    def helo(self):
        return self.command(b"H", b"mail.example.net\0")

    def mail(self, sender=b"<reports@example.net>", queue_id=b"TEST1"):
        self.macros(b"M", (b"i", queue_id))
        return self.command(b"M", sender + b"\0")

    def rcpt(self, recipient):
        return self.command(b"R", recipient + b"\0")

    def data(self, queue_id=b"TEST1"):
        if self.version < FIRST_WITH_DATA:
            return b"c"
        self.macros(b"T", (b"i", queue_id))
        return self.command(b"T")

    def header(self, name, value):
        return self.command(b"L", name + b"\0" + value + b"\0")

    def end_of_headers(self):
        return self.command(b"N")

    def body(self, data):
        for start in range(0, len(data), LARGEST_CHUNK):
            reply = self.command(b"B", data[start:start + LARGEST_CHUNK])
            if reply != b"c":
                return reply
        return b"c"

    def end_of_message(self):
        self.changes = []
        return self.command(b"E")

    def abort(self):
        self.send_raw(pack(b"A"))

    def quit(self):
        self.send_raw(pack(b"Q"))

    def content(self, message):
        """Header, body and end of a message; the first reply that settles
        it."""
        head, _, body = message.replace(b"\r\n", b"\n").partition(b"\n\n")
        for field in head.replace(b"\n ", b"\0 ").replace(
                b"\n\t", b"\0\t").split(b"\n"):
            name, _, value = field.replace(b"\0", b"\n").partition(b":")
            reply = self.header(name, value.removeprefix(b" "))
            if reply != b"c":
                return reply
        for reply in (self.end_of_headers(),
                      self.body(body.replace(b"\n", b"\r\n"))):
            if reply not in (b"c", b"s"):
                return reply
        return self.end_of_message()

    def message(self, recipients, message):
        """A whole transaction; the reply that settles it."""
        for reply in (self.mail(), *map(self.rcpt, recipients), self.data()):
            if reply != b"c":
                return reply
        return self.content(message)


class Relay:
    """Stands between an MTA and a filter and keeps what they said."""

    def __init__(self, path, target):
        self.path = path
        self.target = target
        self.sessions = []
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o777)
        self.listener.listen(32)
        self._start(self._accept)

    @staticmethod
    def _start(function, *arguments):
        threading.Thread(
            target=function, args=arguments, daemon=True).start()

    def _accept(self):
        while True:
            try:
                mta, _ = self.listener.accept()
            except OSError:
                return
            milter = socket.socket(socket.AF_UNIX)
            milter.connect(self.target)
            sent, received = bytearray(), bytearray()
            self.sessions.append((sent, received))
            self._start(self._copy, mta, milter, sent)
            self._start(self._copy, milter, mta, received)

    @staticmethod
    def _copy(source, sink, record):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                record += data
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def sent_packets(self):
        """What the MTA said, for each session."""
        return [unpack_all(bytes(sent)) for sent, _ in self.sessions]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        os.unlink(self.path)
