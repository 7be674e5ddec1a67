# SPDX-License-Identifier: BSD-2-Clause
"""What the command says of a domain, for every case of tests/probe."""

import re
import subprocess

import pytest

from checking import Checks, Laboratory, load_cases, needs_postfix
from checking import STATUS

import os

CASES = {case.name: case for case in load_cases()}
TABLE = "../../probe/finding.def"
# Seconds for all of them.
ALL_SECONDS = 25
# What only the database knows.
WITH_HISTORY = {
    "reported-failing", "reported-old-policy", "reported-none",
    "fine-from-here", "sts-policy-changed-same-id",
    "sts-id-changed-same-policy"}


@pytest.fixture(scope="session")
def checks(workspace, ctl_program):
    known = subprocess.run([ctl_program, "help"], capture_output=True,
                           text=True, check=False, timeout=30)
    if "check-domain" not in known.stdout:
        pytest.skip("the command is not built")
    laboratory = Laboratory(
        workspace + "/laboratory", list(CASES.values())).create().start()
    try:
        yield Checks(ctl_program, laboratory).run_all()
    finally:
        laboratory.stop()


@pytest.mark.parametrize("name", CASES)
def test_case(checks, name):
    if needs_postfix(CASES[name]) and os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    checks.check(CASES[name])


def test_status_is_of_the_worst(checks):
    assert checks.status == STATUS["unknown"]
