# SPDX-License-Identifier: BSD-2-Clause
"""A Postfix that sends as MTA-STS has it, by the plug-in that Debian has, and
the world that it sends to: DNS, policies, and mail servers."""

import http.server
import os
import re
import shutil
import ssl
import sys
import threading

from postfix import MASTER_CF, PrivatePostfix
from process import Process, make_directory, wait_for
from signing import PrivateResolver
from smtpserver import free_port

sys.path.insert(0, os.path.abspath("../probe/lab"))

from authority import Authorities  # noqa: E402
from mailinstance import LaboratoryPostfix  # noqa: E402

PLUGIN = shutil.which("mta-sts-daemon")
PATH = "/.well-known/mta-sts.txt"
# Of this process alone: they need the ports 53 and 443.
RESOLVER, POLICY_HOST, *SERVERS = (
    "127.%d.%d.%d" % (*divmod(os.getpid() % 63000, 250), host)
    for host in range(60, 80))
# What a mail server may be like, and its certificate, which is for all hosts
# unless it is said. The second hosts of domains have one of their own, too.
# That which is "absent" does not listen.
SET_UPS = {
    "fine": {},
    "second": {},
    "expired": {"days": (-90, -1)},
    "name": {"names": ["elsewhere.test"]},
    "self-signed": {"issuer": "self"},
    "other-issuer": {"issuer": "other"},
    "bare": {},
    "absent": {},
}
ADDRESSES = dict(zip(SET_UPS, SERVERS))
NO_TLS = {"smtpd_tls_security_level": "none", "smtpd_tls_chain_files": ""}
# The ways to send, as transports: as the mode of the policy has it, and as if
# it were enforced, by which a sender learns what it would have lost.
WAYS = ("sending", "judging")
# What the log says of a session, and the result type that it stands for. The
# first that is found for a host decides.
SESSIONS = (
    (r"Verified TLS connection established to {}\[", None),
    (r"verification failed for {}\[.*: certificate has expired",
     "certificate-expired"),
    (r"verification failed for {}\[.*: (self-signed|untrusted)",
     "certificate-not-trusted"),
    (r"verification failed for {}\[.*mismatch", "certificate-host-mismatch"),
    (r"TLS is required, but was not offered by host {}\[",
     "starttls-not-supported"),
)


class Names(PrivateResolver):
    """All the DNS that there is: lines of zones, which may be replaced."""

    def __init__(self, directory):
        super().__init__(directory, {})
        self.lines = []

    def settings(self):
        for line in super().settings():
            yield "interface: " + RESOLVER if line.startswith(
                "interface: ") else line
        yield from ("local-data: '%s'" % line for line in self.lines)

    def create(self):
        super().create()
        with open(self.resolv_conf, "w") as file:
            file.write("nameserver %s\n" % RESOLVER)
        return self

    def replace(self, lines):
        if lines == self.lines:
            return
        self.lines = lines
        self.stop()
        os.unlink(self.log_path)
        self.create().start()


class PolicyHost:
    """Serves texts by the name of a host."""

    def __init__(self, certificate):
        self.texts = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = http.server.ThreadingHTTPServer(
            (POLICY_HOST, 443), self.make_handler())
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True)
        self.thread = threading.Thread(
            target=self.server.serve_forever, daemon=True)

    def make_handler(self):
        texts = self.texts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = texts.get(self.headers["Host"])
                found = text is not None and self.path == PATH
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(text.encode() if found else b"")

            def log_message(self, *_):
                pass

        return Handler

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Plugin(Process):
    """Gets policies for Postfix; it asks anew each time."""

    def __init__(self, directory, resolv_conf, ca_file):
        super().__init__(directory + "/plugin.log")
        self.config = directory + "/plugin.yml"
        self.resolv_conf = resolv_conf
        self.ca_file = ca_file
        self.port = free_port()

    def create(self):
        with open(self.config, "w") as file:
            file.write(
                "host: 127.0.0.1\nport: %d\ncache_grace: -1\n"
                "cache: {type: internal}\n"
                "zones:\n  judging: {strict_testing: true}\n"
                "  sending: {strict_testing: false}\n" % self.port)
        return self

    def start(self):
        self.spawn([PLUGIN, "-c", self.config],
                   env={**os.environ, "SSL_CERT_FILE": self.ca_file},
                   wrapper=with_resolver(self.resolv_conf))
        wait_for("plug-in", self.is_up)
        return self

    def is_up(self):
        self.check_running()
        return "Server started" in self.read_log()


