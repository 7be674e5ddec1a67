# SPDX-License-Identifier: BSD-2-Clause
"""What the known reporters write into their reports, quirks included."""

import dataclasses
import datetime
import json
import random
import uuid

RESULT_TYPES = (
    "starttls-not-supported", "certificate-host-mismatch",
    "certificate-expired", "certificate-not-trusted", "validation-failure",
    "tlsa-invalid", "dnssec-invalid", "dane-required",
    "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
)
STS_FIELDS = ("version", "mode", "mx", "max_age")
HALON_ROWS_MAX = 10


def timestamp(day, time="00:00:00"):
    return "%sT%sZ" % (day.isoformat(), time)


def unix_time(day):
    return int(datetime.datetime(
        day.year, day.month, day.day,
        tzinfo=datetime.timezone.utc).timestamp())


@dataclasses.dataclass
class Case:
    """What a report is to be about; the generator fills in the rest."""

    domain: str
    day: datetime.date
    rng: random.Random
    failures: int = 0

    def count(self):
        return self.rng.randint(1, 5000)

    def one_in(self, number):
        return self.rng.randrange(number) == 0

    def address(self):
        return "192.0.2.%d" % self.rng.randint(1, 254)

    def token(self):
        return "%032x" % self.rng.getrandbits(128)

    def host(self):
        return "mx%d.%s" % (self.rng.randint(1, 3), self.domain)

    def failure(self, result_type=None):
        return {
            "result-type": result_type or self.rng.choice(RESULT_TYPES),
            "sending-mta-ip": self.address(),
            "receiving-mx-hostname": self.host(),
            "receiving-ip": "198.51.100.%d" % self.rng.randint(1, 254),
            "failed-session-count": self.rng.randint(1, 40),
        }

    def rows(self, times=1):
        return [self.failure() for _ in range(times * self.failures)]


def whole_day(day):
    return {"start-datetime": timestamp(day),
            "end-datetime": timestamp(day, "23:59:59")}


def until_midnight(day):
    return {"start-datetime": timestamp(day),
            "end-datetime": timestamp(day + datetime.timedelta(days=1))}


def frame(organization, period, contact, report_id, policies):
    return {
        "organization-name": organization,
        "date-range": period,
        "contact-info": contact,
        "report-id": report_id,
        "policies": policies,
    }


def sts_policy(domain, fields=STS_FIELDS):
    values = {"version": "STSv1", "mode": "enforce", "mx": "*." + domain,
              "max_age": "604800"}
    return ["%s: %s" % (name, values[name]) for name in fields]


def tlsa_record(case):
    return "3 1 1 " + case.token() * 2


def sts(domain, fields=STS_FIELDS, **further):
    return {"policy-type": "sts", "policy-string": sts_policy(domain, fields),
            "policy-domain": domain, **further}


def tlsa(case, domain, **further):
    return {"policy-type": "tlsa", "policy-string": [tlsa_record(case)],
            "policy-domain": domain, **further}


def no_policy(domain, **further):
    return {"policy-type": "no-policy-found", "policy-domain": domain,
            **further}


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


def google_policy(case):
    if case.failures or not case.one_in(4):
        return sts(case.domain, **{"mx-host": ["*." + case.domain]})
    described = no_policy(case.domain)
    if case.one_in(2):
        del described["policy-domain"]
    return described


def google_report(case):
    """Without failure-details where nothing failed; in 2019 without the
    domain where there was no policy."""
    return frame(
        "Google Inc.", whole_day(case.day), "smtp-tls-reporting@google.com",
        timestamp(case.day) + "_" + case.domain,
        [policy(case, google_policy(case), case.rows())])


def microsoft_row(case):
    row = case.failure()
    form = case.rng.choice(("full", "bare", "reason"))
    if form == "bare":
        return {name: row[name]
                for name in ("result-type", "failed-session-count")}
    if form == "reason":
        row.update({"result-type": "validation-failure",
                    "failure-reason-code": "MX_HOSTS_MISMATCH"})
    return row


