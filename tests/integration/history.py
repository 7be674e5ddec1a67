# SPDX-License-Identifier: BSD-2-Clause
"""Months of reports about several domains, as the members of RFC 8460."""

import datetime
import json
import os
import random

DOMAINS = (
    "example.com", "example.org", "kiosk.test", "shop.example", "mail.example",
    "news.example", "museum.example", "garage.example", "bakery.example",
    "xn--bcher-kva.example", "a-rather-long-name.of-some.department.example",
)
# Name, where it signs, sessions a day, every how many days it reports.
REPORTERS = (
    ("Google Inc.", "google.com", 900, 1),
    ("Microsoft Corporation", "microsoft.com", 400, 1),
    ("Yahoo Inc.", "yahooinc.com", 60, 1),
    ("Example University", "", 12, 2),
    ("mail.de GmbH", "mail.de", 8, 3),
)


class Outage:
    """Sessions that fail from one age in days to another."""

    def __init__(self, domain, result_type, host, ages, share, reporters=()):
        self.domain = domain
        self.result_type = result_type
        self.host = host
        self.oldest, self.newest = ages
        self.share = share
        self.reporters = reporters

    def concerns(self, domain, reporter, age):
        return (self.domain == domain and
                self.newest <= age <= self.oldest and
                (not self.reporters or reporter in self.reporters))


OUTAGES = (
    Outage("kiosk.test", "certificate-expired", "mx2.kiosk.test", (5, 1), .4),
    Outage("example.org", "sts-policy-fetch-error", "", (38, 33), .9),
    Outage("shop.example", "starttls-not-supported", "mx.shop.example",
           (55, 50), .6),
    Outage("example.com", "validation-failure", "mx1.example.com", (90, 1),
           .002),
    Outage("museum.example", "certificate-host-mismatch", "mx.museum.example",
           (21, 12), .5),
    Outage("bakery.example", "tlsa-invalid", "mx.bakery.example", (9, 7), .8,
           ("Microsoft Corporation", "mail.de GmbH")),
    Outage("garage.example", "certificate-not-trusted", "mx.garage.example",
           (72, 70), .7),
    Outage("news.example", "x-local-policy", "mx.news.example", (14, 14), .1),
)


def make_failures(rng, domain, reporter, age, sessions):
    return [{
        "result-type": outage.result_type,
        "sending-mta-ip": "192.0.2.%d" % rng.randint(1, 9),
        **({"receiving-mx-hostname": outage.host} if outage.host else {}),
        "failed-session-count": max(1, round(
            sessions * outage.share * rng.uniform(.7, 1.2))),
    } for outage in OUTAGES if outage.concerns(domain, reporter, age)]


def make_policy(rng, domain, reporter, age, sessions):
    failures = make_failures(rng, domain, reporter, age, sessions)
    failed = sum(row["failed-session-count"] for row in failures)
    return {
        "policy": {"policy-type": "sts", "policy-domain": domain,
                   "policy-string": ["version: STSv1", "mode: enforce"],
                   "mx-host": ["*." + domain]},
        "summary": {"total-successful-session-count": max(
            0, sessions - failed), "total-failure-session-count": failed},
        "failure-details": failures,
    }


def make_report(rng, day, age, domain, reporter):
    name, signer, volume, _ = reporter
    weekend = .35 if day.weekday() > 4 else 1
    sessions = round(volume * weekend * rng.uniform(.7, 1.3)
                     / (1 + DOMAINS.index(domain)))
    return {
        "organization-name": name,
        "contact-info": "tls@" + (signer or "university.example"),
        "report-id": "%s-%s-%s" % (day, domain, name.split()[0]),
        "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                       "end-datetime": "%sT23:59:59Z" % day},
        "policies": [make_policy(rng, domain, name, age, max(1, sessions))],
    }


def make_reports(days, domains=DOMAINS):
    """A report for each domain, reporter and day, up to yesterday."""
    rng = random.Random(8460)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for age in range(days, 0, -1):
        day = today - datetime.timedelta(days=age)
        for reporter in REPORTERS:
            if age % reporter[3] == 0:
                for domain in domains:
                    yield make_report(rng, day, age, domain, reporter)


def write_reports(directory, reports):
    for number, report in enumerate(reports):
        path = os.path.join(directory, "%d.json" % number)
        with open(path, "w") as file:
            json.dump(report, file)


# As the reporters' signatures would have it.
SIGN = "; ".join(
    "UPDATE tlsrpt.report SET auth_domain = '%s'"
    " WHERE organization_name = '%s'" % (signer, name)
    for name, signer, _, _ in REPORTERS if signer)
