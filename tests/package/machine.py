# SPDX-License-Identifier: BSD-2-Clause
"""A host with Postfix and PostgreSQL as Debian sets them up, and what its
administrator does to have reports stored."""

import os
import re
import smtplib

from chroot import Chroot
from process import wait_for
from smtpserver import CLIENT, free_port, send_in

DOMAIN = "kiosk.test"
RUA = "tls-reports@" + DOMAIN
CONFIG = "/etc/tlsrpt-milter.conf"
SPOOL = "/var/spool/tlsrpt-milter"
SOCKET_DIRECTORY = "/var/spool/postfix/tlsrpt-milter"
EXAMPLES = "/usr/share/doc/tlsrpt-milter/examples"
UNITS = "/lib/systemd/system"
SELECTIONS = """
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string mx.%s
""" % DOMAIN
POSTFIX = {
    "myhostname": "mx." + DOMAIN,
    "mydestination": "localhost, $myhostname, " + DOMAIN,
    "inet_interfaces": "loopback-only",
    "inet_protocols": "ipv4",
    "default_transport": "error:no mail leaves this machine",
    "maillog_file": "/var/log/mail.log",
}


class Machine(Chroot):
    def __init__(self, directory):
        super().__init__(directory)
        self.port = free_port()
        self.log = directory + "/var/log/tlsrpt-milter.log"
        self.daemon = None

    def set_up(self):
        self.write("/root/selections", SELECTIONS)
        self.run("debconf-set-selections", "/root/selections")
        self.run("apt-get", "-q", "update")
        self.install("postfix", "postgresql")
        self.run("useradd", "--create-home", "joe")
        self.shell("echo 'tls-reports: joe' >>/etc/aliases; newaliases")
        for option in POSTFIX.items():
            self.run("postconf", "-e", "%s = %s" % option)
        self.run("sed", "-i", "s/^smtp .*inet/127.0.0.1:%d inet/" % self.port,
                 "/etc/postfix/master.cf")
        self.run("postfix", "start")
        self.start_postgres()

    def shut_down(self):
        if self.daemon is not None:
            self.daemon.kill()
        self.stop_postgres()
        self.run("postfix", "stop")

    def start_postgres(self):
        self.shell("pg_ctlcluster $(pg_lsclusters -h | cut -d' ' -f1) main "
                   "start")

    def stop_postgres(self):
        self.shell("pg_ctlcluster $(pg_lsclusters -h | cut -d' ' -f1) main "
                   "stop -m fast")

    def as_postgres(self, *words, **options):
        return self.run(*words, user="postgres", **options)

    def create_database(self):
        """As README has it."""
        self.as_postgres("createdb", "-E", "UTF8", "-T", "template0", "tlsrpt")
        for words in (
                "init", "grant writer tlsrpt-milter", "grant reader joe"):
            self.as_postgres(
                "tlsreport", "-d", "dbname=tlsrpt", "db", *words.split())

    def count_reports(self):
        return int(self.as_postgres(
            "psql", "-XAtq", "-d", "tlsrpt", "-c",
            "SELECT count(*) FROM tlsrpt.v_report"))

    def configure(self):
        """Where smtpd is in a chroot, and nothing but what is needed."""
        text = self.read(CONFIG).replace("tls-reports@example.com", RUA)
        self.write(CONFIG, text.replace("\n#socket =", '\nsocket ='
                   ' "unix:%s/tlsrpt-milter.sock"\n#' % SOCKET_DIRECTORY, 1))
        self.shell("cat %s/postfix-main.cf >>/etc/postfix/main.cf" % EXAMPLES)
        self.run("postfix", "reload")

    def unit_values(self, key, unit="tlsrpt-milter.service"):
        return re.findall(r"^%s=[+-]*(.*)$" % key,
                          self.read("%s/%s" % (UNITS, unit)), re.M)

    def unit_value(self, key):
        return self.unit_values(key)[0]

    def start_daemon(self):
        """As the unit has it, but for what keeps it apart from the rest."""
        user = self.unit_value("User")
        self.run("install", "-d", "-o", user, "-g", user,
                 "/run/" + self.unit_value("RuntimeDirectory"))
        self.run(*self.unit_value("ExecStartPre").split())
        lines = len(self.log_lines("listens on"))
        self.daemon = self.start(
            self.unit_value("ExecStart").split(), user, self.log)
        wait_for("start of the daemon", lambda: len(
            self.log_lines("listens on")) > lines)

    def stop_daemon(self):
        self.daemon.terminate()
        assert self.daemon.wait(30) == 0
        self.daemon = None

    def log_lines(self, pattern):
        if not os.path.exists(self.log):
            return []
        with open(self.log) as log:
            return [line for line in log if re.search(pattern, line)]

    def send(self, mail):
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname=CLIENT,
                          timeout=60) as session:
            session.ehlo()
            return send_in(session, mail, RUA)