def microsoft_policies(case):
    """The same sessions under tlsa and sts, TLSA records as JSON text."""
    rows = [microsoft_row(case) for _ in range(case.failures)]
    records = [tlsa_record(case).upper()
               for _ in range(case.rng.choice((1, 2)))]
    described = [
        {"policy-type": "tlsa", "policy-string": [json.dumps(records)],
         "policy-domain": case.domain},
        sts(case.domain),
    ]
    if case.one_in(4):
        del described[1]["policy-string"]
    first = policy(case, described[0], rows)
    entries = [first, {
        "policy": described[1], "summary": dict(first["summary"]),
        "failure-details": first.get("failure-details", [])}]
    return case.rng.choice((entries, entries[::-1], entries[1:]))


def microsoft_report(case):
    """Before 2024 without a zone; at times the id lacks its domain."""
    period = whole_day(case.day)
    if case.one_in(3):
        period = {name: text[:-1] for name, text in period.items()}
    return frame(
        "Microsoft Corporation", period, "tlsrpt-noreply@microsoft.com",
        "%d+%s" % (case.rng.getrandbits(56),
                   "" if case.one_in(5) else case.domain),
        microsoft_policies(case))


MAILRU_REASONS = (
    "bad https response code: 404",
    'Get "https://mta-sts.%s/.well-known/mta-sts.txt": dial tcp: lookup '
    "mta-sts.%s: no such host (resolver said NXDOMAIN)",
    "x509: certificate is valid for www.example.net, not mta-sts.%s; "
    "see https://%s/help?topic=sts&lang=en (in Russian, too)",
)


def mailru_row(case):
    reason = case.rng.choice(MAILRU_REASONS)
    return {
        "result-type": "sts-policy-fetch-error",
        "failed-session-count": case.rng.randint(1, 9),
        "failure-reason-code": reason.replace("%s", case.domain),
    }


def mailru_report(case):
    """Only type and domain of a policy; the rows add up to more than the
    total."""
    entry = policy(
        case, {"policy-type": "sts", "policy-domain": case.domain},
        [mailru_row(case) for _ in range(case.failures)])
    if case.failures > 1:
        entry["summary"]["total-failure-session-count"] -= 1
    return frame(
        "Mail.ru", until_midnight(case.day), "tls_support@corp.mail.ru",
        "%s@mail.ru" % uuid.UUID(case.token()), [entry])


def postfix_row(case):
    row = case.failure()
    row["receiving-mx-helo"] = (
        row["receiving-mx-hostname"] + "\r\nPIPELINING\r\nSTARTTLS")
    if case.one_in(6):
        del row["result-type"]
    return row


def postfix_policy(case, described, failures):
    entry = policy(
        case, described, [postfix_row(case) for _ in range(failures)])
    entry.setdefault("failure-details", [])
    return entry


def postfix_policies(case):
    forms = (
        [tlsa(case, "mx1." + case.domain)],
        [tlsa(case, "mx%d.%s" % (number, case.domain))
         for number in (1, 2)],
        [sts(case.domain, **{"mx-host": ["*." + case.domain]})],
        [{"policy-type": "no-policy-found"}],
    )
    return [postfix_policy(case, described, case.failures)
            for described in case.rng.choice(forms)]


def postfix_report(case):
    """The report-id comes last and does not name the reporter; a second TLSRPT
    record of the day makes a second report."""
    host = case.rng.choice(("", "mailout-gateway.")) + "university.example"
    report = frame(
        "Example University", whole_day(case.day), "tls-reports@" + host,
        "%s_idx%d_%s" % (
            timestamp(case.day), case.rng.randint(1, 2), case.domain),
        postfix_policies(case))
    report["report-id"] = report.pop("report-id")
    return report


def stalwart_row(case):
    row = {"receiving-mx-helo": None, "additional-information": None,
           "failure-reason-code": None, **case.failure()}
    for name in ("sending-mta-ip", "receiving-ip", "receiving-mx-hostname"):
        if case.one_in(4):
            row[name] = None
    return row


