# SPDX-License-Identifier: BSD-2-Clause
"""Web servers with a policy, that do one thing wrong, or none."""

import asyncio
import contextlib

from mailserver import HELLO_REQUESTS

PATH = "/.well-known/mta-sts.txt"
REPORTS = "/reports"
FOREVER = 3600
REQUEST_SECONDS = 60
REASONS = {200: "OK", 201: "Created", 301: "Moved Permanently", 302: "Found",
           404: "Not Found", 405: "Method Not Allowed", 410: "Gone", 500: "Internal Server Error"}


def pad(body, length):
    """Longer by lines that nobody knows, up to exactly so many bytes."""
    while len(body) < length:
        room = min(length - len(body), 1000)
        if length - len(body) - room in range(1, 20):
            room -= 20
        body += b"x-pad: " + b"a" * (room - 8) + b"\n"
    return body


def write_head(server, length):
    status = server.get("status", 200)
    yield "HTTP/1.1 %d %s" % (status, REASONS[status])
    if server.get("type", "text/plain"):
        yield "Content-Type: " + server.get("type", "text/plain")
    if "location" in server:
        yield "Location: " + server["location"]
    if length is not None:
        yield "Content-Length: %d" % length
    yield "Connection: close"


async def push(writer, piece):
    """Nobody else says that the other end has gone."""
    if writer.is_closing():
        raise ConnectionResetError
    writer.write(piece)
    await writer.drain()


async def send(writer, server, body, length):
    head = "".join(line + "\r\n" for line in write_head(server, length))
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()


async def endless(writer):
    while True:
        await push(writer, pad(b"", 4000))
        await asyncio.sleep(0.01)


async def answer(writer, server, body):
    """Behaviours: fine, plain (without TLS), silent, drip (a byte a second),
    endless, head-endless, hello-endless (before TLS), close."""
    behaviour = server["behaviour"]
    if behaviour in ("fine", "plain"):
        await send(writer, server, body, len(body))
    elif behaviour == "silent":
        await asyncio.sleep(FOREVER)
    elif behaviour == "drip":
        await send(writer, server, b"", len(body))
        for byte in body:
            await push(writer, bytes([byte]))
            await asyncio.sleep(1)
    elif behaviour == "endless":
        await send(writer, server, body, None)
        await endless(writer)
    elif behaviour == "head-endless":
        await push(writer, b"HTTP/1.1 200 OK\r\n")
        await endless(writer)


async def read_request(reader):
    """The method and the path."""
    head = await asyncio.wait_for(
        reader.readuntil(b"\r\n\r\n"), REQUEST_SECONDS)
    return [word.decode() for word in head.split(b" ")[:2]]


def find_endpoint(server, method):
    """What the place for reports answers with: "methods" that it knows, and
    what an answer has elsewhere."""
    endpoint = server["endpoint"]
    if method in endpoint.get("methods", ("HEAD", "OPTIONS", "POST")):
        return {**server, **endpoint}
    return {**server, "status": 405}


def make_handler(server):
    body = pad(server["body"].encode("latin-1"), server.get("pad", 0))

    async def handle(reader, writer):
        with contextlib.suppress(OSError, asyncio.TimeoutError,
                                 asyncio.IncompleteReadError, IndexError):
            if server["behaviour"] == "hello-endless":
                while True:
                    await push(writer, HELLO_REQUESTS)
            method, path = await read_request(reader)
            if path == PATH:
                await answer(writer, server, body)
            elif path == REPORTS and "endpoint" in server:
                await answer(writer, find_endpoint(server, method), b"")
            else:
                await send(writer, {"status": 404}, b"", 0)
        with contextlib.suppress(OSError):
            writer.close()

    return handle
