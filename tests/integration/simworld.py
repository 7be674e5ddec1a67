# SPDX-License-Identifier: BSD-2-Clause
"""Domains of a laboratory that change as time goes by, which is another time
than that of the machine, and a database and a program that live in it."""

import asyncio
import dataclasses
import glob
import os
import signal
import socket
import ssl
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.abspath(os.path.join(
    os.path.dirname(__file__), "../probe/lab")))

import authority  # noqa: E402
import mailserver  # noqa: E402
import policyserver  # noqa: E402
from nameserver import NameServer  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_directory, wait_for  # noqa: E402
from smtpserver import free_port  # noqa: E402
from zones import Tree, Zone  # noqa: E402

ADDRESS = "127.0.0.1"
HOUR = 3600
DAY = 24 * HOUR
SOA = 6


class Clock:
    """The time of processes that have its environment; it is moved on by
    writing a file. It never goes back."""

    def __init__(self, directory):
        self.path = directory + "/clock"
        self.offset = 0
        library, = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        self.settings = {
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": self.path,
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1"}
        self.env = {**os.environ, **self.settings}
        self.write()

    def words(self):
        """For env(1)."""
        return ["%s=%s" % setting for setting in self.settings.items()]

    def now(self):
        return time.time() + self.offset

    def move_to(self, moment):
        self.offset = max(self.offset, moment - time.time())
        self.write()

    def write(self):
        with open(self.path + ".new", "w") as file:
            file.write("+%.3f\n" % self.offset)
        os.chmod(self.path + ".new", 0o644)
        os.rename(self.path + ".new", self.path)


class Postgres(PrivatePostgres):
    """Lives in the time of a clock."""

    def __init__(self, directory, clock):
        super().__init__(directory)
        self.clock = clock

    def spawn(self, command, user=None, **options):
        """Who sets the user must not have that time yet: what it shares would
        be out of reach."""
        super().spawn(["env", *self.clock.words(), *command], user, **options)


def load_context(issued, path):
    """A server's, with a certificate that is in a file, too."""
    with open(path, "wb") as file:
        file.write(issued.pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class Server:
    """A mail server, or one with a policy. `loaded` is the certificate that
    it presents, `path` a file with the newest, which may not be loaded."""

    def __init__(self, world, name, life, age=0):
        self.world = world
        self.name = name
        self.address = world.take_address()
        self.path = "%s/%s.pem" % (world.directory, name)
        self.life = life
        self.is_away = False
        self.renew(-age)

    def make(self, since=0, names=None, life=None):
        """A certificate for its name that is valid from now, or from then."""
        begin = (self.world.time + since - authority.NOW_SECONDS) / DAY
        return self.world.authorities.issue(
            {"days": (begin, begin + (life or self.life))},
            names or [self.name])

    def write(self, issued):
        self.newest = issued
        self.context_of_newest = load_context(issued, self.path)

    def load(self):
        self.loaded = self.newest
        self.context = self.context_of_newest

    def renew(self, since=0, **how):
        self.write(self.make(since, **how))
        self.load()

    def end(self):
        """When what it presents expires."""
        return self.loaded.certificate.not_valid_after.replace(
            tzinfo=authority.UTC).timestamp()


@dataclasses.dataclass
class Site:
    """A domain. What it publishes follows from what is set here."""

    world: object
    domain: str
    hosts: list = dataclasses.field(default_factory=list)
    web: Server = None
    mode: str = None
    max_age: int = 604800
    covered: list = None
    id: str = None
    reports: bool = True
    tlsa: list = dataclasses.field(default_factory=list)
    serial: int = 1

    def policy(self):
        covered = self.covered or [host.name for host in self.hosts]
        return "".join(line + "\n" for line in (
            "version: STSv1", "mode: " + self.mode,
            *("mx: " + name for name in covered),
            "max_age: %d" % self.max_age))

    def records(self):
        for number, host in enumerate(self.hosts):
            yield "@ MX %d %s." % (10 + number, host.name)
        for host in self.world.hosts_of(self.domain):
            yield "%s. A %s" % (host.name, host.address)
        if self.web:
            yield "mta-sts A " + self.web.address
        if self.id:
            yield '_mta-sts TXT "v=STSv1; id=%s"' % self.id
        if self.reports:
            yield ('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@%s"'
                   % self.domain)
        for host, issued in self.tlsa:
            yield "_25._tcp.%s. TLSA %s" % (host.name, issued.tlsa(3, 1, 1))

    def zone(self):
        return Zone(self.domain + ".", "".join(
            line + "\n" for line in self.records()), serial=self.serial)

    def publish(self):
        """What stands in the DNS is what is set now."""
        self.serial += 1
        self.world.changed.add(self.domain)

    def new_id(self):
        self.id = "%d" % self.world.time


class Servers(threading.Thread):
    """All mail and policy servers, in one loop."""

    def __init__(self, ports):
        super().__init__(daemon=True)
        self.ports = ports
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)

    def run(self):
        self.loop.run_forever()

    def listen(self, coroutine):
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def add_mail(self, server):
        handle = mailserver.make_handler(
            {"behaviour": "fine"}, lambda: server.context)

        async def answer(reader, writer):
            if server.is_away:
                writer.close()
            else:
                await handle(reader, writer)

        self.listen(asyncio.start_server(
            answer, server.address, self.ports["smtp"], backlog=100))

    def add_web(self, server, site):
        async def answer(reader, writer):
            if server.is_away:
                writer.close()
                return
            described = {"behaviour": "fine", "body": site.policy()
                         if site.mode else "", "status": 200 if site.mode
                         else 404}
            await policyserver.make_handler(described)(reader, writer)

        first = load_context(server.newest, server.path)

        def choose(connection, *_):
            connection.context = server.context

        first.sni_callback = choose
        self.listen(asyncio.start_server(
            answer, server.address, self.ports["https"], backlog=100,
            ssl=first))

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(10)


class Names(NameServer):
    def reload(self, zones):
        """Returns when it has these zones."""
        self.send_signal(signal.SIGHUP)
        for zone in zones:
            wait_for("zone " + zone.origin, lambda: self.serves(zone))

    def serves(self, zone):
        """Whether it answers with the serial number of the zone."""
        self.check_running()
        name = b"".join(bytes([len(label)]) + label.encode()
                        for label in zone.origin.split("."))
        question = (struct.pack("!6H", 1, 0, 1, 0, 0, 0) + name
                    + struct.pack("!2H", SOA, 1))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.2)
            asker.connect((self.address, self.port))
            try:
                asker.send(question)
                answer = asker.recv(4096)
            except OSError:
                return False
        return struct.pack("!2I", zone.serial, 3600) in answer


