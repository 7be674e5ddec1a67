# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix that runs beside any other, as root."""

import contextlib
import os
import subprocess
import time

from process import make_directory
from smtpserver import CATCH_ALL, DOMAIN, SmtpServer

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
tlsmgr unix - - n 1000? 1 tlsmgr
"""

QUEUES = (
    (("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
      "incoming", "private", "saved", "trace"), "root", 0o700),
    (("maildrop",), "postdrop", 0o730),
    (("public",), "postdrop", 0o710),
)


def list_milters(sockets):
    if isinstance(sockets, str):
        sockets = [sockets]
    return ",".join("unix:" + path for path in sockets)


class PrivatePostfix(SmtpServer):
    """An instance with one smtpd port for each milter socket given; a list
    stands for several filters, one behind the other. `protocols` are the
    versions of the milter protocol of the last ports, where it is not the
    newest.

    Mail to the addresses in `mailboxes` goes to a maildir by local part, all
    other mail of the domain to the maildir CATCH_ALL. Unless it is to linger,
    it ends after `lifetime` seconds even when nobody stops it. It offers
    STARTTLS when `chain_file` is set, which has a key and its certificates.
    """

    def __init__(self, directory, milters, local_milter=None, mailboxes=(),
                 linger=False, lifetime=3600, protocols=()):
        super().__init__(
            directory, len(milters), directory + "/master.log", linger)
        self.milters = milters
        self.protocols = [None] * (len(milters) - len(protocols)) + [
            *protocols]
        self.local_milter = local_milter
        self.lifetime = lifetime
        self.mailboxes = mailboxes
        self.chain_file = None
        self.config = directory + "/etc"
        self.spool = directory + "/spool"

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
            # Newer releases turn clients away by default when they connect.
            "milter_default_action": "tempfail",
            # Some tests do not wait for the replies.
            "smtpd_forbid_unauth_pipelining": "no",
            "non_smtpd_milters":
                "unix:" + self.local_milter if self.local_milter else "",
            "smtpd_tls_chain_files": self.chain_file or "",
            "smtpd_tls_security_level": "may" if self.chain_file else "none",
        }

    def write_config(self):
        services = "".join(
            "127.0.0.1:%d inet n - n - - smtpd\n"
            "  -o smtpd_milters=%s\n%s" % (
                port, list_milters(sockets), "" if protocol is None
                else "  -o milter_protocol=%d\n" % protocol)
            for port, sockets, protocol in zip(
                self.ports, self.milters, self.protocols))
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
        limit = [] if self.linger else ["-e", str(self.lifetime)]
        self.spawn(
            [DAEMONS + "/master", "-c", self.config, "-s", *limit])
        self.wait_for_banners()
        return self

    def read_mail_log(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.directory + "/mail.log", errors="replace") as log:
                return log.read()
        return ""

    def sendmail(self, message, sender, *recipients):
        """Submits as a local program does."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-f", sender, *recipients], input=message,
            env={**os.environ, "MAIL_CONFIG": self.config},
            capture_output=True, check=False, timeout=30)
