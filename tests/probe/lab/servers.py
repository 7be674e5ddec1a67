#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Usage: servers.py PLAN
Listens for all mail and policy servers of a plan (JSON), prints "ready", and
serves until it is stopped."""

import asyncio
import functools
import json
import resource
import socket
import ssl
import sys

import mailserver
import policyserver


def make_context(server, files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if server["behaviour"] == "tls-old":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    if server.get("asks"):
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_default_certs()
    if "tls" in server:
        context.maximum_version = ssl.TLSVersion[server["tls"]]
    for file in files:
        context.load_cert_chain(file)
    return context


def make_contexts(server):
    """Another certificate for clients that do not say a name."""
    context = make_context(server, server["certificates"])
    if not server.get("without_sni"):
        return context
    named = context
    context = make_context(server, server["without_sni"])

    def choose(connection, name, _):
        if name is not None:
            connection.context = named

    context.sni_callback = choose
    return context


async def listen_for_mail(server, address, port):
    known = dict(server)
    if known["behaviour"] == "tls-old":
        known["behaviour"] = "fine"
    get_context = functools.cache(lambda: make_contexts(server))
    await asyncio.start_server(
        mailserver.make_handler(known, get_context), address, port,
        backlog=100)


async def listen_for_policy(server, address, port):
    await asyncio.start_server(
        policyserver.make_handler(server), address, port, backlog=100,
        ssl=None if server["behaviour"] in ("plain", "hello-endless")
        else make_contexts(server))


def hang(address, port, kept):
    """No connection is ever accepted; once a few wait, none is made."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0)
    kept.append(listener)
    for _ in range(3):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex((address, port))
        kept.append(waiting)


async def listen(plan, kept):
    listeners = {"smtp": listen_for_mail, "https": listen_for_policy}
    for server in plan:
        for address in server["listen"]:
            if server["behaviour"] == "hang":
                hang(address, server["port"], kept)
            elif server["behaviour"] != "absent":
                await listeners[server["kind"]](
                    server, address, server["port"])


def ignore(loop, context):
    """Whoever ends a session in the middle of it is expected."""
    if not isinstance(context.get("exception"), (OSError, ssl.SSLError)):
        loop.default_exception_handler(context)


async def serve(path):
    with open(path) as file:
        plan = json.load(file)
    kept = []
    asyncio.get_running_loop().set_exception_handler(ignore)
    await listen(plan, kept)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    asyncio.run(serve(sys.argv[1]))
