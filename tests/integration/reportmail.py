# SPDX-License-Identifier: BSD-2-Clause
"""Report mails in the manner of those who send them, the same for the same
seed, and an independent reading of what is in a mail."""

import argparse
import datetime
import email
import email.policy
import gzip
import json
import pathlib
import random
import re
import typing

import mailers
import reporters


class Style(typing.NamedTuple):
    """`layout` is for json.dumps, `sender` the envelope's."""

    report: typing.Callable
    mail: typing.Callable
    submitter: str
    sender: str
    layout: dict = {}


COMPACT = {"separators": (",", ":")}
STYLES = {
    "google": Style(
        reporters.google_report, mailers.google_mail, "google.com",
        "3IDzYZ.report@smtp-tls-reporting.bounces.google.com", COMPACT),
    "microsoft": Style(
        reporters.microsoft_report, mailers.microsoft_mail, "microsoft.com",
        "tlsrpt-noreply@microsoft.com", COMPACT),
    "mailru": Style(
        reporters.mailru_report, mailers.mailru_mail, "mail.ru",
        "tls_support@corp.mail.ru", {"indent": 3, "sort_keys": True}),
    "postfix": Style(
        reporters.postfix_report, mailers.postfix_mail, "university.example",
        "tls-reports@university.example"),
    "stalwart": Style(
        reporters.stalwart_report, mailers.stalwart_mail, "stalwart.example",
        "noreply-tls@stalwart.example", COMPACT),
    "mox": Style(
        reporters.mox_report, mailers.mox_mail, "mox.example",
        "postmaster@mox.example", {"indent": "\t"}),
    "halon": Style(
        reporters.halon_report, mailers.halon_mail, "halon.example", ""),
    "fastmail": Style(
        reporters.fastmail_report, mailers.fastmail_mail, "perl.example",
        "tlsrpt@perl.example"),
    "gateway": Style(
        reporters.google_report, mailers.gateway_mail, "google.com",
        "SRS0=k3Yx=7A=google.com=noreply@gateway.example", COMPACT),
}
# Behind the time, the number of the index or the day.
DOMAIN_IN_ID = re.compile(r"(?:[_+]|^\d+\.)([a-z0-9.-]+\.[a-z]+)(?:@.*)?$")


def yesterday():
    return datetime.datetime.now(
        datetime.timezone.utc).date() - datetime.timedelta(days=1)


def make_report(style, seed, domain=None, day=None, failures=None):
    """One report as the JSON value that `style` would send."""
    rng = random.Random("%s/%s" % (style, seed))
    if failures is None:
        failures = rng.choice((0, 0, 0, 1, 3))
    return STYLES[style].report(reporters.Case(
        domain or "d%s.example" % seed, day or yesterday(), rng, failures))


def parse_instant(text):
    instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return instant.replace(tzinfo=instant.tzinfo or datetime.timezone.utc)


def get_domain(report, recipient):
    """Whom a report is for, which its policies need not say."""
    in_id = DOMAIN_IN_ID.search(report["report-id"])
    domains = [entry["policy"]["policy-domain"]
               for entry in report.get("policies", [])
               if "policy-domain" in entry["policy"]]
    if in_id:
        return in_id.group(1)
    return domains[0] if domains else recipient.split("@")[1]


def get_submitter(style, report):
    """The reporter's host, in Postfix' style told by the contact."""
    if style == "postfix":
        return report["contact-info"].split("@")[1]
    return STYLES[style].submitter


def make_mail(style, report, recipient, data=None):
    """The mail that carries a report; `data` replaces its JSON text."""
    manner = STYLES[style]
    text = json.dumps(report, **manner.layout)
    period = report["date-range"]
    lines = manner.mail(mailers.Letter(
        report["report-id"], get_domain(report, recipient),
        get_submitter(style, report),
        parse_instant(period["start-datetime"]),
        parse_instant(period["end-datetime"]),
        text.encode() if data is None else data, recipient,
        random.Random("%s/%s" % (style, text))))
    return "\n".join(lines).replace("\n", "\r\n").encode() + b"\r\n"


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


def main():
    parser = argparse.ArgumentParser(
        description="Writes report mails as STYLE-SEED.eml.")
    parser.add_argument("--style", choices=STYLES, required=True)
    parser.add_argument("--seed", type=int, default=0, help="of the first")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--directory", type=pathlib.Path, default=".")
    parser.add_argument("--recipient", default="tls-rpt@kiosk.test")
    parser.add_argument(
        "--day", type=datetime.date.fromisoformat,
        help="that the reports are about (YYYY-MM-DD; default: yesterday)")
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.count):
        report = make_report(options.style, seed, day=options.day)
        path = options.directory / ("%s-%d.eml" % (options.style, seed))
        path.write_bytes(make_mail(options.style, report, options.recipient))


if __name__ == "__main__":
    main()
