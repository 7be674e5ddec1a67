# SPDX-License-Identifier: BSD-2-Clause
"""Archives of Debian systems in which everything is installed that a build
and the tests need."""

import hashlib
import os
import pathlib
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
INSTALLER = ("install-packages", "packages")
# Those of tests/packages. What clang links for a fuzzer is a part of clang in
# the oldest system, which has not all that a package is built with.
KINDS = "build run test"
PACKAGES = {"bullseye": "clang"}
NEWER_PACKAGES = "build-essential,clang,debhelper,libclang-rt-dev"
# A mirror may be a copy that is some weeks old; what it has is signed.
STALE_MIRROR = 'Acquire::Check-Valid-Until "false"'
MOST_DAYS = 30


def cache_directory():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = pathlib.Path(os.environ.get("PORTABILITY_CACHE")
                        or home + "/tlsrpt-milter")
    path.mkdir(parents=True, exist_ok=True)
    return path


def get_digest(packages):
    """Of what decides which packages are installed."""
    total = hashlib.sha256((KINDS + packages).encode())
    for name in INSTALLER:
        total.update((TESTS / name).read_bytes())
    return total.hexdigest()[:12]


def is_recent(path):
    return path.exists() and (
        time.time() - path.stat().st_mtime < MOST_DAYS * 86400)


def build(suite, packages, path):
    part = path.with_name(suite + "-new.tar.zst")
    files = " ".join(str(TESTS / name) for name in INSTALLER)
    done = subprocess.run([
        "mmdebstrap", "--quiet", "--variant=apt", "--aptopt=" + STALE_MIRROR,
        "--skip=cleanup/apt/lists", "--include=" + packages,
        '--customize-hook=mkdir "$1/root/tests"',
        "--customize-hook=copy-in %s /root/tests" % files,
        '--customize-hook=chroot "$1" /root/tests/install-packages ' + KINDS,
        suite, str(part)], check=False)
    if done.returncode:
        sys.exit("Debian %s could not be installed: see above" % suite)
    for old in path.parent.glob(suite + "-*.tar.zst"):
        if old != part:
            old.unlink()
    part.rename(path)


def get_root(suite):
    """The archive of a system, made where there is none of this month."""
    packages = PACKAGES.get(suite, NEWER_PACKAGES)
    path = cache_directory() / (
        "%s-%s.tar.zst" % (suite, get_digest(packages)))
    if not is_recent(path):
        print("Installing Debian %s; this takes some minutes" % suite,
              flush=True)
        build(suite, packages, path)
    return str(path)
