# SPDX-License-Identifier: BSD-2-Clause
"""Apache and nginx that run tlsrpt-https as the examples say."""

import glob
import os
import re
import shutil

import webservers
from process import Process, make_directory, wait_for

AT = "/tls-reports-in"
# What sanitizers need for a process that may start no other one.
SANITIZER = "detect_leaks=0:log_path=%s/sanitizer"
# No test sends as much as an attack; the limits have tests of their own.
REQUESTS_PER_SECOND = 10000


class Intake:
    """What both have in common: `program` is a copy of tlsrpt-https, which the
    server's user can reach, and `spool` the directory that it writes to."""

    def __init__(self, directory, program, spool):
        super().__init__(directory, None)
        self.program = directory + "/tlsrpt-https"
        shutil.copy2(program, self.program)
        os.chmod(self.program, 0o755)
        self.spool = spool

    def copy_example(self):
        with open("%s/%s-https.conf" % (webservers.EXAMPLES,
                                        self.name)) as file:
            text = file.read()
        assert "/usr/libexec/tlsrpt-milter/tlsrpt-https" in text
        return self.write("example.conf", self.adapt(text.replace(
            "/usr/libexec/tlsrpt-milter/tlsrpt-https", self.program)))

    @property
    def environment(self):
        return {"TLSRPT_HTTPS_SPOOL": self.spool,
                "ASAN_OPTIONS": SANITIZER % self.directory}

    @property
    def url(self):
        return "https://127.0.0.1:%d%s" % (self.port, AT)

    def post(self, body, kind="application/tlsrpt+gzip", method="POST",
             **headers):
        """The answer, with its body in `text`."""
        connection = self.connect(False)
        fields = {name.replace("_", "-"): value
                  for name, value in headers.items()}
        if kind is not None:
            fields["Content-Type"] = kind
        connection.request(method, AT, body, fields)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def complaints(self):
        return [name for name in os.listdir(self.directory)
                if name.startswith("sanitizer")]


class Apache(Intake, webservers.Apache):
    modules = ("mpm_event", "alias", "authz_core", "cgid", "dir", "env",
               "headers", "mime", "negotiation", "autoindex", "reqtimeout",
               "ssl")
    unpacked_modules = ("qos",)

    def get_more(self, unpacked):
        """That of Debian 12 does not say what it is linked with."""
        more = super().get_more(unpacked)
        needs = glob.glob(unpacked + "/**/libpcre.so.3", recursive=True)
        lines = ["LoadFile " + path for path in needs]
        return {"modules": "\n".join([*lines, more["modules"]])}

    def adapt(self, text):
        return "".join("SetEnv %s %s\n" % pair
                       for pair in self.environment.items()) + re.sub(
            r"(QS_LocRequestPerSecLimit \S+) \d+",
            r"\1 %d" % REQUESTS_PER_SECOND, text)

    def get_command(self, program, configuration):
        return [program, "-D", "FOREGROUND", "-f", configuration]


class Nginx(Intake, webservers.Nginx):
    def __init__(self, directory, program, spool):
        super().__init__(directory, program, spool)
        self.socket = directory + "/fcgiwrap.socket"
        self.wrapper = Process(directory + "/fcgiwrap.log")
        self.parameters = directory + "/fastcgi_params"

    def adapt(self, text):
        return text.replace("/run/fcgiwrap.socket", self.socket).replace(
            "include fastcgi_params;", "include %s;" % self.parameters)

    def get_more(self, unpacked):
        with open(webservers.EXAMPLES + "/nginx-https.conf") as file:
            lines = re.findall(r"^#     (limit_req.*;)$", file.read(), re.M)
        assert len(lines) == 1
        return {"http": "\n".join(lines).replace(
            "rate=10r/s", "rate=%dr/s" % REQUESTS_PER_SECOND)}

    def write_parameters(self, unpacked):
        with open(unpacked + "/etc/nginx/fastcgi_params") as file:
            self.write("fastcgi_params", file.read() + "".join(
                "fastcgi_param %s %s;\n" % pair
                for pair in self.environment.items()))

    def serve(self, unpacked):
        self.write_parameters(unpacked)
        self.wrapper.spawn(
            [unpacked + "/usr/sbin/fcgiwrap", "-f", "-s",
             "unix:" + self.socket], user=webservers.USER,
            env={"LD_LIBRARY_PATH": ":".join(glob.glob(
                unpacked + "/usr/lib/*-linux-gnu*"))})
        wait_for("fcgiwrap", lambda: os.path.exists(self.socket))
        return super().serve(unpacked)

    def stop(self):
        self.wrapper.stop()
        return super().stop()


def make_spool(path):
    """As the package makes it, for the one user of the tests."""
    make_directory(path, webservers.USER, "nogroup", 0o750)
    return path
