# SPDX-License-Identifier: BSD-2-Clause
"""What the private mail servers have in common: SMTP on loopback and a
maildir for each mailbox."""

import glob
import os
import smtplib
import socket

from process import Process, wait_for

DOMAIN = "kiosk.test"
CATCH_ALL = "everyone"
CLIENT = "mail.example.net"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def send_in(session, message, *recipients, sender="reports@example.net"):
    """One mail in an open session; the first reply that is no success, else
    the one to the message."""
    for code, text in (
            session.mail(sender), *map(session.rcpt, recipients)):
        if code >= 300:
            session.rset()
            return code, text.decode()
    try:
        code, text = session.data(message)
    except smtplib.SMTPDataError as refusal:
        code, text = refusal.args
    return code, text.decode()


class SmtpServer(Process):
    """Listens on one port for each service."""

    def __init__(self, directory, services, log_path, linger=False):
        super().__init__(log_path, linger)
        self.directory = directory
        self.ports = [free_port() for _ in range(services)]

    @property
    def port(self):
        return self.ports[0]

    def wait_for_banners(self):
        for port in self.ports:
            wait_for("banner", lambda: self.has_banner(port))

    def has_banner(self, port):
        self.check_running()
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as probe:
                return int(probe.recv(3) or 0) == 220
        except OSError:
            return False

    def mail_paths(self, mailbox):
        return sorted(glob.glob(
            "%s/mail/%s/new/*" % (self.directory, mailbox)))

    def read_mails(self, mailbox):
        mails = []
        for path in self.mail_paths(mailbox):
            with open(path, "rb") as file:
                mails.append(file.read())
        return mails

    def clear_mails(self):
        for path in self.mail_paths("*"):
            os.unlink(path)

    def open_session(self, service=0):
        # Without a name smtplib asks the resolver for the one of this host.
        session = smtplib.SMTP("127.0.0.1", self.ports[service],
                               local_hostname=CLIENT, timeout=60)
        session.ehlo()
        return session

    def send(self, message, *recipients, service=0,
             sender="reports@example.net"):
        """One mail in a session of its own; the code and text that settle
        it."""
        try:
            with self.open_session(service) as session:
                return send_in(session, message, *recipients, sender=sender)
        except smtplib.SMTPConnectError as refusal:
            code, text = refusal.args
            return code, text.decode()
