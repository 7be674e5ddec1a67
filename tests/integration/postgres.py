# SPDX-License-Identifier: BSD-2-Clause
"""A private PostgreSQL."""

import glob
import os
import signal
import subprocess

from process import Process, make_directory, wait_for


class PrivatePostgres(Process):
    """A cluster on a unix socket, trusting whoever reaches its directory."""

    # Rolls back, disconnects everyone and writes a checkpoint.
    stop_signal = signal.SIGINT

    def __init__(self, directory, durable=False, linger=False, programs=None,
                 **settings):
        """The server is that of a directory of programs, or the newest."""
        super().__init__(directory + "/postgres.log", linger)
        self.programs = programs
        self.directory = directory
        self.durable = durable
        self.settings = settings
        self.user = "nobody" if os.getuid() == 0 else None

    @staticmethod
    def find_program(name):
        versions = glob.glob("/usr/lib/postgresql/*/bin/" + name)
        return max(versions, key=lambda path: int(path.split("/")[4]))

    def find_own_program(self, name):
        if self.programs is None:
            return self.find_program(name)
        return os.path.join(self.programs, name)

    def create(self):
        return self.fill_with(
            self.find_own_program("initdb"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8")

    def create_standby(self, primary):
        """A copy of a running server that goes on following it."""
        return self.fill_with(
            self.find_program("pg_basebackup"), "-h", primary.directory, "-U", "postgres",
            "--checkpoint=fast", "--write-recovery-conf")

    def fill_with(self, program, *arguments):
        make_directory(
            self.directory, self.user, self.user and "nogroup", 0o700)
        self.spawn(
            [program, "-D", self.directory + "/data",
             "--no-sync", *arguments], self.user)
        if self.wait(60):
            raise RuntimeError("%s failed:\n%s" % (program, self.read_log()))
        return self

    def start(self):
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.directory,
            "max_connections": "200",
            # As "db grant" has it for each role; the tests are the superuser,
            # for whom one query would compile for two seconds.
            "jit": "off",
            **self.settings,
        }
        if not self.durable:
            settings["fsync"] = "off"
        options = ["%s=%s" % item for item in settings.items()]
        self.spawn(
            [self.find_own_program("postgres"), "-D", self.directory + "/data",
             *(word for option in options for word in ("-c", option))],
            self.user)
        wait_for("answer of PostgreSQL", self.answers)
        return self

    def crash(self):
        """Ends without a checkpoint; the next start recovers from the log."""
        self.send_signal(signal.SIGQUIT)
        self.wait()

    def answers(self):
        self.check_running()
        return subprocess.run(
            [self.find_program("pg_isready"), "-q", "-h", self.directory],
            check=False).returncode == 0

    def conninfo(self, database, user="postgres"):
        return "host=%s dbname=%s user=%s" % (self.directory, database, user)

    def psql(self, statement, database="postgres"):
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement,
             self.conninfo(database)],
            check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()
