# SPDX-License-Identifier: BSD-2-Clause
"""tlsrpt-milter itself, and what tlsreport needs to get it going."""

import os
import re
import shutil
import signal
import subprocess

from process import Process, make_directory, wait_for
from smtpserver import DOMAIN

RUA = "tls-rpt@" + DOMAIN
WRITER = "tlsrpt_milter"
READER = "tlsrpt_dashboard"


def quote_option(value):
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return "{%s}" % ", ".join(quote_option(item) for item in value)


def write_config(path, options):
    """Nothing is looked at from outside unless a test wants it."""
    with open(path, "w") as file:
        for name, value in {"alert_probe": "no", "watch_interval": 0,
                            **options}.items():
            file.write("%s = %s\n" % (name, quote_option(value)))
    os.chmod(path, 0o644)
    return path


def create_database(postgres, ctl, name="tlsrpt"):
    """A database with the schema, its writer and its reader, in which the
    reports of all who sign open alerts."""
    postgres.psql("CREATE DATABASE %s" % name)
    for words in (["db", "init"], ["db", "grant", "writer", WRITER],
                  ["db", "grant", "reader", READER], ["signer", "trust", "*"]):
        done = subprocess.run(
            [ctl, "--database", postgres.conninfo(name), *words],
            check=False, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError("tlsreport %s: %s%s" % (
                " ".join(words), done.stdout, done.stderr))
    return name


def sum_up(run):
    """What fold() does beside, for roll-ups that a test has filled itself."""
    for name in ("0019-sums.sql", "0021-weeks.sql", "0022-rollout.sql"):
        with open(os.path.abspath("../../sql/schema/" + name)) as file:
            text = file.read()
        begin, end = text.index("INSERT INTO"), text.index("ANALYZE")
        tables = re.findall(r"^CREATE TABLE (\w+)", text, re.M)
        run("SET search_path = tlsrpt; TRUNCATE %s; %s RESET search_path" % (
            ", ".join(tables), text[begin:end]))


class Milter(Process):
    """The daemon under an unprivileged user, in a directory that Postfix
    reaches by its group."""

    def __init__(self, directory, program, database, linger=False,
                 resolv_conf=None, wrapper=(), **options):
        super().__init__(directory + "/milter.log", linger)
        self.directory = directory
        self.program = program
        self.resolv_conf = resolv_conf
        self.wrapper = wrapper
        self.socket = directory + "/m.sock"
        self.config = directory + "/tlsrpt-milter.conf"
        self.options = {
            "socket": "unix:" + self.socket,
            "socket_group": "postfix",
            "database": database,
            "report_addresses": [RUA],
            "spool_directory": directory + "/spool",
            "maintenance_interval": 1,
            **options,
        }

    def create(self):
        make_directory(self.directory, "nobody", "postfix", 0o750)
        make_directory(self.directory + "/spool", "nobody", "nogroup", 0o700)
        # The tree may be out of reach for the daemon's user.
        copy = self.directory + "/tlsrpt-milter"
        shutil.copy2(self.program, copy)
        os.chmod(copy, 0o755)
        self.program = copy
        self.write_config()
        return self

    def write_config(self, **options):
        self.options.update(options)
        write_config(self.config, self.options)

    def start(self):
        """Returns when the MTA, too, may connect to the socket."""
        starts = len(self.log_lines("listens on"))
        self.spawn([self.program, "-c", self.config], "nobody", ["postfix"],
                   wrapper=[*self.with_resolver(), *self.wrapper])
        wait_for("start of the milter", lambda: self.has_started(starts))
        return self

    def reload(self):
        """Returns when the daemon has read its file again."""
        reloads = len(self.log_lines("is in effect"))
        self.send_signal(signal.SIGUSR1)
        wait_for("reload", lambda: len(
            self.log_lines("is in effect")) > reloads)

    def with_resolver(self):
        """The daemon alone sees another /etc/resolv.conf."""
        if self.resolv_conf is None:
            return []
        return ["unshare", "--mount", "--", "sh", "-c",
                'mount --bind "$0" /etc/resolv.conf && exec "$@"',
                self.resolv_conf]

    def has_started(self, starts):
        self.check_running()
        return len(self.log_lines("listens on")) > starts

    def memory(self, field):
        """VmRSS, resident now, or VmHWM, the most it ever was, in bytes."""
        with open("/proc/%d/status" % self.child.pid) as file:
            return 1024 * int(re.search(
                r"^%s:\s+(\d+) kB" % field, file.read(), re.M)[1])

    def log_lines(self, pattern=""):
        return [line for line in self.read_log().splitlines()
                if re.search(pattern, line)]
