# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix that runs beside any other, as root."""

import contextlib
import glob
import os
import smtplib
import socket
import subprocess
import time

from process import Process, make_directory, wait_for

DOMAIN = "kiosk.test"
CATCH_ALL = "everyone"
DAEMONS = "/usr/lib/postfix/sbin"
MASTER_CF = """
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
"""

QUEUES = (
    (("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
      "incoming", "private", "saved", "trace"), "root", 0o700),
    (("maildrop",), "postdrop", 0o730),
    (("public",), "postdrop", 0o710),
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def list_milters(sockets):
    if isinstance(sockets, str):
        sockets = [sockets]
    return ",".join("unix:" + path for path in sockets)


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


class PrivatePostfix(Process):
    """An instance with one smtpd port for each milter socket given; a list
    stands for several filters, one behind the other.

    Mail to the addresses in `mailboxes` goes to a maildir by local part, all
    other mail of the domain to the maildir CATCH_ALL.
    """

    def __init__(self, directory, milters, local_milter=None, mailboxes=(),
                 linger=False):
        super().__init__(directory + "/master.log", linger)
        self.directory = directory
        self.milters = milters
        self.local_milter = local_milter
        self.mailboxes = mailboxes
        self.ports = [free_port() for _ in milters]
        self.config = directory + "/etc"
        self.spool = directory + "/spool"

    @property
    def port(self):
        return self.ports[0]

    def settings(self):
        boxes = ["{ %s = %s/ }" % (box, box.split("@")[0])
                 for box in self.mailboxes]
        boxes.append("{ @%s = %s/ }" % (DOMAIN, CATCH_ALL))
        return {
            "compatibility_level": "3.6",
            "queue_directory": self.spool,
            "data_directory": self.directory + "/data",
            "command_directory": "/usr/sbin",
            "daemon_directory": DAEMONS,
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": self.directory + "/mail.log",
            "maillog_file_prefixes": "/tmp",
            "syslog_name": "postfix",
            "myhostname": "mx." + DOMAIN,
            "mydomain": DOMAIN,
            "myorigin": DOMAIN,
            "mydestination": "",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "mynetworks": "127.0.0.0/8",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "default_transport": "error:no mail leaves this instance",
            "relay_transport": "error:no mail leaves this instance",
            "virtual_mailbox_domains": DOMAIN,
            "virtual_mailbox_base": self.directory + "/mail",
            "virtual_mailbox_maps": "inline:{ %s }" % " ".join(boxes),
            "virtual_minimum_uid": "1",
            "virtual_uid_maps": "static:65534",
            "virtual_gid_maps": "static:65534",
            "virtual_mailbox_limit": "0",
            "message_size_limit": "52428800",
            "recipient_delimiter": "+",
            "smtpd_recipient_restrictions":
                "permit_mynetworks, reject_unauth_destination",
            "smtp_dns_support_level": "disabled",
            "smtpd_peername_lookup": "no",
            "smtpd_client_connection_count_limit": "0",
            "non_smtpd_milters":
                "unix:" + self.local_milter if self.local_milter else "",
        }

    def write_config(self):
        services = "".join(
            "127.0.0.1:%d inet n - n - - smtpd\n"
            "  -o smtpd_milters=%s\n" % (port, list_milters(sockets))
            for port, sockets in zip(self.ports, self.milters))
        files = {
            "main.cf": "".join(
                "%s = %s\n" % item for item in self.settings().items()),
            "master.cf": services + MASTER_CF.lstrip(),
        }
        # Postfix reads a file changed within the last seconds again and
        # again until it has cooled, which costs a second at start.
        past = time.time() - 60
        for name, text in files.items():
            path = os.path.join(self.config, name)
            with open(path, "w") as file:
                file.write(text)
            os.utime(path, (past, past))

    def create(self):
        make_directory(self.directory)
        make_directory(self.config)
        make_directory(self.spool)
        make_directory(self.directory + "/data", "postfix", "postfix")
        make_directory(self.directory + "/mail", "nobody", "nogroup")
        make_directory(self.spool + "/pid")
        for names, group, mode in QUEUES:
            for name in names:
                make_directory(
                    os.path.join(self.spool, name), "postfix", group, mode)
        self.write_config()
        return self

    def start(self):
        # master changes its user and so loses the signal at its parent's end.
        limit = [] if self.linger else ["-e", "900"]
        self.spawn(
            [DAEMONS + "/master", "-c", self.config, "-s", *limit])
        for port in self.ports:
            wait_for("banner of Postfix", lambda: self.has_banner(port))
        return self

    def has_banner(self, port):
        self.check_running()
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as probe:
                return probe.recv(4).startswith(b"220")
        except OSError:
            return False

    def read_mail_log(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.directory + "/mail.log", errors="replace") as log:
                return log.read()
        return ""

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
        session = smtplib.SMTP(
            "127.0.0.1", self.ports[service], timeout=60)
        session.ehlo("mail.example.net")
        return session

    def send(self, message, *recipients, service=0,
             sender="reports@example.net"):
        """One mail in a session of its own; the code and text that settle
        it."""
        with self.open_session(service) as session:
            return send_in(session, message, *recipients, sender=sender)

    def sendmail(self, message, sender, *recipients):
        """Submits as a local program does."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-f", sender, *recipients], input=message,
            env={**os.environ, "MAIL_CONFIG": self.config},
            capture_output=True, check=False, timeout=30)