def stalwart_policy(case):
    empty = {"policy-string": [], "mx-host": []}
    return case.rng.choice((
        sts(case.domain, ("version", "mode", "max_age", "mx"),
            **{"mx-host": ["*." + case.domain]}),
        tlsa(case, case.domain, **{"mx-host": []}),
        no_policy(case.domain, **empty),
        {"policy-type": "Other", **empty, "policy-domain": case.domain},
    ))


def stalwart_period(case):
    if not case.one_in(3):
        return until_midnight(case.day)
    hour = case.rng.randint(0, 22)
    return {"start-datetime": timestamp(case.day, "%02d:00:00" % hour),
            "end-datetime": timestamp(case.day, "%02d:00:00" % (hour + 1))}


def stalwart_report(case):
    """Null for what is not known; a day up to midnight, or an hour."""
    entry = policy(case, stalwart_policy(case),
                   [stalwart_row(case) for _ in range(case.failures)])
    entry.setdefault("failure-details", [])
    return frame(
        "mail.stalwart.example", stalwart_period(case), None,
        "%d_%d" % (unix_time(case.day), case.rng.getrandbits(64)), [entry])


def mox_row(case):
    return {**case.failure(), "additional-information": "",
            "failure-reason-code": case.rng.choice(
                ("", "X509_V_ERR_CERT_HAS_EXPIRED"))}


def mox_policies(case):
    """For the recipients' domain its MX hosts, too; for an MX host the
    recipients' domains that it serves."""
    host = "mx1." + case.domain
    kinds = (
        (case.domain, [sts(case.domain, **{"mx-host": ["*." + case.domain]}),
                       tlsa(case, host, **{"mx-host": []})]),
        (case.domain, [no_policy(case.domain, **{
            "policy-string": [], "mx-host": []})]),
        (host, [tlsa(case, case.domain, **{"mx-host": [host]})]),
    )
    about, described = case.rng.choice(kinds)
    entries = [policy(case, one, [mox_row(case)
                                  for _ in range(case.failures)])
               for one in described]
    for entry in entries:
        entry.setdefault("failure-details", [])
    return about, entries


def mox_report(case):
    about, entries = mox_policies(case)
    return frame(
        "mox.example", whole_day(case.day), "postmaster@mox.example",
        "%s.%s@mox.example" % (case.day.strftime("%Y%m%d"), about), entries)


def halon_entry(case):
    """No more rows than ten; the total counts them all."""
    rows = case.rows(case.rng.choice((1, 6)))
    for row in rows:
        del row["sending-mta-ip"]
    described = case.rng.choice((
        sts(case.domain, **{"mx-host": ["*." + case.domain]}),
        tlsa(case, case.domain),
        no_policy(case.domain, **{"policy-string": ""}),
        no_policy(case.domain),
    ))
    entry = policy(case, described, rows)
    entry["failure-details"] = rows[:HALON_ROWS_MAX]
    return entry


def halon_report(case):
    """One id for all domains of the day's run."""
    run = random.Random("halon/%s" % case.day)
    return frame(
        "Halon Site", whole_day(case.day), "tlsrpt@halon.example",
        str(uuid.UUID(int=run.getrandbits(128))), [halon_entry(case)])


def fastmail_report(case):
    """Names with an underscore; no policies at all where there are none."""
    entry = policy(case, case.rng.choice((
        sts(case.domain, **{"mx-host": ""}),
        no_policy(case.domain, **{"policy-string": [], "mx-host": ""}),
    )), [])
    entry["failure_details"] = case.rows()
    entry["summary"]["total-failure-session-count"] = sum(
        row["failed-session-count"] for row in entry["failure_details"])
    report = frame(
        "Perl Mail Site", whole_day(case.day), "tlsrpt@perl.example",
        "%d.%s@perl.example" % (unix_time(case.day), case.domain), [entry])
    if not case.failures and case.one_in(4):
        del report["policies"]
    return report
