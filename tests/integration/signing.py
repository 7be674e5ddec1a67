# SPDX-License-Identifier: BSD-2-Clause
"""DKIM: who signs, who verifies, and where the keys are."""

import base64
import os
import subprocess

import dkim

from process import Process, make_directory, wait_for
from smtpserver import DOMAIN

SELECTOR = "s1"
AUTHSERV_ID = "mx." + DOMAIN
# Of this process alone; a resolver has to have port 53.
RESOLVER = "127.%d.%d.53" % divmod(os.getpid() % 63000, 250)
# The service types of keys, and a domain whose name servers never answer.
SERVICES = {"tlsrpt.example": "s=tlsrpt; ", "both.example": "s=email:tlsrpt; ",
            "mail.example": "s=email; "}
BROKEN = "broken.example"


def make_key():
    return subprocess.run(
        ["openssl", "genrsa", "-traditional", "2048"], check=True,
        capture_output=True, timeout=60).stdout


def public_part(key):
    der = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=key,
        check=True, capture_output=True, timeout=60).stdout
    return base64.b64encode(der).decode()


# What makes a mail a report is signed as Google does it.
SIGNED_FIELDS = (b"from", b"subject", b"tls-report-submitter")


def sign(mail, domain, key, selector=SELECTOR, fields=SIGNED_FIELDS,
         **options):
    """The mail with a signature above it."""
    field = dkim.sign(
        mail, selector.encode(), domain.encode(), key,
        include_headers=list(fields), **options)
    return field + mail


def record_name(domain, selector=SELECTOR):
    return "%s._domainkey.%s" % (selector, domain)


class PrivateOpendkim(Process):
    """Verifies as the manual page tells an operator to set it up; `records`
    are the keys by the names of their records."""

    def __init__(self, directory, records):
        super().__init__(directory + "/opendkim.log")
        self.directory = directory
        self.socket = directory + "/dkim.sock"
        self.records = records

    def create(self):
        make_directory(self.directory, "postfix", "postfix", 0o750)
        with open(self.directory + "/keys", "w") as file:
            for name, text in self.records.items():
                file.write("%s %s\n" % (name, text))
        with open(self.directory + "/opendkim.conf", "w") as file:
            file.write("\n".join([
                "Mode v", "AuthservID " + AUTHSERV_ID, "RemoveARAll yes",
                "AlwaysAddARHeader yes", "InternalHosts 192.0.2.1",
                "RequireSafeKeys no", "Syslog no", "UMask 007",
                "TestPublicKeys %s/keys" % self.directory,
                "Socket local:" + self.socket, ""]))
        return self

    def start(self):
        self.spawn(["/usr/sbin/opendkim", "-f", "-x",
                    self.directory + "/opendkim.conf"], "postfix")
        wait_for("start of OpenDKIM", self.answers)
        return self

    def answers(self):
        self.check_running()
        return subprocess.run(
            ["test", "-S", self.socket], check=False).returncode == 0


class PrivateResolver(Process):
    """A DNS server with these TXT records; nobody answers for the domains in
    `broken`, and no other name exists."""

    def __init__(self, directory, records, broken=()):
        super().__init__(directory + "/unbound.log")
        self.directory = directory
        self.records = records
        self.broken = broken
        self.resolv_conf = directory + "/resolv.conf"

    def settings(self):
        yield from (
            "server:", "interface: " + RESOLVER, "port: 53",
            "do-daemonize: no", 'username: ""', 'chroot: ""',
            'pidfile: ""', 'directory: "%s"' % self.directory,
            "use-syslog: no", "module-config: iterator", "num-threads: 1",
            "do-not-query-localhost: no", 'local-zone: "." static')
        for name, text in self.records.items():
            pieces = [text[at:at + 250] for at in range(0, len(text), 250)]
            yield "local-data: '%s. TXT %s'" % (
                name, " ".join('"%s"' % piece for piece in pieces))
        for domain in self.broken:
            yield 'local-zone: "%s." transparent' % domain
        for domain in self.broken:
            yield from ("forward-zone:", 'name: "%s."' % domain,
                        "forward-addr: %s@1" % RESOLVER)

    def create(self):
        make_directory(self.directory)
        with open(self.directory + "/unbound.conf", "w") as file:
            file.write("\n".join(self.settings()) + "\n")
        with open(self.resolv_conf, "w") as file:
            file.write("nameserver %s\noptions timeout:2 attempts:1\n"
                       % RESOLVER)
        return self

    def start(self):
        self.spawn(["/usr/sbin/unbound", "-d", "-c",
                    self.directory + "/unbound.conf"])
        wait_for("start of unbound",
                 lambda: "start of service" in self.read_running_log())
        return self

    def read_running_log(self):
        self.check_running()
        return self.read_log()
