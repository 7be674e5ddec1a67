# SPDX-License-Identifier: BSD-2-Clause
"""What strangers mail to blind whoever reads reports, and what an honest
reporter says meanwhile."""

import datetime
import json
import random
import threading

import hostile
import milterprotocol
import reportmail
from daemon import RUA

SERVER = "mx.kiosk.test"
SIGNED = ("Authentication-Results: %s; dkim=pass header.d=%s header.s=s\r\n"
          "DKIM-Signature: v=1; d=%s; s=s; h=content-type; b=x\r\n")
HONEST = "honest.example"
LIAR = "liar%d.evil.example"
KINDS = 7


def sign(mail, domain):
    return (SIGNED % (SERVER, domain, domain)).encode() + mail


def make_lie(number, rows):
    """All its names are made up, and its period is any that is taken."""
    report = reportmail.make_report("google", number, failures=0)
    report["report-id"] = "lie %d" % number
    report["organization-name"] = "Liar %d" % number
    report["contact-info"] = "tls@" + LIAR % number
    day = reportmail.yesterday() - datetime.timedelta(number * 37 % 390 - 1)
    report["date-range"] = {
        "start-datetime": "%sT00:00:00Z" % day,
        "end-datetime": "%sT23:59:59Z" % day}
    policy = report["policies"][0]
    policy["policy"]["policy-domain"] = "made-up%d.example" % number
    policy["failure-details"] = [
        {"result-type": "certificate-expired" if row % 2
         else "made-up-%d" % number,
         "receiving-mx-hostname": "mx%d.made-up%d.example" % (row, number),
         "failed-session-count": 1000 + row} for row in range(rows)]
    policy["summary"] = {"total-successful-session-count": number,
                         "total-failure-session-count": 2000 * rows}
    return report


def make_mail(number, rows):
    kind = number % KINDS
    if kind == 0:
        return hostile.mail(hostile.part(
            b"{" + random.Random(number).randbytes(40000)))
    if kind == 1:
        return hostile.packed(make_lie(number, rows))
    report = make_lie(number, 1)
    if kind == 2:
        # All is well, says whoever is not Google.
        report = reportmail.make_report(
            "google", number, HONEST, failures=0)
        report["report-id"] = "lie %d" % number
        report["policies"][0]["summary"][
            "total-successful-session-count"] = 900000000000000000
    if kind in (3, 4):
        return sign(hostile.packed(report), LIAR % number)
    return hostile.packed(report)


def make_truth(number):
    """Google's mail about a certificate that has expired."""
    report = reportmail.make_report("google", number, HONEST, failures=0)
    report["report-id"] = "truth %d" % number
    policy = report["policies"][0]
    policy["policy"]["policy-domain"] = HONEST
    policy["failure-details"] = [
        {"result-type": "certificate-expired",
         "receiving-mx-hostname": "mx." + HONEST,
         "failed-session-count": 7}]
    policy["summary"] = {"total-successful-session-count": 1000,
                         "total-failure-session-count": 7}
    return sign(reportmail.make_mail_of_text(
        "google", json.dumps(report), RUA), "google.com")


class Stranger(threading.Thread):
    """Sends every `step`th lie below `end`, and keeps the answers."""

    def __init__(self, socket, first, end, step, rows):
        super().__init__(daemon=True)
        self.socket = socket
        self.numbers = range(first, end, step)
        self.rows = rows
        self.answers = []

    def run(self):
        with milterprotocol.Client(self.socket, 60) as client:
            client.negotiate()
            client.connect()
            client.helo()
            for number in self.numbers:
                self.answers.append(client.message(
                    [b"<%s>" % RUA.encode()], make_mail(number, self.rows)))
            client.quit()


def tell(socket, mail):
    """The answer to one mail."""
    with milterprotocol.Client(socket) as client:
        client.negotiate()
        client.connect()
        client.helo()
        return client.message([b"<%s>" % RUA.encode()], mail)