def with_resolver(resolv_conf):
    """What follows alone sees another /etc/resolv.conf."""
    return ["unshare", "--mount", "--", "sh", "-c",
            'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolv_conf]


class Receiver(LaboratoryPostfix):
    """Takes mail for everybody, and forgets it."""

    def settings(self):
        return {**super().settings(), "default_transport": "discard:"}


class Sender(PrivatePostfix):
    """Mail to the user "judging" goes out as if policies were enforced."""

    def __init__(self, directory, resolv_conf, ca_file, plugin, port,
                 domains):
        super().__init__(directory, [])
        self.domains = domains
        self.resolv_conf = resolv_conf
        self.ca_file = ca_file
        self.plugin = plugin
        self.receiving_port = port
        self.sent = 0

    def settings(self):
        routes = self.config + "/routes"
        return {
            **super().settings(),
            "myhostname": "sender.example",
            "mydomain": "sender.example",
            "myorigin": "sender.example",
            "virtual_mailbox_domains": "",
            "transport_maps": "texthash:" + routes,
            "smtp_dns_support_level": "enabled",
            "smtp_host_lookup": "dns",
            # The order that the DNS has, from one day to the other.
            "smtp_randomize_addresses": "no",
            "smtp_tls_CAfile": self.ca_file,
            "smtp_tls_security_level": "may",
            "smtp_tls_loglevel": "1",
            "smtp_connection_cache_on_demand": "no",
            # One that failed says nothing about the next one.
            "default_destination_concurrency_failed_cohort_limit": "0",
        }

    def write_config(self):
        super().write_config()
        with open(self.config + "/routes", "w") as file:
            file.writelines("%s@%s %s:%s:%d\n" % (
                way, domain, way, domain, self.receiving_port)
                for way in WAYS for domain in self.domains)
        with open(self.config + "/master.cf", "a") as file:
            file.writelines(
                "%s unix - - n - - smtp\n"
                "  -o syslog_name=postfix/%s\n"
                "  -o smtp_tls_policy_maps=socketmap:inet:127.0.0.1:%d:%s\n"
                % (way, way, self.plugin.port, way) for way in WAYS)

    def start(self):
        self.spawn(["/usr/lib/postfix/sbin/master", "-c", self.config, "-s",
                    "-e", str(self.lifetime)],
                   wrapper=with_resolver(self.resolv_conf))
        wait_for("start of the sender", lambda: "daemon started" in
                 self.read_mail_log())
        return self

    def deliver(self, letters):
        """Sends a mail for each pair of a way and a domain, and returns what
        the log says of them: by pair, whether it was delivered, and the lines
        of its way."""
        start = len(self.read_mail_log())
        marks = {}
        for way, domain in letters:
            self.sent += 1
            marks[way, domain] = "%s+%d@%s" % (way, self.sent, domain)
            done = self.sendmail(
                b"Subject: hello\n\nHello.\n", "a@sender.example",
                marks[way, domain])
            assert done.returncode == 0, done.stderr
        ends = {letter: re.compile(
            r"to=<%s>,.* status=(\w+) " % re.escape(mark))
            for letter, mark in marks.items()}

        def find_ends():
            log = self.read_mail_log()[start:]
            found = {letter: end.search(log) for letter, end in ends.items()}
            return all(found.values()) and (log, found)

        log, found = wait_for("deliveries", find_ends)
        return {letter: (match[1] == "sent", [
            line for line in log.splitlines() if letter[0] + "/" in line])
            for letter, match in found.items()}


def count_sessions(lines, hosts):
    """By host and result type, None for those that went well."""
    counts = {}
    for host in hosts:
        for pattern, result_type in SESSIONS:
            pattern = pattern.format(re.escape(host))
            if any(re.search(pattern, line) for line in lines):
                counts[host, result_type] = 1
                break
    return counts


class World:
    """`hosts` are the names of all mail servers, each of which may have any of
    the set-ups."""

    def __init__(self, directory, domains, hosts):
        self.directory = make_directory(directory)
        self.domains = domains
        self.port = free_port()
        self.ca_file = directory + "/ca.pem"
        self.authorities = Authorities()
        self.authorities.write_trusted(self.ca_file)
        self.names = Names(directory + "/dns")
        self.policies = PolicyHost(self.issue(
            "policy", {}, ["mta-sts." + domain for domain in domains]))
        names = {"second": [host for host in hosts
                            if host.startswith("mx2.")]}
        self.receiver = Receiver(directory + "/receiver", [
            {"certificates": [self.issue(
                name, description, names.get(name, hosts))],
             "listen": [ADDRESSES[name]], "port": self.port,
             "settings": NO_TLS if name == "bare" else {}}
            for name, description in SET_UPS.items() if name != "absent"])
        self.plugin = Plugin(
            directory, self.names.resolv_conf, self.ca_file)
        self.sender = Sender(directory + "/sender", self.names.resolv_conf,
                             self.ca_file, self.plugin, self.port, domains)
        self.started = []

    def issue(self, name, description, names):
        path = "%s/%s.pem" % (self.directory, name)
        with open(path, "wb") as file:
            file.write(self.authorities.issue(description, names).pem())
        return path

    def start(self):
        for one in (self.names, self.receiver, self.plugin, self.sender):
            one.create()
        for one in (self.names, self.policies, self.receiver, self.plugin,
                    self.sender):
            self.started.append(one.start())
        return self

    def stop(self):
        for one in reversed(self.started):
            one.stop()

    def publish(self, published):
        """By domain: hosts in the order of their use with their set-ups, the
        mode of the policy, and the hosts in it."""
        lines = []
        for domain, (servers, mode, covered) in published.items():
            for at, (host, set_up) in enumerate(servers):
                lines.append("%s. 0 IN MX %d %s." % (domain, at, host))
                lines.append("%s. 0 IN A %s" % (host, ADDRESSES[set_up]))
            policy = "".join(line + "\n" for line in (
                "version: STSv1", "mode: " + mode,
                *("mx: " + host for host in covered), "max_age: 86400"))
            self.policies.texts["mta-sts." + domain] = policy
            lines.append("mta-sts.%s. 0 IN A %s" % (domain, POLICY_HOST))
            lines.append('_mta-sts.%s. 0 IN TXT "v=STSv1; id=%08x"' % (
                domain, hash(policy) & 0xffffffff))
        self.names.replace(lines)
