# SPDX-License-Identifier: BSD-2-Clause
"""The packages build from the release tarball and hold what is installed."""

import pathlib
import re

from conftest import NO_NETWORK

LIST = pathlib.Path(__file__).parent / "installed"


def expected_names():
    return {line.split()[1] for line in LIST.read_text().splitlines()
            if not line.startswith("#")}


def plain_name(name):
    """Without what packages do to a file: compression, and units at the top
    as in Debian 12."""
    name = re.sub(r"^\.", "", name)
    return re.sub(r"\.gz$", "", re.sub(r"^/lib/", "/usr/lib/", name))


def test_no_network(builder, deb):
    """The cause is said before its many consequences."""
    assert deb
    output = builder.run(
        "/home/builder/source/tests/install-packages", "test",
        prefix=NO_NETWORK, status=1)
    complaints = output[output.index("apt-get first complained"):]
    assert "Temporary failure resolving" in complaints.splitlines()[1]


def test_lintian(builder, deb):
    assert deb
    complaints = builder.shell(
        "cd; lintian --fail-on error,warning --show-overrides *.changes",
        user="builder", HOME="/home/builder")
    assert not re.findall(r"^[EWO]: .*", complaints, re.M)


def check_names(listing, own):
    """The lines of a listing end in names; `own` is what a package adds."""
    names = {plain_name(line.split()[-1]) for line in listing.splitlines()
             if not line.startswith("d")}
    assert not expected_names() - names
    others = {name for name in names - expected_names()
              if not name.startswith(own)}
    assert not others


def test_files_of_the_deb(builder, deb):
    check_names(builder.run("dpkg-deb", "-c", deb), (
        "/usr/share/doc/tlsrpt-milter/changelog",
        "/usr/share/doc/tlsrpt-milter/copyright"))


def test_files_of_the_rpm(builder, rpm):
    check_names(builder.run(
        "rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\n]", rpm), (
            "/usr/lib/.build-id/", "/usr/share/licenses/"))
