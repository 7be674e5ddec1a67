# SPDX-License-Identifier: BSD-2-Clause
"""Report mails in the manner of those who send them, the same for the same
seed, and an independent reading of what is in a mail."""

import base64
import dataclasses
import datetime
import email
import email.policy
import gzip
import hashlib
import json
import random

RESULT_TYPES = (
    "starttls-not-supported", "certificate-host-mismatch",
    "certificate-expired", "certificate-not-trusted", "validation-failure",
    "tlsa-invalid", "dnssec-invalid", "dane-required",
    "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
)


def timestamp(day, time="00:00:00"):
    return "%sT%sZ" % (day.isoformat(), time)


def unix_time(day):
    return int(datetime.datetime(
        day.year, day.month, day.day,
        tzinfo=datetime.timezone.utc).timestamp())


def yesterday():
    return datetime.datetime.now(
        datetime.timezone.utc).date() - datetime.timedelta(days=1)


@dataclasses.dataclass
class Case:
    """What a report is to be about; the generator fills in the rest."""

    style: str
    domain: str
    day: datetime.date
    rng: random.Random
    failures: int = 0

    def count(self):
        return self.rng.randint(1, 5000)

    def address(self):
        return "192.0.2.%d" % self.rng.randint(1, 254)

    def token(self):
        return "%032x" % self.rng.getrandbits(128)

    def failure(self, result_type=None):
        return {
            "result-type": result_type or self.rng.choice(RESULT_TYPES),
            "sending-mta-ip": self.address(),
            "receiving-mx-hostname":
                "mx%d.%s" % (self.rng.randint(1, 3), self.domain),
            "receiving-ip": "198.51.100.%d" % self.rng.randint(1, 254),
            "failed-session-count": self.rng.randint(1, 40),
        }


def sts_policy(domain):
    return ["version: STSv1", "mode: enforce", "mx: *." + domain,
            "max_age: 604800"]


def policy(case, described, failures):
    result = {
        "policy": described,
        "summary": {
            "total-successful-session-count": case.count(),
            "total-failure-session-count":
                sum(row["failed-session-count"] for row in failures),
        },
    }
    if failures:
        result["failure-details"] = failures
    return result


def make_rows(case):
    return [case.failure() for _ in range(case.failures)]


def google_report(case):
    described = {
        "policy-type": "sts",
        "policy-string": sts_policy(case.domain),
        "policy-domain": case.domain,
        "mx-host": ["*." + case.domain],
    }
    return {
        "organization-name": "Google Inc.",
        "date-range": {
            "start-datetime": timestamp(case.day),
            "end-datetime": timestamp(case.day, "23:59:59"),
        },
        "contact-info": "smtp-tls-reporting@google.com",
        "report-id": timestamp(case.day) + "_" + case.domain,
        "policies": [policy(case, described, make_rows(case))],
    }


def microsoft_report(case):
    """The same sessions under tlsa and sts, TLSA records as JSON text."""
    tlsa = policy(case, {
        "policy-type": "tlsa",
        "policy-string": [json.dumps(["3 1 1 " + case.token().upper() * 2])],
        "policy-domain": case.domain,
    }, make_rows(case))
    sts = {
        "policy": {
            "policy-type": "sts",
            "policy-string": sts_policy(case.domain),
            "policy-domain": case.domain,
        },
        "summary": dict(tlsa["summary"]),
        "failure-details": tlsa.get("failure-details", []),
    }
    return {
        "organization-name": "Microsoft Corporation",
        "date-range": {
            "start-datetime": timestamp(case.day),
            "end-datetime": timestamp(case.day, "23:59:59"),
        },
        "contact-info": "tlsrpt-noreply@microsoft.com",
        "report-id": "%d+%s" % (case.rng.getrandbits(56), case.domain),
        "policies": [tlsa, sts],
    }


def postfix_report(case):
    """The report-id comes last, the EHLO reply as a whole."""
    rows = make_rows(case)
    for row in rows:
        row["receiving-mx-helo"] = (
            row["receiving-mx-hostname"] + "\r\nPIPELINING\r\nSTARTTLS")
    described = {
        "policy-type": "tlsa",
        "policy-string": ["3 1 1 " + case.token() * 2],
        "policy-domain": "mx." + case.domain,
    }
    entry = policy(case, described, rows)
    entry.setdefault("failure-details", [])
    return {
        "organization-name": "Example University",
        "date-range": {
            "start-datetime": timestamp(case.day),
            "end-datetime": timestamp(case.day, "23:59:59"),
        },
        "contact-info": "tls-reports@university.example",
        "policies": [entry],
        "report-id": "%s_idx1_%s" % (timestamp(case.day), case.domain),
    }


