# SPDX-License-Identifier: BSD-2-Clause
"""Reports that are signed and say what a test wants, and who tells of alerts."""

import datetime
import email
import email.policy
import json
import os
import re

import reporters
from daemon import RUA
from process import Process, make_directory
from signing import AUTHSERV_ID

# Reporters, and whom alerts go to: all other mail of the domain is in the same mailbox.
ALPHA, BETA, GAMMA = "alpha.example", "beta.example", "gamma.example"
ADMIN = "admin@kiosk.test"
MAILBOX = "everyone"
SENDER = "tlsrpt@kiosk.test"


def make_failure(result_type, host, count, **further):
    return {"result-type": result_type, "receiving-mx-hostname": host,
            "failed-session-count": count, **further}


def make_report(reporter, domain, day, good, failures=(), mode="enforce"):
    """What `reporter`, a domain, saw of another on a day."""
    bad = sum(row["failed-session-count"] for row in failures)
    described = reporters.sts(domain)
    described["policy-string"] = [
        line.replace("enforce", mode) for line in described["policy-string"]]
    return reporters.frame(
        reporter.split(".")[0].capitalize(), reporters.whole_day(day),
        "tls@" + reporter, "%s_%s" % (day, domain), [{
            "policy": described,
            "summary": {"total-successful-session-count": good,
                        "total-failure-session-count": bad},
            "failure-details": list(failures)}])


def make_mail(reporter, report, signed=True):
    """As it is after the filter that looks at signatures."""
    result = "pass" if signed else "fail"
    lines = [
        "Authentication-Results: %s; dkim=%s header.d=%s header.s=s1" % (
            AUTHSERV_ID, result, reporter),
        "DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=s1;"
        " h=from:content-type; bh=eA==; b=eA==" % reporter,
        "From: tls@" + reporter,
        "To: " + RUA,
        "Subject: Report Domain: %s Submitter: %s" % (
            report["policies"][0]["policy"]["policy-domain"], reporter),
        "TLS-Report-Submitter: " + reporter,
        "Message-ID: <%s@%s>" % (report["report-id"], reporter),
        "MIME-Version: 1.0",
        'Content-Type: application/tlsrpt+json; name="report.json"',
        "", json.dumps(report, indent=1), ""]
    return "\r\n".join(lines).encode()


def yesterday():
    return datetime.datetime.now(
        datetime.timezone.utc).date() - datetime.timedelta(days=1)


def read_mail(data):
    """As a mail program does; also looks whether its form is right."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert not mail.defects
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert mail["Date"].datetime and mail["Message-ID"]
    assert max(map(len, data.decode().splitlines())) <= 998
    return mail


def read_paragraphs(mail):
    """Of each alert its title and what stands behind its labels."""
    found = []
    for block in mail.get_content().split("\n\n")[1:]:
        title, _, rest = block.partition("\n")
        values = {}
        for line in rest.splitlines():
            label, text = line[2:14].strip(), line[14:]
            if label:
                values[label] = text
            elif values:
                values[list(values)[-1]] += " " + text
        if re.match(r"(CRITICAL|WARNING|OVER): ", title):
            found.append((title, values))
    return found


def days(number):
    return datetime.timedelta(number)


class Deliverer(Process):
    """tlsreport alert deliver, with the private Postfix's sendmail(8)."""

    def __init__(self, directory, program, config, mail_config):
        super().__init__(directory + "/alert.log")
        self.directory = directory
        self.command = [program, "-c", config, "alert", "deliver"]
        self.mail_config = mail_config

    def create(self):
        make_directory(self.directory)
        return self

    def start(self):
        self.spawn(self.command, env={
            **os.environ, "MAIL_CONFIG": self.mail_config})
        return self
