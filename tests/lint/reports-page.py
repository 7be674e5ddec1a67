#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tlsrpt-reports(7) has every reason for a refusal, and every remark that a
fixture draws. Prints those that it lacks."""

import json
import pathlib
import re
import sys

PAGE = "man/tlsrpt-reports.7"
# A name that the reporter made up stands in quotes.
MEMBER = re.compile(r'^[][\w.-]+("([^"\\]|\\.)*")?: ')


def hide_numbers(text):
    return re.sub(r"\d+", "N", text)


def read_page():
    text = re.sub(r"\\\n|^\.\w+ ", "", pathlib.Path(PAGE).read_text(),
                  flags=re.M)
    return hide_numbers(re.sub(r"\s+", " ", text))


def reasons():
    parser = pathlib.Path("parser/error.c").read_text()
    intake = pathlib.Path("intake/reason.c").read_text()
    return set(re.findall(r'\] = "([-a-z]+)"', parser)
               + re.findall(r'\] = \{"([-a-z]+)"', intake)
               + re.findall(r'return "([-a-z]+)"', intake))


def values_of(text):
    decoder = json.JSONDecoder()
    while text.strip():
        value, end = decoder.raw_decode(text)
        text = text[end:].lstrip()
        yield value


def remarks():
    """Without the member they begin with, and with N for numbers; what a
    fixture itself gives as a remark is its own."""
    found = set()
    for path in pathlib.Path("tests/parser/fixtures").rglob("expected.json"):
        if path.parent.name == "canonical-with-remarks":
            continue
        for report in values_of(path.read_text()):
            found.update(report.get("remarks", []))
    return {hide_numbers(MEMBER.sub("", remark)) for remark in found}


page = read_page()
words = reasons() | remarks()
missing = sorted(word for word in words if word not in page)
for word in missing:
    print("%s lacks: %s" % (PAGE, word))
sys.exit(bool(missing) or len(words) < 30)
