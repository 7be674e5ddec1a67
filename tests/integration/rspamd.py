# SPDX-License-Identifier: BSD-2-Clause
"""A private rspamd that verifies signatures for whoever is behind it."""

import os

from process import Process, make_directory, wait_for
from signing import RESOLVER

# The files of an administrator, in override.d; what the manual page says comes
# first.
FILES = {
    "milter_headers.conf": """
use = ["authentication-results"];
skip_local = false;
skip_authenticated = false;
""",
    "dkim.conf": "check_local = true; check_authed = true;\n",
    "options.inc": """
dns { nameserver = ["%s"]; }
local_addrs = [];
# The whole list takes a busy machine longer than the tests.
url_tld = "$DBDIR/top-level-domains";
""" % RESOLVER,
    "logging.inc": 'type = "console"; level = "notice";\n',
    "worker-normal.inc": "enabled = false;\n",
    "worker-controller.inc": "enabled = false;\n",
    "worker-fuzzy.inc": "enabled = false;\n",
    "worker-proxy.inc": """
bind_socket = "%(directory)s/rspamd.sock mode=0666";
upstream "local" { self_scan = yes; default = yes; }
""",
    # Nothing is asked of the world, and nothing is refused.
    "actions.conf": "reject = 1002; add_header = 1001; greylist = 1000;\n",
    **{name + ".conf": "enabled = false;\n" for name in (
        "rbl", "surbl", "fuzzy_check", "asn", "phishing", "greylist",
        "ratelimit", "mid", "hfilter", "mx_check", "neural", "dmarc", "arc")},
}


class PrivateRspamd(Process):
    """`unpacked` is where its packages are."""

    def __init__(self, directory, unpacked):
        super().__init__(directory + "/rspamd.log")
        self.directory = directory
        self.unpacked = unpacked
        self.socket = directory + "/rspamd.sock"

    def create(self):
        make_directory(self.directory, "postfix", "postfix", 0o755)
        os.makedirs(self.directory + "/local/override.d")
        for name, text in FILES.items():
            path = self.directory + "/local/override.d/" + name
            with open(path, "w") as file:
                file.write(text.replace("%(directory)s", self.directory))
        with open(self.directory + "/top-level-domains", "w") as file:
            file.write("com\nexample\ntest\n")
        return self

    def start(self):
        usr = self.unpacked + "/usr"
        places = {
            "CONFDIR": self.unpacked + "/etc/rspamd",
            "LOCAL_CONFDIR": self.directory + "/local",
            "DBDIR": self.directory, "RUNDIR": self.directory,
            "LOGDIR": self.directory,
            "SHAREDIR": usr + "/share/rspamd",
            "PLUGINSDIR": usr + "/share/rspamd/plugins",
            "RULESDIR": usr + "/share/rspamd/rules",
            "LUALIBDIR": usr + "/share/rspamd/lualib",
            "WWWDIR": usr + "/share/rspamd/www",
        }
        libraries = ":".join(
            usr + "/lib/" + name for name in ("rspamd", "x86_64-linux-gnu"))
        self.spawn(
            [usr + "/bin/rspamd", "-f", "-c",
             self.unpacked + "/etc/rspamd/rspamd.conf",
             *("--var=%s=%s" % item for item in places.items())],
            "postfix", env={**os.environ, "LD_LIBRARY_PATH": libraries,
                            **places})
        wait_for("start of rspamd", self.answers)
        return self

    def answers(self):
        self.check_running()
        return os.path.exists(self.socket)
