# SPDX-License-Identifier: BSD-2-Clause
"""A private PgBouncer."""

import os
import re
import signal
import subprocess

from process import Process, make_directory, wait_for

PROGRAM = "/usr/sbin/pgbouncer"


def get_stop_signal():
    """The one that stops it at once, whoever is connected: since 1.23 it waits
    at SIGTERM."""
    text = subprocess.run([PROGRAM, "--version"], check=True,
                          capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.(\d+)", text).groups()
    newer = tuple(map(int, version)) >= (1, 23)
    return signal.SIGQUIT if newer else signal.SIGTERM


class PrivatePgbouncer(Process):
    """Gives few connections of a PostgreSQL to many clients, one transaction
    at a time. What is not set here is as Debian's default."""

    def __init__(self, directory, postgres, users, **settings):
        super().__init__(directory + "/pgbouncer.log")
        self.stop_signal = get_stop_signal()
        self.directory = directory
        self.postgres = postgres
        self.users = users
        self.user = "nobody" if os.getuid() == 0 else None
        self.settings = {
            "listen_port": "6432",
            "unix_socket_dir": directory,
            "auth_type": "trust",
            "auth_file": directory + "/users",
            "pool_mode": "transaction",
            "server_login_retry": "1",
            **settings,
        }

    def create(self):
        make_directory(
            self.directory, self.user, self.user and "nogroup", 0o700)
        lines = ["[databases]", "* = host=" + self.postgres.directory,
                 "[pgbouncer]", *map(" = ".join, self.settings.items())]
        self.write_file("pgbouncer.ini", lines)
        self.write_file("users", ['"%s" ""' % user for user in self.users])
        return self

    def write_file(self, name, lines):
        with open(os.path.join(self.directory, name), "w") as file:
            file.write("\n".join(lines) + "\n")

    def start(self):
        self.spawn([PROGRAM, self.directory + "/pgbouncer.ini"], self.user)
        wait_for("answer of PgBouncer", self.answers)
        return self

    def answers(self):
        self.check_running()
        return subprocess.run(
            [self.postgres.find_program("pg_isready"), "-q",
             "-h", self.directory, "-p", self.settings["listen_port"]],
            check=False).returncode == 0

    def conninfo(self, database, user):
        return "host=%s port=%s dbname=%s user=%s" % (
            self.directory, self.settings["listen_port"], database, user)
