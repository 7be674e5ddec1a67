# SPDX-License-Identifier: BSD-2-Clause
"""Reports on their way from SMTP to the database, with private servers.

Usage: demo.py BUILD_DIRECTORY [--keep]
"""

import datetime
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "probe/lab"))

import case  # noqa: E402
import daemon  # noqa: E402
import laboratory  # noqa: E402
import postfix  # noqa: E402
import postgres  # noqa: E402
import process  # noqa: E402
import reportmail  # noqa: E402
import smtpserver  # noqa: E402

ADMIN = "postmaster@" + smtpserver.DOMAIN
# What a person sees of the header of a mail.
SHOWN_FIELDS = r"^(?:Date|From|To|Subject): .*(?:\n[ \t].*)*"
STOP_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
SAMPLES = HERE.parent / "samples"
KIOSK = HERE.parent / "probe/demo"
# Sample, style of its mail, age in days.
MAILS = (
    ("google", "google", 3),
    ("microsoft", "microsoft", 2),
    ("postfix", "postfix", 2),
    ("certificate-expired", "google", 1),
)


def say(title):
    print("\n\033[1m%s\033[0m" % title if sys.stdout.isatty()
          else "\n== " + title, flush=True)


def read_sample(name, age):
    day = datetime.datetime.now(
        datetime.timezone.utc).date() - datetime.timedelta(days=age)
    text = (SAMPLES / (name + ".json")).read_text()
    return text.replace("@DAY@", day.isoformat())


class Demo:
    def __init__(self, build, keep):
        self.build = build
        self.keep = keep
        self.directory = process.make_workspace()
        self.running = []

    def start(self, server):
        self.running.insert(0, server)
        return server.create().start()

    def start_servers(self):
        say("Starting PostgreSQL, tlsrpt-milter and Postfix in "
            + self.directory)
        self.postgres = self.start(postgres.PrivatePostgres(
            self.directory + "/db", linger=self.keep))
        self.database = daemon.create_database(
            self.postgres, self.build + "/cli/tlsreport")
        self.milter = self.start(daemon.Milter(
            self.directory + "/milter", self.build + "/milter/tlsrpt-milter",
            self.postgres.conninfo(self.database, daemon.WRITER),
            linger=self.keep, alert_mail=[ADMIN], alert_mail_from=ADMIN))
        self.start_mail_server()
        print("Postfix listens on 127.0.0.1 port %d." % self.postfix.port)

    def start_mail_server(self):
        """It is mx2 of the domain, with a certificate that has expired; the
        DNS and all else of the domain are served beside it."""
        server = postfix.PrivatePostfix(
            self.directory + "/postfix", [self.milter.socket],
            local_milter=self.milter.socket, mailboxes=[ADMIN],
            linger=self.keep)
        domain = case.Case(str(KIOSK), 0)
        domain.addresses["mx2"] = "127.0.0.1"
        self.world = laboratory.Laboratory(
            self.directory + "/world", [domain], self.keep)
        self.world.ports["smtp"] = server.port
        self.start(self.world)
        server.chain_file = domain.files["mx2"]
        self.postfix = self.start(server)

    def deliver(self):
        say("Four reports arrive by SMTP for " + daemon.RUA)
        for name, style, age in MAILS:
            mail = reportmail.make_mail_of_text(
                style, read_sample(name, age), daemon.RUA)
            path = pathlib.Path(self.directory, name + ".eml")
            path.write_bytes(mail)
            code, text = self.postfix.send(
                mail, daemon.RUA,
                sender="reports@" + reportmail.STYLES[style][2])
            print("%-24s %d %s" % (path.name, code, text))
        process.wait_for(
            "delivery", lambda: len(self.postfix.mail_paths("*")) == 4)

    def ctl(self, *arguments, shown):
        say("tlsreport " + shown)
        done = subprocess.run(
            [self.build + "/cli/tlsreport", *arguments], check=False, timeout=60,
            env={**os.environ, "MAIL_CONFIG": self.postfix.config})
        if done.returncode not in (0, 1):
            raise RuntimeError("tlsreport failed")

    def deliver_alert(self):
        """Nobody signs the reports of the demo, which the rule must allow."""
        owner = self.postgres.conninfo(self.database)
        words = "rule set certificate-expired --unauthenticated yes"
        self.ctl(*words.split(), "--database", owner, shown=words)
        process.wait_for("alert", lambda: self.postgres.psql(
            "SELECT count(*) FROM tlsrpt.alert", self.database) != "0")
        self.ctl("alert", "deliver", "--once", "-c", self.milter.config,
                 shown="alert deliver --once")
        mail, = process.wait_for("mail", lambda: self.postfix.read_mails(
            ADMIN.split("@")[0]))
        say("The mail to " + ADMIN)
        head, body = mail.decode().split("\n\n", 1)
        print("\n".join(re.findall(SHOWN_FIELDS, head, re.MULTILINE)))
        print("\n" + body)

    def show(self):
        say("What Postfix logged of their delivery")
        print("\n".join(re.findall(
            r"^.*: to=<.*$", self.postfix.read_mail_log(), re.MULTILINE)))
        say("What tlsrpt-milter logged")
        print("\n".join(self.milter.log_lines()))
        reader = self.postgres.conninfo(self.database, daemon.READER)
        for table in ("summary", "failures"):
            self.ctl(table, "--database", reader, shown=table)
        self.ctl("show", self.directory + "/certificate-expired.eml",
                 shown="show certificate-expired.eml")

    def check_domain(self):
        reader = self.postgres.conninfo(self.database, daemon.READER)
        self.ctl("check-domain", smtpserver.DOMAIN, "-c", self.milter.config,
                 "-d", reader, *self.world.options(),
                 shown="check-domain %s (in a DNS of its own)"
                 % smtpserver.DOMAIN)

    def write_page(self):
        reader = self.postgres.conninfo(self.database, daemon.READER)
        page = self.build + "/demo-dashboard.html"
        self.ctl("dashboard", "--output", page, "--database", reader,
                 shown="dashboard --output " + page)
        print("Open it in a browser; it needs no server.")

    def explain(self):
        say("Everything is still running")
        reader = self.postgres.conninfo(self.database, daemon.READER)
        print("Look at it, as root:")
        print("    psql '%s'" % reader)
        print("    %s/cli/tlsreport summary -d '%s'" % (self.build, reader))
        print("    %s/cli/tlsreport check-domain %s -d '%s' \\\n        %s" % (
            self.build, smtpserver.DOMAIN, reader,
            " ".join(self.world.options())))
        print("Send reports to %s at 127.0.0.1 port %d." % (
            daemon.RUA, self.postfix.port))
        print("To stop and remove it all, as root:")
        print("    kill %s; kill -INT %d; sleep 2; rm -r %s" % (
            " ".join(str(one.pid) for one in (
                self.postfix, self.milter, *self.world.processes)),
            self.postgres.pid, self.directory))

    def clean_up(self):
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for server in self.running:
            server.stop()
        shutil.rmtree(self.directory)


def main():
    build, *options = sys.argv[1:]
    demo = Demo(os.path.abspath(build), "--keep" in options)
    finished = False
    try:
        demo.start_servers()
        demo.deliver()
        demo.show()
        demo.deliver_alert()
        demo.write_page()
        demo.check_domain()
        finished = True
    finally:
        if finished and demo.keep:
            demo.explain()
        else:
            demo.clean_up()
    if not demo.keep:
        say("Stopped and removed; --keep leaves it running")


if __name__ == "__main__":
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, lambda number, _: sys.exit(128 + number))
    main()
