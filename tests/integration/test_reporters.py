# SPDX-License-Identifier: BSD-2-Clause
"""The mails of every known reporter are read as they are meant: by tlsreport
and, through Postfix, into the database."""

import datetime
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

import comparison
import reportmail
from daemon import RUA

SEEDS = range(40)
DONE, BAD = range(2)
MALFORMED = "tls-rpt-malformed.json"
# What must be met among the mails of a style: in the mail, or in its JSON.
QUIRKS = (
    ("google", r"\+gzip; \r\n\tname="),
    ("google", r'"policy": {"policy-type": "no-policy-found"}'),
    ("google", r'"policies": \[{"policy": {[^}]*}, "summary": {[^}]*}}\]}'),
    ("microsoft", r'"start-datetime": "[-0-9]+T00:00:00"'),
    ("microsoft", r'"report-id": "\d+\+"'),
    ("microsoft", r'"policy": {"policy-type": "sts", "policy-domain"'),
    ("microsoft", r'{"result-type": "[-a-z]+", "failed-session-count": \d+}'),
    ("microsoft", r'"policy-string": \["\[\\"3 1 1 '),
    ("microsoft", r"text/plain; .*\r\n.*: quoted-printable"),
    ("microsoft", r"text/html; .*\r\n.*: quoted-printable"),
    ("mailru", r"Report\r\n Domain: .*\r\n Submitter: .*\r\n Report-ID: <"),
    ("mailru", r'report-type="tlsrpt"; boundary="(\w+)"[^$]*--\1\r\n\r\n\Z'),
    ("mailru", r'"end-datetime": "[-0-9]+T00:00:00Z"'),
    ("postfix", r"\r\n filename\*0\*=us-ascii''.*;\r\n filename\*1\*="),
    ("postfix", r'\r\n filename="university'),
    ("postfix", r'"policy": {"policy-type": "no-policy-found"}'),
    ("postfix", r'"failure-details": \[\]'),
    ("postfix", r'"policy-domain": "mx2\.'),
    ("postfix", r'"failed-session-count": \d+, "receiving-mx-helo": '
                r'"[a-z0-9.]+\\r\\nPIPELINING'),
    ("postfix", r'\[{"sending-mta-ip"'),
    ("postfix", r"_idx2_"),
    ("stalwart", r'"contact-info": null'),
    ("stalwart", r'"sending-mta-ip": null'),
    ("stalwart", r'"end-datetime": "[-0-9]+T(?!00)\d\d:00:00Z"'),
    ("mox", r'"policy-string": \[\], "mx-host": \[\]'),
    ("mox", r'"mx-host": \["mx1'),
    ("halon", r'report-type="tlsrpt"; boundary=".*";\r\n'),
    ("halon", r'"tlsrpt";; boundary='),
    ("halon", r'"policy-string": ""'),
    ("fastmail", r'"mx-host": ""'),
    ("fastmail", r'"failure_details": \[{'),
    ("fastmail", r'"report-id": "[^"]+"}'),
    ("fastmail", r"Message-ID: .*\r\nContent-Type: application/tlsrpt\+gzip"),
    ("gateway", r"message/rfc822"),
    ("gateway", r"application/octet-stream;\r\n name\*0="),
    ("gateway", r"External Email.*\r\n\r\n--banner\r\n"),
)
# What tlsreport must say about a mail of a style.
REMARKS = (
    ("google", "policy-domain: taken from the message"),
    ("microsoft", "date-range.start-datetime: no zone"),
    ("mailru", "failure-details add up to"),
    ("postfix", "policy-domain: taken from the message"),
    ("postfix", "receiving-mx-helo: more than one line"),
    ("postfix", "result-type: missing"),
    ("stalwart", "policy-type: not of RFC 8460"),
    ("halon", "failure-details add up to"),
    ("fastmail", "failure-details: spelt in another way"),
    ("fastmail", "policies: missing or empty"),
)


def make_mails(style, seeds=SEEDS, day=None, **options):
    return [reportmail.make_mail(style, reportmail.make_report(
        style, seed, day=day, **options), RUA) for seed in seeds]


def decode_all(text):
    """The values of JSON texts one behind the other."""
    decoder = json.JSONDecoder()
    values = []
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        values.append(value)
        text = text.lstrip()[end:]
    return values