def head(sender, case_domain, submitter, report_id, recipient, content_type):
    return [
        "From: " + sender,
        "To: " + recipient,
        "Subject: Report Domain: %s Submitter: %s Report-ID: <%s>" % (
            case_domain, submitter, report_id),
        "Message-ID: <%s@%s>" % (
            hashlib.sha256(report_id.encode()).hexdigest()[:32], submitter),
        "Date: " + email.utils.format_datetime(
            datetime.datetime.now(datetime.timezone.utc)),
        "MIME-Version: 1.0",
        "TLS-Report-Domain: " + case_domain,
        "TLS-Report-Submitter: " + submitter,
        "Content-Type: " + content_type,
    ]


def attachment(data):
    return base64.encodebytes(gzip.compress(data, mtime=0)).decode()


def google_mail(name, report_id, domain, data, recipient):
    return head(
        "noreply-smtp-tls-reporting@google.com", domain, "google.com",
        report_id.replace(":", ".") + "@google.com", recipient,
        'multipart/report; boundary="b1"; report-type=tlsrpt') + [
        "", "--b1",
        "Content-Type: text/plain; charset=UTF-8; format=flowed; delsp=yes",
        "", "This is an aggregate TLS report from google.com.", "", "--b1",
        'Content-Type: application/tlsrpt+gzip; ',
        '\tname="%s!001.json.gz"' % name,
        'Content-Disposition: attachment;',
        '\tfilename="%s!001.json.gz"' % name,
        "Content-Transfer-Encoding: base64", "", attachment(data), "--b1--"]


def microsoft_mail(name, report_id, domain, data, recipient):
    return head(
        "<tlsrpt-noreply@microsoft.com>", domain, "microsoft.com", report_id,
        recipient,
        'multipart/report; report-type=tlsrpt;\r\n boundary="=-ms=="') + [
        "", "--=-ms==", "Content-Type: text/html; charset=us-ascii",
        "Content-Transfer-Encoding: quoted-printable", "",
        "<p>This is an aggregate TLS report from Microsoft.</p>", "",
        "--=-ms==", "Content-Type: application/tlsrpt+gzip",
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="%s!%s.json.gz"' % (
            name, report_id.split("+")[0]),
        "", attachment(data), "--=-ms==--"]


def postfix_mail(name, report_id, domain, data, recipient):
    quoted = (name + "!1.json.gz").replace("!", "%21")
    half = len(quoted) // 2
    return head(
        "tls-reports@university.example", domain, "university.example",
        report_id, recipient,
        'multipart/report; report-type="tlsrpt"; boundary="==1=="') + [
        "TLS-Required: No", "", "--==1==",
        'Content-Type: text/plain; charset="us-ascii"', "MIME-Version: 1.0",
        "", "TLS report", "", "--==1==",
        "Content-Type: application/tlsrpt+gzip",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        " filename*0*=us-ascii''%s;" % quoted[:half],
        " filename*1*=%s" % quoted[half:],
        "MIME-Version: 1.0", "", attachment(data), "--==1==--"]


STYLES = {
    "google": (google_report, google_mail, "google.com"),
    "microsoft": (microsoft_report, microsoft_mail, "microsoft.com"),
    "postfix": (postfix_report, postfix_mail, "university.example"),
}


def parse_instant(text):
    instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return instant.replace(tzinfo=instant.tzinfo or datetime.timezone.utc)


def make_report(style, seed, domain=None, day=None, failures=None):
    """One report as the JSON value that `style` would send."""
    rng = random.Random("%s/%s" % (style, seed))
    if failures is None:
        failures = rng.choice((0, 0, 0, 1, 3))
    case = Case(style, domain or "d%s.example" % seed, day or yesterday(),
                rng, failures)
    return STYLES[style][0](case)


def make_mail(style, report, recipient, data=None):
    """The mail that carries a report; `data` replaces its JSON text."""
    _, write, submitter = STYLES[style]
    day = datetime.date.fromisoformat(
        report["date-range"]["start-datetime"][:10])
    domain = report["policies"][0]["policy"]["policy-domain"]
    name = "%s!%s!%d!%d" % (
        submitter, domain, unix_time(day), unix_time(day) + 86399)
    if data is None:
        data = json.dumps(report).encode()
    lines = write(name, report["report-id"], domain, data, recipient)
    return "\n".join(lines).replace("\r\n", "\n").replace(
        "\n", "\r\n").encode() + b"\r\n"


def make_mail_of_text(style, text, recipient):
    """The mail that carries the JSON text of a report as it is."""
    return make_mail(style, json.loads(text), recipient, text.encode())


def make_plain_mail(recipient, subject="Hello"):
    return ("From: someone@example.org\r\nTo: %s\r\nSubject: %s\r\n"
            "Message-ID: <plain.%s@example.org>\r\n\r\nJust a mail.\r\n" % (
                recipient, subject, subject)).encode()


def read_report(data):
    """The JSON value in the bytes of a part or a file; None without."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
        return None
    return json.loads(data.decode("utf-8-sig"))


def read_reports(mail):
    """The JSON values of all reports in a mail, read without the project."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    reports = [read_report(part.get_payload(decode=True) or b"")
               for part in message.walk()]
    return [report for report in reports if report is not None]
