# SPDX-License-Identifier: BSD-2-Clause
"""Private PostgreSQL, Postfix and tlsrpt-milter in a directory of their own.

Everything is started as a child process and stopped by its process id. Unless
told to linger, the children also end when the process that started them does.
"""

import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

POSTFIX_DAEMONS = "/usr/lib/postfix/sbin"
DOMAIN = "kiosk.test"
RUA = "tls-rpt@" + DOMAIN
CATCH_ALL = "everyone"


def wait_for(what, predicate, timeout=20.0, interval=0.01):
    """Returns the first true result of predicate()."""
    deadline = time.monotonic() + timeout
    while True:
        result = predicate()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError("no %s within %g s" % (what, timeout))
        time.sleep(interval)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def can_connect(path):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


def make_directory(path, user=None, group=None, mode=0o755):
    os.makedirs(path, exist_ok=True)
    if user is not None:
        shutil.chown(path, user, group)
    os.chmod(path, mode)
    return path


def make_workspace():
    """A directory that every user may pass through, with a name short enough
    for the sockets in it; TMPDIR is often neither."""
    path = tempfile.mkdtemp(prefix="tlsrpt-", dir="/tmp")
    os.chmod(path, 0o711)
    return path


class Process:
    """One child process whose output goes to a file."""

    stop_signal = signal.SIGTERM

    def __init__(self, log_path, linger=False):
        self.log_path = log_path
        self.linger = linger
        self.child = None

    def spawn(self, command, user=None, groups=(), env=None):
        prefix = [] if self.linger else [
            "--pdeathsig", self.stop_signal.name[3:]]
        if user is not None:
            prefix += ["--reuid", user, "--regid", "nogroup"]
            prefix += ["--groups", ",".join(("nogroup", *groups))]
        if prefix:
            command = ["setpriv", *prefix, "--", *command]
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, start_new_session=True)

    @property
    def pid(self):
        return self.child.pid

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def check_running(self):
        if not self.is_running():
            raise RuntimeError("%s ended at once:\n%s" % (
                type(self).__name__, self.read_log()))

    def send(self, number):
        if self.is_running():
            self.child.send_signal(number)

    def wait(self, timeout=30):
        """Returns the exit status; kills what does not end by itself."""
        if self.child is None:
            return 0
        try:
            return self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise

    def stop(self, timeout=30):
        self.send(self.stop_signal)
        return self.wait(timeout)

    def kill(self):
        if self.is_running():
            self.child.kill()
        return self.wait()

    def read_log(self):
        try:
            with open(self.log_path, errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""


class PrivatePostgres(Process):
    """A cluster on a unix socket, trusting whoever reaches its directory."""

    # Rolls back, disconnects everyone and writes a checkpoint.
    stop_signal = signal.SIGINT

    def __init__(self, directory, durable=False, linger=False):
        super().__init__(directory + "/postgres.log", linger)
        self.directory = directory
        self.durable = durable
        self.user = "nobody" if os.getuid() == 0 else None

    @staticmethod
    def find_program(name):
        versions = glob.glob("/usr/lib/postgresql/*/bin/" + name)
        return max(versions, key=lambda path: int(path.split("/")[4]))

    def create(self):
        make_directory(
            self.directory, self.user, self.user and "nogroup", 0o700)
        self.spawn(
            [self.find_program("initdb"), "-D", self.directory + "/data",
             "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"], self.user)
        if self.wait(60):
            raise RuntimeError("initdb failed:\n" + self.read_log())
        return self

    def start(self):
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.directory,
            "max_connections": "200",
        }
        if not self.durable:
            settings["fsync"] = "off"
        options = ["%s=%s" % item for item in settings.items()]
        self.spawn(
            [self.find_program("postgres"), "-D", self.directory + "/data",
             *(word for option in options for word in ("-c", option))],
            self.user)
        wait_for("answer of PostgreSQL", self.answers)
        return self

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


MASTER_CF = """
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
"""

QUEUES = (
    (("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
      "incoming", "private", "saved", "trace"), "root", 0o700),
    (("maildrop",), "postdrop", 0o730),
    (("public",), "postdrop", 0o710),
)


