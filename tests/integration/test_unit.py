# SPDX-License-Identifier: BSD-2-Clause
"""The service files allow what the programs do, and little else."""

import os
import re
import shutil
import subprocess

import pytest

import reportmail
from conftest import BUILD
from daemon import READER, RUA
from process import wait_for

UNIT = BUILD + "/conf/tlsrpt-milter.service"
ALERT_UNIT = BUILD + "/conf/tlsrpt-alert.service"
PURGE_UNIT = BUILD + "/conf/tlsrpt-purge.service"
DASHBOARD_UNIT = BUILD + "/conf/tlsrpt-dashboard.service"
TIMERS = {DASHBOARD_UNIT: "../../conf/tlsrpt-dashboard.timer",
          PURGE_UNIT: "../../conf/tlsrpt-purge.timer"}
# Of the highest exposure, 10: what the next change must not give away.
EXPOSURES = {
    UNIT: 1.5, ALERT_UNIT: 5.5, PURGE_UNIT: 1.5, DASHBOARD_UNIT: 1.5}
# What sets NoNewPrivileges for a user that is not root: systemd.exec(5).
NO_NEW_PRIVILEGES = {
    "DynamicUser", "LockPersonality", "MemoryDenyWriteExecute",
    "NoNewPrivileges", "PrivateDevices", "ProtectClock", "ProtectHostname",
    "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
    "RestrictAddressFamilies", "RestrictFileSystems", "RestrictNamespaces",
    "RestrictRealtime", "RestrictSUIDSGID", "SystemCallArchitectures",
    "SystemCallFilter", "SystemCallLog"}


def run(*command, cwd=None):
    if shutil.which(command[0]) is None:
        pytest.skip("needs " + command[0])
    return subprocess.run(command, check=True, capture_output=True,
                          text=True, timeout=60, cwd=cwd).stdout


def expand(words):
    """The system calls behind names and sets, as systemd knows them."""
    calls = set()
    for word in words:
        if word.startswith("@"):
            lines = run("systemd-analyze", "syscall-filter", word)
            calls |= expand(re.findall(r"^ +([@\w]\S*)$", lines, re.M))
        else:
            calls.add(word)
    return calls


def allowed_calls(unit):
    """Each line adds to or takes from those before it."""
    calls = set()
    with open(unit) as file:
        for line in re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.M):
            words = line.lstrip("~").split()
            if line.startswith("~"):
                calls -= expand(words)
            else:
                calls |= expand(words)
    return calls


def find_calls(trace):
    """The system calls in what strace has noted."""
    return set(re.findall(r"^\d+ +(\w+)\(", trace, re.M))


@pytest.fixture
def traced(start_milter, workspace):
    """The daemon as it is installed, and where its system calls are noted."""
    path = workspace + "/calls"
    run("strace", "-V")
    milter = start_milter(
        build=BUILD + "/plain", on_store_failure="spool", wrapper=[
            "strace", "--daemonize", "--follow-forks", "--quiet=all",
            "--output=" + path])
    yield milter, path
    os.unlink(path)


def test_system_calls(mta, traced, cluster, count):
    milter, path = traced
    mails = [reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)
        for seed in range(2)]
    assert mta.send(mails[0], RUA)[0] == 250
    cluster.stop()
    try:
        assert mta.send(mails[1], RUA)[0] == 250
    finally:
        cluster.start()
    wait_for("replay", lambda: count("v_report") == 2)
    milter.reload()
    assert milter.stop() == 0
    with open(path) as trace:
        text = trace.read()
    # What came before was setting up the user for it.
    daemon = text[text.index('execve("%s"' % milter.program):]
    made = find_calls(daemon)
    assert {"accept4", "accept"} & made
    assert made <= allowed_calls(UNIT), made - allowed_calls(UNIT)


@pytest.mark.parametrize("unit,user,words", [
    (PURGE_UNIT, "postgres", ["purge"]),
    (DASHBOARD_UNIT, READER, ["dashboard", "--each", "pages"]),
])
def test_system_calls_of_a_command(
        cluster, database, tmp_path, unit, user, words):
    """It stands so in the unit, but for the directory."""
    with open(unit) as file:
        assert " %s" % " ".join(words[:-1]) in file.read()
    run("strace", "--follow-forks", "--output=%s/calls" % tmp_path,
        BUILD + "/plain/cli/tlsreport", *words, "-d",
        cluster.conninfo(database, user), cwd=tmp_path)
    made = find_calls((tmp_path / "calls").read_text())
    assert {"connect", "sendto"} <= made
    assert made <= allowed_calls(unit), made - allowed_calls(unit)


@pytest.mark.parametrize("unit", EXPOSURES)
def test_exposure(unit):
    text = run("systemd-analyze", "security", "--offline=true", unit)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", text)
    assert float(exposure[1]) <= EXPOSURES[unit], text


def test_alerts_can_be_mailed():
    """sendmail(8) needs the bit that gives it the group of the queue."""
    with open(ALERT_UNIT) as unit:
        names = set(re.findall(r"^(\w+)=", unit.read(), re.M))
    assert "ExecStart" in names
    assert not names & NO_NEW_PRIVILEGES


def copy_unit(unit, directory):
    """The programs are not where they will be installed."""
    path = os.path.join(directory, os.path.basename(unit))
    with open(unit) as file, open(path, "w") as copy:
        copy.write(re.sub(r"^(Exec\w+=)/\S+", r"\1/bin/true", file.read(),
                          flags=re.M))
    return path


@pytest.mark.parametrize("unit", [*EXPOSURES, *TIMERS.values()])
def test_well_formed(unit, tmp_path):
    """Beside a timer, systemd looks for its service."""
    for other in TIMERS:
        copy_unit(other, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy_unit(unit, tmp_path)],
        check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
