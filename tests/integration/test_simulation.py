# SPDX-License-Identifier: BSD-2-Clause
"""A few weeks of a year in which domains are watched. "make simulate-year"
plays all of it."""

import os

import pytest

from conftest import BUILD
from simulation import Year

DAYS = 18
PEOPLE = ("six-late", "six-dane", "policy", "coming", "shaky", "expired-six",
          "not-loaded-six", "tlsa", "cover", "same-id")


@pytest.fixture
def most_seconds():
    return 300


def test_weeks(workspace):
    directory = workspace + "/weeks"
    os.mkdir(directory)
    os.chmod(directory, 0o711)
    year = Year(BUILD + "/plain", directory, DAYS, names=PEOPLE)
    try:
        year.begin()
        for _ in year.live():
            pass
        assert list(year.log.problems(year.clock.now())) == []
        assert {fault.code for fault in year.log.faults if fault.told} == {
            "mx-certificate-soon", "mx-certificate-expired",
            "mx-certificate-not-loaded", "tlsa-mismatch", "sts-mx-not-covered",
            "sts-policy-changed-same-id"}
    finally:
        year.end()
