# SPDX-License-Identifier: BSD-2-Clause
"""A system that builds the packages, and one that uses them."""

import os
import re
import shutil

import pytest

from chroot import Chroot
from machine import Machine

# An archive of a minimal Debian, the release tarball, and where to work.
BASE = os.environ["PACKAGE_BASE"]
TARBALL = os.environ["PACKAGE_TARBALL"]
WORK = os.environ["PACKAGE_WORK"]
BUILD_TOOLS = ("build-essential", "lintian", "rpm")
# Nothing but the loopback interface.
NO_NETWORK = ("unshare", "--net", "sh", "-ec",
              'ip link set lo up; exec "$@"', "sh")


@pytest.fixture(scope="session")
def builder():
    """Has the tarball and what its Debian package needs to be built."""
    system = Chroot(WORK + "/builder").create(BASE)
    system.run("apt-get", "-q", "update")
    system.install(*BUILD_TOOLS)
    system.run("useradd", "--create-home", "builder")
    shutil.copy(TARBALL, system.path("/home/builder"))
    system.shell("cd /home/builder && tar -xf *.tar.xz && "
                 "mv tlsrpt-milter-*/ source && "
                 "apt-get -qy build-dep --no-install-recommends ./source")
    system.run("chown", "-R", "builder:", "/home/builder")
    return system


def build(builder, script):
    """What is printed by a script in the home of an ordinary user."""
    return builder.shell("cd; " + script, user="builder", prefix=NO_NETWORK,
                         timeout=1800, HOME="/home/builder")


@pytest.fixture(scope="session")
def deb(builder):
    """The Debian package."""
    log = build(builder, "cd source && dpkg-buildpackage -us -uc")
    name = re.search(r"in '\.\./(tlsrpt-milter_\S+\.deb)'", log)
    return "/home/builder/" + name[1]


@pytest.fixture(scope="session")
def rpm(builder):
    """The RPM package."""
    log = build(
        builder, "rpmbuild -ta --nodeps --define '_topdir /home/builder/rpm'"
        " --load source/tests/package/rpm-macros tlsrpt-milter-*.tar.xz")
    return re.search(r"^Wrote: (\S+/RPMS/\S+/tlsrpt-milter-\d\S+)$", log,
                     re.M)[1]


@pytest.fixture(scope="session")
def newer(builder, deb):
    """A later Debian package, with another sample configuration."""
    build(builder, """
        dpkg-deb -R %s newer
        sed -i 's/^Version: .*/&+later/' newer/DEBIAN/control
        echo '# A line of the later version.' >>newer/etc/tlsrpt-milter.conf
        dpkg-deb --root-owner-group -b newer newer.deb""" % deb)
    return "/home/builder/newer.deb"


@pytest.fixture(scope="session")
def machine():
    """A mail server with a database, without our package."""
    system = Machine(WORK + "/machine").create(BASE)
    system.set_up()
    yield system
    system.shut_down()
