# SPDX-License-Identifier: BSD-2-Clause
"""A private Dovecot with one mailbox, over TLS."""

import itertools
import os
import pathlib
import socket
import subprocess

from process import Process, make_directory, wait_for
from smtpserver import free_port

USER = "tls-reports@kiosk.test"
PASSWORD = "open-sesame"
OWNER = "nobody"
# The names of options changed with 2.4.
OLD = """
mail_location = maildir:%(directory)s/mail
ssl_cert = <%(directory)s/cert.pem
ssl_key = <%(directory)s/key.pem
passdb {
  driver = static
  args = password=%(password)s
}
userdb {
  driver = static
  args = uid=%(owner)s gid=nogroup home=%(directory)s/home
}
"""
NEW = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = maildir
mail_path = %(directory)s/mail
ssl_server_cert_file = %(directory)s/cert.pem
ssl_server_key_file = %(directory)s/key.pem
passdb static {
  password = %(password)s
}
userdb static {
  fields {
    uid = %(owner)s
    gid = nogroup
    home = %(directory)s/home
  }
}
"""
COMMON = """
base_dir = %(directory)s/run
state_dir = %(directory)s/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = %(owner)s
default_internal_group = nogroup
default_login_user = %(owner)s
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %(port)d
    ssl = yes
  }
}
"""


class PrivateDovecot(Process):
    """Started as root."""

    def __init__(self, directory):
        super().__init__(directory + "/dovecot.log")
        self.directory = directory
        self.port = free_port()
        self.certificate = directory + "/cert.pem"
        self.numbers = itertools.count()

    def create(self):
        make_directory(self.directory)
        for name in ("mail", "mail/new", "mail/cur", "mail/tmp", "home"):
            make_directory(
                "%s/%s" % (self.directory, name), OWNER, "nogroup", 0o700)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-days", "2",
             "-keyout", self.directory + "/key.pem",
             "-out", self.certificate], check=True, capture_output=True)
        version = subprocess.run(
            ["dovecot", "--version"], check=True, capture_output=True,
            text=True).stdout
        text = (OLD + COMMON if version.startswith("2.3") else NEW + COMMON)
        with open(self.directory + "/dovecot.conf", "w") as file:
            file.write(text.lstrip() % {
                "directory": self.directory, "port": self.port,
                "owner": OWNER, "password": PASSWORD})
        return self

    def start(self):
        self.spawn(["dovecot", "-F", "-c", self.directory + "/dovecot.conf"])
        wait_for("start of Dovecot", self.answers)
        return self

    def answers(self):
        self.check_running()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def deliver(self, mail):
        path = pathlib.Path(
            self.directory, "mail/new/%d.host" % next(self.numbers))
        path.write_bytes(mail)
        os.chmod(path, 0o644)
