# SPDX-License-Identifier: BSD-2-Clause
"""A private Sendmail, unpacked beside the Postfix that it conflicts with."""

import os
import re
import subprocess

from process import make_directory
from smtpserver import DOMAIN, SmtpServer

HERE = os.path.dirname(os.path.abspath(__file__))
# The filter's line that the project gives to administrators.
FILTER = os.path.join(HERE, "../../conf/sendmail.mc")
FILTER_SOCKET = "/run/tlsrpt-milter/tlsrpt-milter.sock"

CONFIGURATION = """divert(-1)
define(`_CF_DIR_', `{root}/usr/share/sendmail/cf/')
divert(0)
include(_CF_DIR_`m4/cf.m4')
OSTYPE(`linux')
define(`confDOMAIN_NAME', `mx.{domain}')
undefine(`ALIAS_FILE')
define(`STATUS_FILE', `{directory}/statistics')
define(`QUEUE_DIR', `{directory}/queue')
define(`confPID_FILE', `{directory}/pid')
define(`confSERVICE_SWITCH_FILE', `{directory}/service.switch')
define(`confCW_FILE', `{directory}/local-host-names')
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,TrustStickyBit')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confTO_IDENT', `0')
define(`confFORWARD_PATH', `')
define(`confREFUSE_LA', `9999')
define(`confQUEUE_LA', `9999')
define(`confCONNECTION_RATE_THROTTLE', `0')
define(`confMAX_DAEMON_CHILDREN', `0')
define(`confDEF_USER_ID', `nobody:nogroup')
define(`LOCAL_MAILER_PATH', `{directory}/deliver')
define(`LOCAL_MAILER_ARGS', `deliver $u')
define(`LOCAL_MAILER_FLAGS', `Pn9')
FEATURE(`no_default_msa')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
FEATURE(`accept_unqualified_senders')
FEATURE(`use_cw_file')
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port={port}, Addr=127.0.0.1')
include(`{directory}/filter.mc')
MAILER(`local')
MAILER(`smtp')
"""
# Into a maildir; $1 is a local part that the tests choose.
DELIVER = """#!/bin/sh
umask 022
mkdir -p {directory}/mail/"$1"/new && cd {directory}/mail/"$1" &&
	cat >"$$" && mv "$$" new/"$(date +%s.%N).$$"
"""


class PrivateSendmail(SmtpServer):
    """Every local part of the domain has a mailbox. `root` is where its
    packages are unpacked."""

    def __init__(self, directory, root, milter):
        super().__init__(directory, 1, directory + "/sendmail.log")
        self.milter = milter
        self.root = root
        self.program = root + "/usr/libexec/sendmail/sendmail"

    def create(self):
        make_directory(self.directory)
        make_directory(self.directory + "/queue")
        make_directory(self.directory + "/mail", "nobody", "nogroup")
        with open(FILTER) as file:
            self.write("filter.mc", file.read().replace(
                FILTER_SOCKET, self.milter))
        self.write("service.switch", "hosts files\naliases files\n")
        self.write("local-host-names", DOMAIN + "\n")
        self.write("deliver", DELIVER.format(directory=self.directory), 0o755)
        self.write("sendmail.mc", CONFIGURATION.format(
            directory=self.directory, root=self.root, domain=DOMAIN,
            port=self.port))
        self.write("sendmail.cf", self.read_compiled())
        return self

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def read_compiled(self):
        """Without the flag for which a mailbox needs a user."""
        done = subprocess.run(
            ["m4", self.directory + "/sendmail.mc"], check=True,
            capture_output=True, text=True, timeout=60)
        return re.sub(
            r"^(Mlocal,.* F=[^,]*)w", r"\1", done.stdout, flags=re.M)

    def start(self):
        # With a host name that has no dot it would wait for a minute.
        self.spawn(
            [self.program, "-C", self.directory + "/sendmail.cf", "-bD"],
            wrapper=["unshare", "--uts", "--", "sh", "-c",
                     'hostname mx.%s && exec "$@"' % DOMAIN, "sh"])
        self.wait_for_banners()
        return self
