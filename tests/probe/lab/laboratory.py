# SPDX-License-Identifier: BSD-2-Clause
"""The whole: DNS, authorities, mail and policy servers for all cases."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../integration"))

from authority import Authorities  # noqa: E402
from case import load_cases  # noqa: E402
from mailinstance import LaboratoryPostfix  # noqa: E402
from nameserver import NameServer  # noqa: E402
from process import Process, make_directory, wait_for  # noqa: E402
from smtpserver import free_port  # noqa: E402
from zones import Tree  # noqa: E402

ADDRESS = "127.0.0.1"


class Servers(Process):
    """All but Postfix, in one process."""

    def __init__(self, directory, plan):
        super().__init__(directory + "/servers.log")
        self.path = directory + "/plan.json"
        self.plan = plan

    def create(self):
        with open(self.path, "w") as file:
            json.dump(self.plan, file)
        return self

    def start(self):
        self.spawn([sys.executable, "-B", HERE + "/servers.py", self.path])
        wait_for("start of the servers", lambda: self.is_ready())
        return self

    def is_ready(self):
        self.check_running()
        return "ready" in self.read_log()


class Laboratory:
    """`directory` must be new. Stops what it started, which ends with this
    process unless it is to linger."""

    def __init__(self, directory, cases=None, linger=False):
        self.directory = directory
        self.linger = linger
        self.cases = load_cases() if cases is None else cases
        self.dns_port = free_port()
        self.ports = {"smtp": free_port(), "https": free_port()}
        self.anchor = directory + "/anchor"
        self.bind_anchor = directory + "/bind.keys"
        self.ca_file = directory + "/ca.pem"
        self.processes = []

    @property
    def resolver(self):
        return "%s@%d" % (ADDRESS, self.dns_port)

    def create(self):
        make_directory(self.directory)
        certificates = make_directory(self.directory + "/certificates")
        authorities = Authorities()
        authorities.write_trusted(self.ca_file)
        for case in self.cases:
            case.issue(authorities, certificates)
        tree = Tree(self.directory + "/zones", ADDRESS, [
            zone for case in self.cases
            for zone in case.zones(self.ports["smtp"])]).create()
        tree.write_anchor(self.anchor)
        tree.write_bind_anchor(self.bind_anchor)
        plan = [server for case in self.cases
                for server in case.plan(self.ports)]
        real = [one for one in plan if one["behaviour"] == "postfix"]
        self.processes = [
            NameServer(self.directory, ADDRESS, self.dns_port, tree),
            Servers(self.directory, [one for one in plan if one not in real])]
        if real and os.getuid() == 0:
            self.processes.append(LaboratoryPostfix(
                self.directory + "/postfix", real))
        for process in self.processes:
            process.linger = self.linger
            process.create()
        return self

    def start(self):
        for process in self.processes:
            process.start()
        return self

    def stop(self):
        for process in self.processes:
            process.stop()

    def options(self, resolver=None):
        """What `tlsreport check-domain` and others like it are told."""
        return ["--resolver", resolver or self.resolver, "--trust-anchor", self.anchor,
                "--ca-file", self.ca_file,
                "--smtp-port", str(self.ports["smtp"]),
                "--https-port", str(self.ports["https"])]
