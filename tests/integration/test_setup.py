# SPDX-License-Identifier: BSD-2-Clause
"""Setting up Postfix as tlsrpt-milter(8) leads through it."""

import os
import re
import subprocess

import pytest

from daemon import RUA
from postfix import PrivatePostfix
from process import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "../../conf")
SOCKET = "tlsrpt-milter/tlsrpt-milter.sock"


class ChrootedPostfix(PrivatePostfix):
    """As on Debian, with the line for main.cf that the manual has."""

    def write_config(self):
        super().write_config()
        path = self.config + "/master.cf"
        with open(path) as file:
            text = file.read()
        text = text.replace("inet n - n - - smtpd", "inet n - y - - smtpd")
        with open(path, "w") as file:
            file.write(re.sub(r"\n  -o smtpd_milters=.*", "", text))
        os.utime(path, (1, 1))

    def settings(self):
        return {**super().settings(), "non_smtpd_milters": "",
                "smtpd_milters": read_example("content_timeout=90s").split(
                    "=", 1)[1].strip().replace("\n", "\n\t")}


def read_example(text):
    """The first literal text of the section that has `text` in it."""
    with open(os.path.join(HERE, "../../man/tlsrpt-milter.8")) as page:
        section = page.read().split(".Sh SETTING UP")[1].split("\n.Sh ")[0]
    examples = re.findall(r"^\.Bd.*?\n(.*?)^\.Ed", section, re.M | re.S)
    return next(example for example in examples
                if text in example).replace("\\e", "\\")


def run_shell(command, *changes, **options):
    """Runs what an administrator does, each change first, of which the command
    has one."""
    for old, new in changes:
        assert command.count(old) == 1, (command, old)
        command = command.replace(old, new)
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True,
        timeout=60, **options)


@pytest.fixture
def postfix(workspace):
    if os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    server = ChrootedPostfix(
        workspace + "/chrooted", [SOCKET], mailboxes=[RUA])
    server.create().start()
    yield server
    server.stop()


@pytest.fixture
def milter(postfix, start_milter):
    run_shell(
        read_example("install -d"), ("-o tlsrpt-milter", "-o nobody"),
        ("/var/spool/postfix", postfix.spool))
    socket = re.search(r'"(.*)"', read_example("socket = "))[1]
    return start_milter(
        socket=socket.replace("/var/spool/postfix", postfix.spool),
        socket_group="")


def test_in_a_chroot(postfix, milter, query, ctl_program):
    environment = {**os.environ, "MAIL_CONFIG": postfix.config}
    shown = run_shell(read_example("postconf -F"), env=environment)
    assert shown.stdout == "127.0.0.1:%d/inet/chroot = y\n" % postfix.port
    run_shell(
        read_example("curl"), ("tls-reports@example.com", RUA),
        ("mx.example.com", "127.0.0.1:%d" % postfix.port),
        ("tlsreport sample", ctl_program + " sample"), cwd=EXAMPLES)
    assert query("SELECT organization_name, policy_domain, successful_sessions"
                 " FROM tlsrpt.v_policy") == [("Sample", "example.invalid", 1)]
    assert wait_for("mail", lambda: postfix.read_mails("tls-rpt"))
    assert milter.log_lines(r': stored .*org="?Sample"? ')
    done = subprocess.run(
        [ctl_program, "check-config", "-c", milter.config], text=True,
        capture_output=True, check=True, env=environment, timeout=60)
    assert "socket: smtpd_milters of Postfix names it" in done.stdout


def test_addresses_by_the_daemon(milter):
    done = run_shell(
        read_example("tlsrpt-milter -t"),
        ("tlsrpt-milter -t", milter.program + " -c " + milter.config + " -t"),
        ("tls-reports@example.com", RUA))
    assert RUA + ": receives reports\n" in done.stdout