class PrivatePostfix(Process):
    """An instance with one smtpd port for each milter socket given.

    Mail to the addresses in `mailboxes` goes to a maildir by local part, all
    other mail of the domain to the maildir CATCH_ALL.
    """

    def __init__(self, directory, milters, local_milter=None, mailboxes=(),
                 linger=False):
        super().__init__(directory + "/master.log", linger)
        self.directory = directory
        self.milters = milters
        self.local_milter = local_milter
        self.mailboxes = mailboxes
        self.ports = [free_port() for _ in milters]
        self.config = directory + "/etc"
        self.spool = directory + "/spool"

    @property
    def port(self):
        return self.ports[0]

    def settings(self):
        boxes = ["{ %s = %s/ }" % (box, box.split("@")[0])
                 for box in self.mailboxes]
        boxes.append("{ @%s = %s/ }" % (DOMAIN, CATCH_ALL))
        return {
            "compatibility_level": "3.6",
            "queue_directory": self.spool,
            "data_directory": self.directory + "/data",
            "command_directory": "/usr/sbin",
            "daemon_directory": POSTFIX_DAEMONS,
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": self.directory + "/mail.log",
            "maillog_file_prefixes": "/tmp",
            "syslog_name": "postfix",
            "myhostname": "mx." + DOMAIN,
            "mydomain": DOMAIN,
            "myorigin": DOMAIN,
            "mydestination": "",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "mynetworks": "127.0.0.0/8",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "default_transport": "error:no mail leaves this instance",
            "relay_transport": "error:no mail leaves this instance",
            "virtual_mailbox_domains": DOMAIN,
            "virtual_mailbox_base": self.directory + "/mail",
            "virtual_mailbox_maps": "inline:{ %s }" % " ".join(boxes),
            "virtual_minimum_uid": "1",
            "virtual_uid_maps": "static:65534",
            "virtual_gid_maps": "static:65534",
            "virtual_mailbox_limit": "0",
            "message_size_limit": "52428800",
            "recipient_delimiter": "+",
            "smtpd_recipient_restrictions":
                "permit_mynetworks, reject_unauth_destination",
            "smtp_dns_support_level": "disabled",
            "smtpd_peername_lookup": "no",
            "smtpd_client_connection_count_limit": "0",
            "non_smtpd_milters":
                "unix:" + self.local_milter if self.local_milter else "",
        }

    def write_config(self):
        services = "".join(
            "127.0.0.1:%d inet n - n - - smtpd\n"
            "  -o smtpd_milters=unix:%s\n" % pair
            for pair in zip(self.ports, self.milters))
        files = {
            "main.cf": "".join(
                "%s = %s\n" % item for item in self.settings().items()),
            "master.cf": services + MASTER_CF.lstrip(),
        }
        # Postfix reads a file changed within the last seconds again and
        # again until it has cooled, which costs a second at start.
        past = time.time() - 60
        for name, text in files.items():
            path = os.path.join(self.config, name)
            with open(path, "w") as file:
                file.write(text)
            os.utime(path, (past, past))

    def create(self):
        make_directory(self.directory)
        make_directory(self.config)
        make_directory(self.spool)
        make_directory(self.directory + "/data", "postfix", "postfix")
        make_directory(self.directory + "/mail", "nobody", "nogroup")
        make_directory(self.spool + "/pid")
        for names, group, mode in QUEUES:
            for name in names:
                make_directory(
                    os.path.join(self.spool, name), "postfix", group, mode)
        self.write_config()
        return self

    def start(self):
        # -e: a run that was killed leaves no server behind for good.
        limit = [] if self.linger else ["-e", "1800"]
        self.spawn(
            [POSTFIX_DAEMONS + "/master", "-c", self.config, "-s", *limit])
        for port in self.ports:
            wait_for("banner of Postfix", lambda: self.has_banner(port))
        return self

    def has_banner(self, port):
        self.check_running()
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as probe:
                return probe.recv(4).startswith(b"220")
        except OSError:
            return False

    def read_mail_log(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.directory + "/mail.log", errors="replace") as log:
                return log.read()
        return ""

    def mail_paths(self, mailbox):
        return sorted(glob.glob(
            "%s/mail/%s/new/*" % (self.directory, mailbox)))

    def read_mails(self, mailbox):
        mails = []
        for path in self.mail_paths(mailbox):
            with open(path, "rb") as file:
                mails.append(file.read())
        return mails

    def clear_mails(self):
        for path in self.mail_paths("*"):
            os.unlink(path)

    def sendmail(self, message, sender, *recipients):
        """Submits as a local program does."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-f", sender, *recipients], input=message,
            env={**os.environ, "MAIL_CONFIG": self.config},
            capture_output=True, check=False, timeout=30)


def quote_option(value):
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return "{%s}" % ", ".join(quote_option(item) for item in value)


class Milter(Process):
    """The daemon under an unprivileged user, in a directory that Postfix
    reaches by its group."""

    def __init__(self, directory, program, database, linger=False, **options):
        super().__init__(directory + "/milter.log", linger)
        self.directory = directory
        self.program = program
        self.socket = directory + "/m.sock"
        self.config = directory + "/tlsrpt-milter.conf"
        self.options = {
            "socket": "unix:" + self.socket,
            "socket_group": "postfix",
            "database": database,
            "report_addresses": [RUA],
            "maintenance_interval": 1,
            **options,
        }

    def create(self):
        make_directory(self.directory, "nobody", "postfix", 0o750)
        # The tree may be out of reach for the daemon's user.
        copy = self.directory + "/tlsrpt-milter"
        shutil.copy2(self.program, copy)
        os.chmod(copy, 0o755)
        self.program = copy
        self.write_config()
        return self

    def write_config(self, **options):
        self.options.update(options)
        with open(self.config, "w") as file:
            for name, value in self.options.items():
                file.write("%s = %s\n" % (name, quote_option(value)))
        os.chmod(self.config, 0o644)

    def start(self):
        self.spawn([self.program, "-c", self.config], "nobody", ["postfix"],
                   self.environment())
        wait_for("socket of the milter", self.answers)
        return self

    def environment(self):
        """The daemon writes to stderr where that is the journal."""
        with open(self.log_path, "ab") as log:
            status = os.fstat(log.fileno())
        return {**os.environ,
                "JOURNAL_STREAM": "%d:%d" % (status.st_dev, status.st_ino)}

    def answers(self):
        self.check_running()
        return can_connect(self.socket)

    def log_lines(self, pattern=""):
        """What it wrote, without the priority that the journal reads."""
        lines = re.sub(r"(?m)^<\d>", "", self.read_log()).splitlines()
        return [line for line in lines if re.search(pattern, line)]
