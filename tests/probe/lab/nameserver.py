# SPDX-License-Identifier: BSD-2-Clause
"""NSD with all zones of the laboratory, and unbound before it for programs
that know no other way to a validated answer."""

import socket

from process import Process, wait_for


class NameServer(Process):
    def __init__(self, directory, address, port, tree):
        super().__init__(directory + "/nsd.log")
        self.directory = directory
        self.address = address
        self.port = port
        self.tree = tree

    def settings(self):
        yield from (
            "server:", "ip-address: %s@%d" % (self.address, self.port),
            'username: ""', 'chroot: ""', 'database: ""',
            "server-count: 1", "hide-version: yes", "verbosity: 1",
            "tcp-count: 100", "minimal-responses: yes",
            'zonesdir: "%s"' % self.tree.directory)
        for name in ("pidfile", "xfrdfile", "zonelistfile"):
            yield '%s: "%s/%s"' % (name, self.directory, name)
        yield from ('xfrdir: "%s"' % self.directory,
                    "remote-control:", "control-enable: no")
        for zone in self.tree.zones:
            path = self.tree.path(zone)
            yield from ("zone:", 'name: "%s"' % zone.origin, 'zonefile: "%s"'
                        % (path if zone.served else path + ".absent"))

    def create(self):
        with open(self.directory + "/nsd.conf", "w") as file:
            file.write("\n".join(self.settings()) + "\n")
        return self

    def start(self):
        self.spawn(["/usr/sbin/nsd", "-d", "-c", self.directory + "/nsd.conf"])
        wait_for("answer of NSD", self.answers)
        return self

    def answers(self):
        """As to the keys of the root."""
        self.check_running()
        question = bytes.fromhex("000100000001000000000000" "0000300001")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.2)
            asker.connect((self.address, self.port))
            try:
                asker.send(question)
                answer = asker.recv(4096)
            except OSError:
                return False
        return answer[3] & 0xF == 0 and answer[7] > 0


class Validator(Process):
    """On port 53 of an address of its own."""

    def __init__(self, directory, address, server, anchor):
        super().__init__(directory + "/unbound.log")
        self.directory = directory
        self.address = address
        self.server = server
        self.anchor = anchor
        self.resolv_conf = directory + "/resolv.conf"

    def create(self):
        with open(self.directory + "/unbound.conf", "w") as file:
            file.write("\n".join([
                "server:", "interface: " + self.address, "port: 53",
                "do-daemonize: no", 'username: ""', 'chroot: ""',
                'pidfile: ""', 'directory: "%s"' % self.directory,
                "use-syslog: no", "num-threads: 1",
                'module-config: "validator iterator"',
                "do-not-query-localhost: no", 'local-zone: "test." nodefault',
                'trust-anchor-file: "%s"' % self.anchor,
                "forward-zone:", 'name: "."',
                "forward-addr: %s@%d" % (
                    self.server.address, self.server.port), ""]))
        with open(self.resolv_conf, "w") as file:
            file.write("nameserver %s\noptions edns0 trust-ad timeout:5 "
                       "attempts:1\n" % self.address)
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
