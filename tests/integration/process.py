# SPDX-License-Identifier: BSD-2-Clause
"""Child processes that are stopped by their process id, and where they live.

Unless told to linger, a child also ends when the process that started it does.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time


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

    def spawn(self, command, user=None, groups=(), env=None, wrapper=()):
        """`wrapper` is a command that runs the one behind it as root."""
        prefix = [] if self.linger else [
            "--pdeathsig", self.stop_signal.name[3:]]
        if user is not None:
            prefix += ["--reuid", user, "--regid", "nogroup"]
            prefix += ["--groups", ",".join(("nogroup", *groups))]
        if prefix:
            command = ["setpriv", *prefix, "--", *command]
        command = [*wrapper, *command]
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

    def send_signal(self, number):
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
        self.send_signal(self.stop_signal)
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
