# SPDX-License-Identifier: BSD-2-Clause
"""A server on loopback to which alerts are posted, over TLS or without."""

import contextlib
import http.server
import json
import os
import ssl
import subprocess
import threading
import time


def make_certificate(path, name="IP:127.0.0.1", days=2):
    """A certificate and its key in one file, which is its own authority."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path + ".key",
         "-out", path, "-days", str(days), "-subj", "/CN=sink",
         "-addext", "subjectAltName=" + name],
        check=True, capture_output=True, timeout=60)
    return path


def make_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate + ".key")
    return context


class Post:
    def __init__(self, handler):
        self.path = handler.path
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers["Content-Length"]))

    @property
    def json(self):
        return json.loads(self.body)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        post = Post(self)
        self.server.posts.append(post)
        answer = self.server.answers.pop(0) if self.server.answers else ok
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            answer(self)

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def ok(handler):
    handler.reply(200, b"ok")


def refuse(status, body=b"", **headers):
    return lambda handler: handler.reply(status, body, **headers)


def endless(start, part, pause=0):
    """Sends a part after the other, for as long as somebody reads."""
    def answer(handler):
        handler.close_connection = True
        handler.wfile.write(start)
        while True:
            handler.wfile.write(part)
            time.sleep(pause)

    return answer


def raw(*parts):
    """Sends the bytes as they are, and closes the connection."""
    def answer(handler):
        handler.close_connection = True
        for part in parts:
            handler.wfile.write(part)

    return answer


def silent(seconds):
    def answer(handler):
        handler.close_connection = True
        time.sleep(seconds)

    return answer


def kill(pid, number):
    """Ends whoever has posted before it gets an answer."""
    def answer(handler):
        handler.close_connection = True
        os.kill(pid(), number)

    return answer


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever does not like the certificate goes."""


@contextlib.contextmanager
def running_sink(certificate=None):
    """Has `posts`, `url`, and `answers` to the next posts; then all is well."""
    server = Server(("127.0.0.1", 0), Handler)
    server.posts = []
    server.answers = []
    server.url = "http%s://127.0.0.1:%d" % (
        "s" if certificate else "", server.server_port)
    if certificate:
        # The handshake is that of the thread of the connection.
        server.socket = make_context(certificate).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
