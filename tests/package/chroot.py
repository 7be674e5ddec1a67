# SPDX-License-Identifier: BSD-2-Clause
"""A Debian system in a directory, without an init of its own."""

import os
import shutil
import subprocess

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


class Chroot:
    """Lives in a mount and process namespace of the caller's, so that nothing
    that is mounted or started in it outlives the caller."""

    def __init__(self, directory):
        self.directory = directory
        self.places = []

    def create(self, archive):
        os.makedirs(self.directory)
        subprocess.run(["tar", "-xpf", archive, "-C", self.directory],
                       check=True)
        # As a place of its own, in which a program may unshare(1) what is
        # mounted.
        self.mount("--bind", self.directory, "")
        self.mount("-t", "proc", "proc", "/proc")
        self.mount("-t", "tmpfs", "tmpfs", "/dev/shm")
        self.mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666",
                   "devpts", "/dev/pts")
        self.mount("--bind", self.path("/dev/pts/ptmx"), "/dev/ptmx")
        shutil.copy("/etc/resolv.conf", self.path("/etc/resolv.conf"))
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
        self.write("/etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n")
        return self

    def mount(self, *words):
        """The last of the words is a place in the system."""
        place = self.path(words[-1])
        subprocess.run(["mount", *words[:-1], place], check=True)
        self.places.insert(0, place)

    def remove(self):
        for place in self.places:
            subprocess.run(["umount", "--lazy", place], check=True)
        subprocess.run(["rm", "-rf", "--one-file-system", self.directory],
                       check=True)

    def path(self, name):
        return self.directory + name

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def exists(self, name):
        return os.path.lexists(self.path(name))

    def command(self, words, user="root"):
        if user != "root":
            words = ["setpriv", "--reuid", user, "--regid", user,
                     "--init-groups", "--inh-caps=-all", "--", *words]
        return ["chroot", self.directory, *words]

    def run(self, *words, user="root", prefix=(), status=0, timeout=600,
            **environment):
        """What the command prints; both streams, so that messages count."""
        done = subprocess.run(
            [*prefix, *self.command(words, user)], check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=timeout,
            env={**ENVIRONMENT, **environment})
        assert done.returncode == status, "%s: %d\n%s" % (
            " ".join(words), done.returncode, done.stdout)
        return done.stdout

    def shell(self, script, **options):
        return self.run("sh", "-ec", script, **options)

    def start(self, words, user, log):
        """A process in the foreground, whose output goes to a file."""
        with open(log, "ab") as output:
            return subprocess.Popen(
                self.command(words, user), stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, env=ENVIRONMENT)

    def install(self, *packages):
        return self.run("apt-get", "-qy", "--no-install-recommends", "install",
                        *packages)
