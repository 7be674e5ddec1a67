# SPDX-License-Identifier: BSD-2-Clause
"""What the daemon says of its options and its configuration."""

import subprocess

import pytest

from conftest import BUILD
from daemon import RUA, write_config


@pytest.fixture
def run():
    def run_daemon(*arguments):
        return subprocess.run(
            [BUILD + "/milter/tlsrpt-milter", *arguments], capture_output=True,
            text=True, check=False, timeout=20, stdin=subprocess.DEVNULL)

    return run_daemon


@pytest.fixture
def options(tmp_path):
    return {
        "socket": "unix:%s/m.sock" % tmp_path,
        "database": "dbname=none",
        "report_addresses": [RUA],
    }


def test_version_and_help(run):
    assert "0.1.0" in run("-V").stdout
    assert "-c" in run("-h").stdout
    assert run("--help").stdout == run("-h").stdout


def test_a_good_configuration(run, options, tmp_path):
    path = write_config(str(tmp_path / "good.conf"), options)
    done = run("-t", "-c", path)
    assert done.returncode == 0, done


def test_addresses(run, options, tmp_path):
    path = write_config(str(tmp_path / "good.conf"), options)
    good = [RUA, RUA.upper(), RUA.replace("@", "+google@")]
    done = run("-t", "-c", path, *good)
    assert done.returncode == 0, done
    assert done.stdout.count(": receives reports\n") == len(good)
    done = run("-t", "-c", path, RUA, "postmaster@kiosk.test")
    assert done.returncode == 1
    assert "postmaster@kiosk.test: not in report_addresses" in done.stdout
    assert run("-c", path, RUA).returncode == 2


@pytest.mark.parametrize("change", (
    {"report_addresses": []},
    {"after_store": "explode"},
    {"maintenance_interval": 0},
    {"no_such_option": 1},
), ids=str)
def test_a_bad_configuration(run, options, tmp_path, change):
    path = write_config(str(tmp_path / "bad.conf"), {**options, **change})
    for arguments in (["-t", "-c", path], ["-c", path]):
        done = run(*arguments)
        assert done.returncode != 0, arguments
    assert next(iter(change)) in run("-t", "-c", path).stderr


def test_no_configuration(run, tmp_path):
    done = run("-t", "-c", str(tmp_path / "missing.conf"))
    assert done.returncode != 0
    assert "missing.conf" in done.stderr


def test_a_bad_option(run):
    assert run("--nonsense").returncode != 0