class World:
    """`time` is that of whatever happens now, in seconds."""

    def __init__(self, directory, clock):
        self.directory = make_directory(directory)
        self.clock = clock
        self.time = clock.now()
        self.authorities = authority.Authorities()
        self.ports = {"smtp": free_port(), "https": free_port()}
        self.dns_port = free_port()
        self.sites = {}
        self.servers = []
        self.changed = set()
        self.tree = self.names = self.listeners = None

    def take_address(self):
        number = len(self.servers)
        return "127.%d.%d.%d" % (
            80 + number // 62500, number // 250 % 250, number % 250 + 1)

    def add_site(self, name, *lives, mode="enforce", age=0, **how):
        """With a host for each life of a certificate, in days."""
        site = Site(self, name + ".test", mode=mode, **how)
        self.sites[site.domain] = site
        for life in lives:
            site.hosts.append(self.add_host(site, life, age))
        if mode:
            self.add_web(site)
            site.new_id()
        return site

    def add_host(self, site, life, age=0):
        number = len(self.hosts_of(site.domain)) + 1
        host = Server(self, "mx%d.%s" % (number, site.domain), life, age)
        self.servers.append(host)
        return host

    def add_web(self, site, life=800, age=0):
        site.web = Server(self, "mta-sts." + site.domain, life, age)
        self.servers.append(site.web)

    def hosts_of(self, domain):
        return [one for one in self.servers if one.name.startswith("mx")
                and one.name.partition(".")[2] == domain]

    def start(self):
        self.tree = Tree(self.directory + "/zones", ADDRESS, [
            site.zone() for site in self.sites.values()]).create()
        self.tree.write_anchor(self.directory + "/anchor")
        self.authorities.write_trusted(self.directory + "/ca.pem")
        self.names = Names(
            self.directory, ADDRESS, self.dns_port, self.tree).create().start()
        self.listeners = Servers(self.ports)
        self.listeners.start()
        for server in self.servers:
            self.listen(server)
        return self

    def listen(self, server):
        kind, _, domain = server.name.partition(".")
        if kind == "mta-sts":
            self.listeners.add_web(server, self.sites[domain])
        else:
            self.listeners.add_mail(server)

    def settle(self):
        """What was published is served from now on."""
        zones = [self.sites[domain].zone() for domain in sorted(self.changed)]
        self.changed.clear()
        for zone in zones:
            self.tree.create_zone(zone)
        if zones:
            self.names.reload(zones)

    def options(self):
        """Those of a configuration."""
        return {
            "probe_resolvers": ["%s@%d" % (ADDRESS, self.dns_port)],
            "probe_trust_anchor": self.directory + "/anchor",
            "probe_ca_file": self.directory + "/ca.pem",
            "probe_smtp_port": self.ports["smtp"],
            "probe_https_port": self.ports["https"]}

    def stop(self):
        if self.listeners:
            self.listeners.stop()
        if self.names:
            self.names.stop()
