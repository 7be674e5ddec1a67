# SPDX-License-Identifier: BSD-2-Clause
"""prometheus-sql-exporter with the configuration of this package."""

import socket
import urllib.request

from process import Process, wait_for


def find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SqlExporter(Process):
    """Takes from the environment where the database is, as on Debian."""

    def __init__(self, directory, program, config, cluster, user):
        super().__init__(directory + "/sql-exporter.log")
        self.program = program
        self.config = config
        self.address = "127.0.0.1:%d" % find_port()
        self.environment = {
            "PGHOST": cluster.directory, "PGUSER": user,
            "PGSSLMODE": "disable", "LOGLEVEL": "warn"}

    def start(self):
        self.spawn([self.program, "-config.file", self.config,
                    "-web.listen-address", self.address],
                   env=self.environment)
        return self

    def read(self):
        self.check_running()
        try:
            with urllib.request.urlopen(
                    "http://%s/metrics" % self.address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def wait_for_text(self, is_right):
        """The text of /metrics, once is_right(text)."""
        def look():
            text = self.read()
            return is_right(text) and text

        return wait_for("metrics of all queries", look, interval=0.1)