def show(ctl_program, *paths, status=DONE):
    done = subprocess.run(
        [ctl_program, "show", "--json", *paths], capture_output=True,
        check=False, timeout=60)
    assert done.returncode == status, (paths, done.stderr)
    assert b"Sanitizer" not in done.stderr
    return decode_all(done.stdout.decode())


@pytest.mark.parametrize("style", reportmail.STYLES)
class TestGenerator:
    def test_same_seed_same_bytes(self, style):
        day = datetime.date(2026, 1, 10)
        mails = make_mails(style, day=day)
        assert make_mails(style, day=day) == mails
        assert len(set(mails)) == len(mails)

    def test_command(self, style, tmp_path):
        day = datetime.date(2026, 1, 10)
        subprocess.run(
            [sys.executable, "-B", reportmail.__file__, "--style", style,
             "--seed", "7", "--count", "2", "--day", str(day),
             "--directory", tmp_path, "--recipient", RUA],
            check=True, timeout=60)
        assert [(tmp_path / ("%s-%d.eml" % (style, seed))).read_bytes()
                for seed in (7, 8)] == make_mails(style, (7, 8), day)


@functools.lru_cache
def texts_of(style):
    mails = make_mails(style)
    return [mail.decode() for mail in mails] + [
        json.dumps(report) for mail in mails
        for report in reportmail.read_reports(mail)]


@pytest.mark.parametrize("style, pattern", QUIRKS)
def test_quirk(style, pattern):
    assert any(re.search(pattern, text) for text in texts_of(style))


def expected_of(mails):
    reports = [report for mail in mails
               for report in comparison.expected_reports(mail)]
    assert len(reports) == len(mails)
    return reports


def write_files(directory, mails):
    paths = [directory / ("%d.eml" % number) for number in range(len(mails))]
    for path, mail in zip(paths, mails):
        path.write_bytes(mail)
    return paths


@pytest.mark.parametrize("style", reportmail.STYLES)
def test_show(ctl_program, tmp_path, style):
    mails = make_mails(style)
    shown = show(ctl_program, *write_files(tmp_path, mails))
    assert comparison.without_remarks(shown) == expected_of(mails)


@pytest.mark.parametrize("style, remark", REMARKS)
def test_remark(ctl_program, tmp_path, style, remark):
    shown = show(ctl_program, *write_files(tmp_path, make_mails(style)))
    assert any(remark in text for report in shown
               for text in report.get("remarks", []))


def deliver(postfix, style, mails):
    with postfix.open_session() as session:
        for mail in mails:
            session.sendmail(reportmail.STYLES[style].sender, [RUA], mail)


@pytest.mark.parametrize("style", reportmail.STYLES)
def test_delivery(postfix, query, style):
    mails = [make_mails(style, [seed], failures=failures)[0]
             for seed, failures in enumerate((0, 1, 4, 200))]
    deliver(postfix, style, mails)
    assert comparison.stored_rows(query) == comparison.expected_rows(
        expected_of(mails))


def test_one_id_for_several_domains(postfix, query):
    mails = make_mails("halon", range(3))
    reports = expected_of(mails)
    assert len({report["report-id"] for report in reports}) == 1
    deliver(postfix, "halon", mails)
    assert comparison.stored_rows(query) == comparison.expected_rows(reports)


@pytest.fixture
def samples():
    """The paths of other people's reports, where the environment has any."""
    directory = os.environ.get("TLSRPT_SAMPLES")
    if not directory:
        pytest.skip("TLSRPT_SAMPLES names no directory of sample reports")
    paths = [path for pattern in ("*.eml", "*.json", "*.json.gz")
             for path in sorted(pathlib.Path(directory).rglob(pattern))]
    assert paths
    return paths


def expected_of_file(path):
    data = path.read_bytes()
    if path.suffix == ".eml":
        return comparison.expected_reports(data)
    return [comparison.expected_report(reportmail.read_report(data))]


class TestSamples:
    def test_show(self, samples, ctl_program):
        for path in samples:
            if path.name == MALFORMED:
                assert show(ctl_program, path, status=BAD) == []
                continue
            shown = comparison.without_remarks(show(ctl_program, path))
            assert shown == expected_of_file(path), path

    def test_delivery(self, samples, mta, start_milter, query):
        start_milter(max_report_age=36500)
        reports = []
        for path in samples:
            if path.suffix == ".eml":
                assert mta.send(path.read_bytes(), RUA)[0] == 250, path
                reports += expected_of_file(path)
        assert reports
        assert comparison.stored_rows(query) == comparison.expected_rows(
            reports)
