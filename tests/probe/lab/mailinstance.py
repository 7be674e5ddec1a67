# SPDX-License-Identifier: BSD-2-Clause
"""Postfix as one of the mail servers."""

import os
import socket
import time

from postfix import MASTER_CF, PrivatePostfix
from process import wait_for


class LaboratoryPostfix(PrivatePostfix):
    """An smtpd for each server of the plan, with its settings."""

    def __init__(self, directory, servers):
        super().__init__(directory, [])
        self.servers = servers

    def service(self, server):
        key, = server["certificates"]
        settings = {"smtpd_tls_chain_files": key,
                    "smtpd_tls_security_level": "may",
                    **server.get("settings", {})}
        for address in server["listen"]:
            yield "%s:%d inet n - n - - smtpd\n" % (address, server["port"])
            for item in settings.items():
                yield "  -o %s=%s\n" % item

    def write_config(self):
        services = "".join(
            line for server in self.servers for line in self.service(server))
        settings = {**self.settings(), "tlsproxy_tls_session_cache_timeout":
                    "3600s"}
        files = {
            "main.cf": "".join("%s = %s\n" % one for one in settings.items()),
            "master.cf": services + MASTER_CF.lstrip(),
        }
        past = time.time() - 60
        for name, text in files.items():
            path = os.path.join(self.config, name)
            with open(path, "w") as file:
                file.write(text)
            os.utime(path, (past, past))

    def wait_for_banners(self):
        for server in self.servers:
            wait_for("banner", lambda: self.greets(server))

    def greets(self, server):
        self.check_running()
        try:
            with socket.create_connection(
                    (server["listen"][0], server["port"]), 10) as probe:
                return probe.recv(3) == b"220"
        except OSError:
            return False
